package emulated

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	"github.com/mcpcompat/mcpcompat/internal/quirk"
)

func TestTheEmbeddedProfilesAreGood(t *testing.T) {
	t.Parallel()
	ps, err := All()
	if err != nil {
		t.Fatal(err)
	}
	store, err := documents.All()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, p := range ps {
		current := 0
		for _, v := range p.Variants {
			if v.Current {
				current++
			}
			if u := v.Registration.ClientIDMetadataDocument; u != "" {
				if _, _, ok := store.Document(u); !ok {
					t.Errorf("%s: no captured copy of %s", p.ID, u)
				}
			}
			c := p.Client(v, "")
			if name := c.Identity().String(); names[name] {
				t.Errorf("%s twice", name)
			} else {
				names[name] = true
			}
			if len(c.Registration().RedirectURIs) == 0 {
				t.Errorf("%s: nothing to register", c.Identity())
			}
		}
		if current == 0 {
			t.Errorf("%s has no current variant", p.ID)
		}
	}
}

func TestEveryFieldIsDocumentedAndCanBeSet(t *testing.T) {
	t.Parallel()
	fields, err := quirk.Fields(reflect.TypeFor[Behaviour](), behaviourGroup)
	if err != nil {
		t.Fatal(err)
	}
	if len(fields) < 70 {
		t.Errorf("only %d fields", len(fields))
	}
	for _, f := range fields {
		if !isLeaf(f.Path) {
			t.Errorf("%s cannot be claimed", f.Path)
		}
		if len(f.Allowed) == 0 {
			continue
		}
		var b Behaviour
		value := f.Allowed[0]
		if f.Type == "list" {
			value = "[" + value + "]"
		}
		if err := quirk.Set(&b, f.Path, value); err != nil {
			t.Errorf("%s: %s", f.Path, err)
		}
	}
}

const good = `id: good
name: Good
variants:
- versions: ">=2.0.0"
  version: 2.1.0
  current: true
  redirect: {port: "4000", host: localhost}
  evidence:
  - {claims: [redirect], source: "a/b#1", date: 2026-01-31, basis: issue}
`

func TestWhatIsWrongIsNamedWithItsLine(t *testing.T) {
	t.Parallel()
	if _, err := Decode("good.yaml", []byte(good)); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, old, new string
		want           []string
	}{
		{"unknown key", "host: localhost", "hosst: localhost", []string{"x.yaml:7: unknown key \"hosst\""}},
		{"key of other case", "evidence:", "Evidence:", []string{`x.yaml:8: unknown key "Evidence" (did you mean "evidence"?)`}},
		{"two at once", "name: Good\n", "nome: Good\nbad: 1\n", []string{`x.yaml:2: unknown key "nome"`, `x.yaml:3: unknown key "bad"`}},
		{"claim of nothing", "claims: [redirect]", "claims: [redirect, redirekt]", []string{`x.yaml:9: evidence for "redirekt", which is no field`}},
		{"difference without evidence", "claims: [redirect]", "claims: [redirect.host]", []string{"x.yaml:7: redirect.port has no evidence"}},
		{"unknown basis", "basis: issue", "basis: hearsay", []string{`x.yaml:9: unknown basis of evidence "hearsay"`}},
		{"no date", "2026-01-31", "31.1.2026", []string{"x.yaml:9: evidence needs a date"}},
		{"no source", `source: "a/b#1"`, `source: ""`, []string{"x.yaml:9: evidence needs claims and a source"}},
		{"bad range", ">=2.0.0", "~2.0.0", []string{`x.yaml:4: version range`}},
		{"empty range", ">=2.0.0", ">=2.0.0 <1.0.0", []string{`holds no version`}},
		{"version outside", "version: 2.1.0", "version: 1.9.0", []string{`x.yaml:5: version "1.9.0" is not one of`}},
		{"bad port", `port: "4000"`, `port: "40000-4"`, []string{"x.yaml:7: redirect.port"}},
		{
			"unknown word", "redirect: {port", "state: {form: haiku}\n  scope: {order: [challenge, moon]}\n  redirect: {port",
			[]string{`x.yaml:7: state.form: unknown value "haiku": want one of`, `x.yaml:8: scope.order: unknown value "moon"`},
		},
		{"short verifier", "redirect: {port", "pkce: {verifierLength: 42}\n  redirect: {port", []string{"x.yaml:7: pkce.verifierLength: 42"}},
		{"set and unknown", "  evidence:", "  unknown: [redirect.port]\n  evidence:", []string{"x.yaml:7: redirect.port is set and listed as unknown"}},
		{"unknown of nothing", "  evidence:", "  unknown: [redirekt]\n  evidence:", []string{`x.yaml:8: unknown names "redirekt"`}},
		{"overlap", "variants:\n", "variants:\n- {versions: \"<3.0.0\", version: 2.5.0}\n", []string{"x.yaml:5: versions \">=2.0.0\" overlap \"<3.0.0\""}},
		{"extends nothing", "  current: true\n", "  extends: 9.9.9\n", []string{`x.yaml:6: extends names no variant of this file: "9.9.9"`}},
		{"extends itself", "  current: true\n", "  extends: 2.1.0\n", []string{"runs in a circle"}},
		{
			"released without evidence", "name: Good\n", "name: Good\nreleased: {skipped: lazy, says: \"\", source: \"a/b#1\", date: soon, basis: rumour}\n",
			[]string{
				`x.yaml:3: released: unknown reason "lazy"`, "x.yaml:3: released needs a sentence and a source",
				"x.yaml:3: released needs a date", `x.yaml:3: released: unknown basis "rumour"`,
			},
		},
		{"released nowhere", "name: Good\n", "name: Good\nreleased: {says: it is}\n", []string{`x.yaml:3: released: unknown reason ""`}},
		{"no variants", good[len("id: good\nname: Good\n"):], "", []string{"at least one variant"}},
		{"wrong type", "current: true", "current: perhaps", []string{"x.yaml:6:"}},
		{"no YAML", "id: good", "id: [good", []string{"x.yaml:"}},
		{"empty", good, "", []string{"x.yaml:1: want one document"}},
		{"two documents", good, good + "---\n" + good, []string{"x.yaml:1: want one document"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(good, test.old, test.new, 1)
			if text == good {
				t.Fatal("the test changes nothing")
			}
			_, err := Decode("x.yaml", []byte(text))
			if err == nil {
				t.Fatal("no error")
			}
			for _, w := range test.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("got %q, want %q in it", err, w)
				}
			}
		})
	}
}

func TestEverythingThatIsWrongIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	_, err := Decode("x.yaml", []byte(`id: bad
nome: Bad
name: Bad
variants:
- versions: ">=2.0.0"
  version: 1.0.0
  extends: 3.3.3
  redirect: {port: "0", hosst: localhost}
  operator: {credentials: somewhere}
  evidence:
  - {claims: [redirect.host], source: "claude-code@2.1.329: dcr, nothing", date: 2026-01-31, basis: recorded}
  - {claims: [scope], source: "nobody@1.0.0: dcr", date: soon, basis: recorded}
- versions: "<3.0.0"
  version: 2.5.0
  version: 2.6.0
`))
	for _, w := range []string{
		`x.yaml:2: unknown key "nome"`, `x.yaml:6: version "1.0.0" is not one of`, `x.yaml:7: extends names no variant`,
		`x.yaml:8: redirect.port has no evidence`, `x.yaml:8: redirect.port: "0" is no port`, `x.yaml:8: unknown key "hosst"`,
		`x.yaml:9: operator.credentials: unknown value "somewhere"`,
		`x.yaml:11: there is no recording claude-code@2.1.329/nothing: of claude-code@2.1.329 there are cimd, dcr`,
		`x.yaml:12: there is no recording nobody@1.0.0/dcr, nor any other of nobody@1.0.0`, `x.yaml:12: evidence needs a date`,
		`x.yaml:13: versions "<3.0.0" overlap ">=2.0.0"`, `x.yaml:15: key "version" is given twice, first in line 14`,
	} {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("%q is missing in\n%v", w, err)
		}
	}
}

func TestTheListOfRecordingsIsThatOfTheRecordings(t *testing.T) {
	t.Parallel()
	const dir = "../../testdata/recordings"
	files, err := filepath.Glob(dir + "/*/*.har")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(f), dir+"/"), ".har")
	}
	if got := Recordings(); !slices.Equal(got, files) {
		t.Errorf("recordings.txt differs from the directory; write it anew:\n%s", strings.Join(files, "\n"))
	}
}

func TestADirectoryOfTheUsersOwn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	recordedGood := strings.Replace(good, `source: "a/b#1", date: 2026-01-31, basis: issue`, `source: "good@2.1.0: mine", date: 2026-01-31, basis: recorded`, 1)
	write("good.yaml", recordedGood)
	if _, err := LoadDir(dir); err == nil || !strings.Contains(err.Error(), filepath.Join(dir, "good.yaml")+":9: there is no recording good@2.1.0/mine") {
		t.Errorf("a missing recording: %v", err)
	}
	write("recordings/good@2.1.0/mine.har", "{}")
	ps, err := LoadDir(dir)
	if err != nil || len(ps) != 1 {
		t.Fatalf("%d profiles, %v", len(ps), err)
	}
	if joined, err := Join(ps, ps); err == nil || len(joined) != 1 {
		t.Errorf("one id twice: %d profiles, %v", len(joined), err)
	}
	for _, wrong := range []string{t.TempDir(), filepath.Join(dir, "good.yaml"), filepath.Join(dir, "nothing")} {
		if _, err := LoadDir(wrong); err == nil {
			t.Errorf("%s is taken for a directory of profiles", wrong)
		}
	}
}

func TestLoadKeepsTheGoodOnes(t *testing.T) {
	t.Parallel()
	ps, err := Load(fstest.MapFS{
		"a.yaml": {Data: []byte(good)},
		"b.yaml": {Data: []byte(good)},
		"c.yaml": {Data: []byte("id: c\nnam: C\n")},
		"d.txt":  {Data: []byte("not ours")},
	})
	if len(ps) != 1 || ps[0].ID != "good" {
		t.Errorf("got %d profiles", len(ps))
	}
	for _, w := range []string{`b.yaml:1: profile id "good" is taken by a.yaml`, `c.yaml:2: unknown key "nam"`} {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("got %v, want %q in it", err, w)
		}
	}
}

func TestAVariantExtendsAnother(t *testing.T) {
	t.Parallel()
	p, err := Decode("x.yaml", []byte(good+`  unknown: [state]
- versions: "<2.0.0"
  version: 1.0.0
  extends: 2.1.0
  redirect: {host: 127.0.0.1}
  evidence:
  - {claims: [redirect.host], source: "a/b#2", date: 2026-02-01, basis: recorded}
`))
	if err != nil {
		t.Fatal(err)
	}
	base, v := p.Variants[0], p.Variants[1]
	if v.Redirect.Port != "4000" || v.Redirect.Host != "127.0.0.1" || base.Redirect.Host != "localhost" {
		t.Errorf("got %+v from %+v", v.Redirect, base.Redirect)
	}
	if known := v.Known("redirect.host"); len(known) != 2 || known[0].Source != "a/b#2" {
		t.Errorf("evidence of the host: %+v", known)
	}
	if !slices.Equal(v.AllUnknown(), []string{"state"}) || v.Known("state.form") != nil {
		t.Errorf("unknown: %q", v.AllUnknown())
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	ps, err := All()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		selector string
		want     []string
	}{
		{"claude-code", []string{"claude-code@2.1.329"}},
		{"claude-code@2.1.229", []string{"claude-code@2.1.229"}},
		{"claude-code@2.1.400", []string{"claude-code@2.1.400"}},
		{"claude-code@2.0.5", nil},
		{"claude-code@new", nil},
		{"vscode@1.107+port-taken", []string{"vscode@1.107+port-taken"}},
		{"vscode+port-taken", []string{"vscode@1.139.1+port-taken"}},
		{"vscode+moon", nil},
		{"mcp-inspector", []string{"mcp-inspector@2.12.0", "mcp-inspector@2.12.0+web"}},
		{"claude-desktop@current", []string{"claude-desktop@current"}},
		{"nobody", nil},
		{"", nil},
	}
	for _, test := range tests {
		cs, err := ps.Find(test.selector)
		var got []string
		for _, c := range cs {
			got = append(got, c.Identity().String())
		}
		if !slices.Equal(got, test.want) || (test.want == nil) != errors.Is(err, ErrUnknownClient) {
			t.Errorf("%q: %q, %v; want %q", test.selector, got, err, test.want)
		}
	}
}

func TestRanges(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text    string
		in, out []string
	}{
		{"*", []string{"0.0.0", "9.9.9", "2026-07-28", "current"}, []string{"", "new"}},
		{"current", []string{"current"}, []string{"1.0.0"}},
		{"1.2.3", []string{"1.2.3", "v1.2.3", "1.2.3-rc1"}, []string{"1.2.4", "1.2.2"}},
		{">=1.2 <2", []string{"1.2.0", "1.99.0"}, []string{"1.1.9", "2.0.0"}},
		{">1.2.3 <=1.3.0", []string{"1.2.4", "1.3.0"}, []string{"1.2.3", "1.3.1"}},
	}
	for _, test := range tests {
		r, err := parseRange(test.text)
		if err != nil {
			t.Errorf("%q: %s", test.text, err)
		}
		for _, v := range test.in {
			if !r.contains(v) {
				t.Errorf("%q lacks %s", test.text, v)
			}
		}
		for _, v := range test.out {
			if r.contains(v) {
				t.Errorf("%q has %s", test.text, v)
			}
		}
	}
}
