package strictyaml_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mcpcompat/mcpcompat/internal/strictyaml"
)

type thing struct {
	ID    string   `yaml:"id"`
	Count int      `yaml:"count"`
	List  []string `yaml:"list"`
}

func TestReadFile(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{"good.yaml": {Data: []byte("id: a\ncount: 2\nlist: [x, \"y\"]\n")}}
	var got thing
	if err := strictyaml.ReadFile(fsys, "good.yaml", &got); err != nil || got.ID != "a" || got.Count != 2 || len(got.List) != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	if err := strictyaml.ReadFile(fsys, "missing.yaml", &got); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

// Every refusal names the file, and the line where there is one.
func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"unknown key":      {"id: a\ncuont: 1\n", "f.yaml:2:"},
		"duplicate key":    {"id: a\nid: b\n", "f.yaml:2:"},
		"wrong type":       {"id: a\ncount: many\n", "f.yaml:2:"},
		"broken syntax":    {"id: [a\n", "f.yaml:1:"},
		"empty file":       {"", "f.yaml: "},
		"only a comment":   {"# nothing\n", "f.yaml: "},
		"second document":  {"id: a\n---\nid: b\n", "f.yaml: more than one document"},
		"list for a thing": {"- id: a\n", "f.yaml:1:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got thing
			err := strictyaml.Decode("f.yaml", []byte(c.text), &got)
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got %v, want an error that begins with %q", err, c.want)
			}
		})
	}
}

// A person who mends a file wants to hear of everything at once.
func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	var got struct {
		ID    string           `yaml:"id"`
		Count int              `yaml:"count"`
		Inner map[string]thing `yaml:"inner"`
	}
	err := strictyaml.Decode("f.yaml", []byte(`id: a
Count: 2
id: b
inner:
  one: {cuont: 1}
  two: {list: [x], count: 3}
`), &got)
	for _, w := range []string{
		`f.yaml:2:1: unknown key "Count" (did you mean "count"?)`, `f.yaml:3:1: key "id" is given twice, first in line 1`,
		`f.yaml:5:9: unknown key "cuont"`,
	} {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("%q is missing in\n%v", w, err)
		}
	}
	if len(strictyaml.Problems(err)) != 3 || !strictyaml.Filled(err) || got.Inner["two"].Count != 3 {
		t.Errorf("%d problems, filled %t: %+v", len(strictyaml.Problems(err)), strictyaml.Filled(err), got)
	}
}

func TestAWrongTypeFillsNothing(t *testing.T) {
	t.Parallel()
	var got thing
	err := strictyaml.Decode("f.yaml", []byte("id: a\ncount: many\nlist: {x: y}\nmore: 1\n"), &got)
	if len(strictyaml.Problems(err)) != 3 || strictyaml.Filled(err) {
		t.Errorf("filled %t: %v", strictyaml.Filled(err), err)
	}
	if err := strictyaml.Decode("f.yaml", []byte("id: [a\n"), &got); err == nil || strictyaml.Problems(err) != nil || strictyaml.Filled(err) {
		t.Errorf("broken syntax: %v", err)
	}
	if !strictyaml.Filled(nil) {
		t.Error("a good file filled nothing")
	}
}

func TestAnchorsAndMergedKeys(t *testing.T) {
	t.Parallel()
	var got map[string]thing
	if err := strictyaml.Decode("f.yaml", []byte("one: &one {id: a, list: [x]}\ntwo: {<<: *one, count: 2}\nthree: *one\nfour:\n"), &got); err != nil {
		t.Fatal(err)
	}
	if got["two"].ID != "a" || got["two"].Count != 2 || got["three"].ID != "a" {
		t.Errorf("%+v", got)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("id: a\ncount: 2\n"))
	f.Add([]byte("id: &x [*x]\n---\n? {a: b}\n"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		var got thing
		_ = strictyaml.Decode("f.yaml", data, &got) // it may refuse, and must return
	})
}
