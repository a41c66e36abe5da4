package quirk_test

import (
	"errors"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpcompat/mcpcompat/internal/quirk"
)

// source serves the sample settings under a name that is not a test's.
func source(t *testing.T) fs.FS {
	t.Helper()
	text, err := os.ReadFile("settings_test.go")
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{"settings.go": {Data: text}}
}

func TestFieldsAreEnumeratedInOrderWithTheirDocComments(t *testing.T) {
	t.Parallel()
	got, err := quirk.Fields(reflect.TypeFor[Settings](), source(t))
	if err != nil {
		t.Fatal(err)
	}
	want := []quirk.Field{
		{Path: "extra", Doc: "Extra members by name.", Type: "map"},
		{Path: "redirect.loopbackPort", Doc: "LoopbackPort says which ports match.", Type: "text", Allowed: []string{"exact", "none"}},
		{Path: "redirect.limit", Doc: "Limit is how many are allowed.", Type: "number"},
		{Path: "redirect.mode", Doc: "Mode has its values in a tag.", Type: "text", Allowed: []string{"a", "b"}},
		{Path: "redirect.case", Doc: "Case has its values in the other tag.", Type: "text", Allowed: []string{"upper", "lower"}},
		{Path: "token.lifetime", Doc: "Lifetime is how long a token lives.", Type: "duration"},
		{Path: "token.opaque", Doc: "Opaque tokens are no JWTs.", Type: "switch"},
		{Path: "words", Doc: "Words are two lines.\nAnd a second paragraph.", Type: "list"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAFieldWithoutADocCommentIsAnError(t *testing.T) {
	t.Parallel()
	_, err := quirk.Fields(reflect.TypeFor[Bare](), source(t))
	if err == nil || !strings.Contains(err.Error(), "silent") {
		t.Errorf("got %v, want an error that names the field", err)
	}
}

func TestABrokenSourceIsAnError(t *testing.T) {
	t.Parallel()
	_, err := quirk.Fields(reflect.TypeFor[Settings](), fstest.MapFS{"settings.go": {Data: []byte("package (")}})
	if err == nil || !strings.Contains(err.Error(), "settings.go") {
		t.Errorf("got %v, want an error that names the file", err)
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
	if s.Token.Lifetime != 90*time.Second || s.Redirect.LoopbackPort != ExactPort {
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
