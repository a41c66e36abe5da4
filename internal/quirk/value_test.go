package quirk_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mcpcompat/mcpcompat/internal/quirk"
)

// Settings are some of the gateway's and others of every shape.
type Settings struct {
	Inline `yaml:",inline"`

	Redirect Redirect `yaml:"redirect"`
	Token    *Token   `yaml:"token"`
	Words    []string `yaml:"words"`
	Hidden   string   `yaml:"-"`
}

// Port is an enumerated type.
type Port string

// Redirect is a group.
type Redirect struct {
	LoopbackPort Port `yaml:"loopbackPort"`
	Limit        int  `yaml:"limit"`
}

// Token is a group behind a pointer.
type Token struct {
	Lifetime time.Duration `yaml:"lifetime"`
	Opaque   bool          `yaml:"opaque"`
}

// Inline has its fields among those of the struct that holds it.
type Inline struct {
	Extra map[string]string
}

// Gateway has the settings of a group of the table.
type Gateway struct {
	Host      string `yaml:"host"`
	Challenge string `yaml:"challenge"`
}

// Scope has settings of the group of clients.
type Scope struct {
	Scope struct {
		Order []Port `yaml:"order"`
	} `yaml:"scope"`
	Headers struct {
		UserAgent string `yaml:"userAgent"`
	} `yaml:"headers"`
}

func TestFieldsComeInOrderWithTheirRows(t *testing.T) {
	t.Parallel()
	got, err := quirk.Fields(reflect.TypeFor[Gateway](), "gateway")
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range got {
		paths = append(paths, f.Path)
	}
	if diff := cmp.Diff([]string{"host", "challenge"}, paths); diff != "" {
		t.Error(diff)
	}
	want := quirk.Field{
		Path: "host", Side: "gateway", Is: "The Host header that the MCP server sees.", Default: "the one that the client sent", Type: "text",
		Allowed: []string{"rewritten"},
		Values:  []quirk.Value{{Word: "rewritten", Means: "the MCP server sees an address of the gateway's backend network, which no client can reach"}},
	}
	if diff := cmp.Diff(want, got[0], cmpopts.IgnoreUnexported(quirk.Field{}), cmpopts.IgnoreFields(quirk.Field{}, "Note")); diff != "" {
		t.Error(diff)
	}
	if _, err := quirk.Fields(reflect.TypeFor[Settings](), "gateway"); err == nil || !strings.Contains(err.Error(), "no row for gateway.redirect.loopbackPort") {
		t.Errorf("got %v, want an error that names the field without a row", err)
	}
}

func TestMeans(t *testing.T) {
	t.Parallel()
	fields, err := quirk.Fields(reflect.TypeFor[Scope](), "client")
	if err != nil {
		t.Fatal(err)
	}
	order, agent := fields[0], fields[1]
	for _, test := range []struct {
		field       quirk.Field
		value, want string
	}{
		{order, "", "the challenge, then the protected resource metadata; without either no scope is sent"},
		{order, "[challenge, fixed]", "the scope of the challenge, then the client's own list"},
		{order, "[omitted]", "no scope is sent"},
		{agent, "omitted", "no User-Agent is sent"},
		{agent, "x/1", "every request has this User-Agent"},
	} {
		if got := test.field.Means(test.value); got != test.want {
			t.Errorf("%s: %s means %q, want %q", test.field.Path, test.value, got, test.want)
		}
	}
	if got := quirk.Present("client.scope.order", "none") + " " + quirk.Present("client.scope.order", "fixed"); got != "omitted fixed" {
		t.Errorf("now %s", got)
	}
}

func TestCheckNamesPathAndWord(t *testing.T) {
	t.Parallel()
	if got := quirk.Check("gateway", Gateway{Host: "rewritten"}); got != nil {
		t.Error(got)
	}
	got := quirk.Check("gateway", &Gateway{Host: "rewriten", Challenge: "dropped"})
	if len(got) != 2 || !strings.HasPrefix(got[0].Error(), `host: unknown value "rewriten" (did you mean "rewritten"?)`) ||
		!strings.HasPrefix(got[1].Error(), `challenge: unknown value "dropped": want one of stripped, renamed`) {
		t.Error(got)
	}
	if got := quirk.Check("gateway", Settings{Words: []string{"x"}}); len(got) != 1 || !strings.Contains(got[0].Error(), "no row") {
		t.Error(got)
	}
}

func TestFormerWordsBecomePresentOnes(t *testing.T) {
	t.Parallel()
	var s Scope
	s.Scope.Order, s.Headers.UserAgent = []Port{"challenge", "none"}, "none"
	if err := quirk.Rename("client", &s); err != nil {
		t.Fatal(err)
	}
	if s.Scope.Order[0] != "challenge" || s.Scope.Order[1] != "omitted" || s.Headers.UserAgent != "omitted" {
		t.Errorf("%+v", s)
	}
	if got := quirk.Check("client", s); got != nil {
		t.Error(got)
	}
}

func TestPrefixedNamesTheGroup(t *testing.T) {
	t.Parallel()
	fields := []quirk.Field{{Path: "a.b"}}
	if got := quirk.Prefixed("authServer", fields)[0].Path; got != "authServer.a.b" {
		t.Errorf("got %s", got)
	}
	if fields[0].Path != "a.b" {
		t.Error("the argument was changed")
	}
}

func TestSetAndNonZeroAreInverse(t *testing.T) {
	t.Parallel()
	var s Settings
	assignments := []quirk.Assignment{
		{Path: "extra", Value: "{k: v}"},
		{Path: "redirect.loopbackPort", Value: "exact"},
		{Path: "redirect.limit", Value: "3"},
		{Path: "token.lifetime", Value: "1m30s"},
		{Path: "token.opaque", Value: "true"},
		{Path: "words", Value: "[a, b]"},
	}
	if got := quirk.NonZero(&s); got != nil {
		t.Errorf("the zero value sets %v", got)
	}
	for _, a := range assignments {
		if err := quirk.Set(&s, a.Path, a.Value); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(assignments, quirk.NonZero(s)); diff != "" {
		t.Error(diff)
	}
	if s.Token.Lifetime != 90*time.Second || s.Redirect.LoopbackPort != "exact" {
		t.Errorf("got %+v %+v", s, s.Token)
	}
	for _, a := range assignments {
		if err := quirk.Set(&s, a.Path, ""); err != nil {
			t.Fatal(err)
		}
	}
	if got := quirk.NonZero(&s); got != nil {
		t.Errorf("after resetting everything %v is still set", got)
	}
}

func TestSetRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, path, value, want string
		unknown                 bool
	}{
		{name: "an unknown field", path: "redirect.nope", value: "x", want: "redirect.nope", unknown: true},
		{name: "an unknown group", path: "nope.a", value: "x", want: "nope.a", unknown: true},
		{name: "a group", path: "redirect", value: "x", want: "redirect", unknown: true},
		{name: "a field below a value", path: "words.a", value: "x", want: "words.a", unknown: true},
		{name: "a field outside YAML", path: "Hidden", value: "x", want: "Hidden", unknown: true},
		{name: "a word for a number", path: "redirect.limit", value: "many", want: "not a number"},
		{name: "a word for a duration", path: "token.lifetime", value: "soon", want: "not a duration"},
		{name: "a word for a switch", path: "token.opaque", value: "perhaps", want: "not a switch"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var s Settings
			err := quirk.Set(&s, test.path, test.value)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want an error with %q", err, test.want)
			}
			if errors.Is(err, quirk.ErrUnknown) != test.unknown {
				t.Errorf("wraps ErrUnknown: %v, want %v", !test.unknown, test.unknown)
			}
			if got := quirk.NonZero(s); got != nil {
				t.Errorf("a refused value was set: %v", got)
			}
		})
	}
	if err := quirk.Set(Settings{}, "words", "x"); err == nil {
		t.Error("a value instead of a pointer was accepted")
	}
}
