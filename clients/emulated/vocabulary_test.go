package emulated

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/internal/quirk"
	"github.com/mcpcompat/mcpcompat/internal/strictyaml"
)

// constants are the string constants of each named type of this package.
func constants(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("profile*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	out := map[string][]string{}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(gotoken.NewFileSet(), name, src, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			typ, ok := spec.Type.(*ast.Ident)
			for _, v := range spec.Values {
				if lit, isLit := v.(*ast.BasicLit); ok && isLit && lit.Kind == gotoken.STRING {
					text, err := strconv.Unquote(lit.Value)
					if err != nil {
						t.Fatal(err)
					}
					out[typ.Name] = append(out[typ.Name], text)
				}
			}
			return true
		})
	}
	return out
}

// typeAt is the type of a field, or of the elements of its list.
func typeAt(t *testing.T, root reflect.Type, path string) reflect.Type {
	t.Helper()
	typ, ok := lookup(root, path)
	if !ok {
		t.Fatalf("%s is no field", path)
	}
	if typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	return typ
}

// A word of the table that no constant has would be accepted and change
// nothing; a constant that is no word could not be written in a profile.
func TestWordsAndConstantsAreTheSame(t *testing.T) {
	t.Parallel()
	rows, err := quirk.Rows()
	if err != nil {
		t.Fatal(err)
	}
	known := constants(t)
	used := map[string][]string{} // words of all fields of a type
	paths := map[string]bool{}
	for _, r := range rows {
		path, isClient := strings.CutPrefix(r.Path, behaviourGroup+".")
		if !isClient {
			continue
		}
		paths[path] = true
		typ := typeAt(t, reflect.TypeFor[Behaviour](), path)
		if typ.PkgPath() == "" {
			if len(r.Values) > 0 && r.Takes == "" {
				t.Errorf("%s takes words only and has no type of its own", path)
			}
			continue
		}
		for _, v := range append(r.Values, quirk.Value{Word: r.DefaultWord}) {
			used[typ.Name()] = append(used[typ.Name()], v.Word)
			if v.Word != r.DefaultWord && !slices.Contains(known[typ.Name()], v.Word) {
				t.Errorf("%s: %q is the value of no constant of type %s", path, v.Word, typ.Name())
			}
		}
	}
	for name, words := range used {
		for _, word := range known[name] {
			if !slices.Contains(words, word) {
				t.Errorf("the constant %q of type %s is a value of no setting", word, name)
			}
		}
	}
	fields, err := quirk.Fields(reflect.TypeFor[Behaviour](), behaviourGroup) // Every field has its row.
	if err != nil || len(fields) != len(paths) {
		t.Errorf("%d fields and %d rows: %v", len(fields), len(paths), err)
	}
}

// The profiles that come with the program have no words that their settings took
// once: each says what it says without the mapping.
func TestProfilesUsePresentWords(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("profiles/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var p Profile
		if err := strictyaml.Decode(name, src, &p); err != nil {
			t.Fatal(err)
		}
		for _, v := range p.Variants {
			for _, problem := range quirk.Check(behaviourGroup, v.Behaviour) {
				t.Errorf("%s: %s", name, problem)
			}
			before := quirk.NonZero(v.Behaviour)
			if err := v.present(); err != nil {
				t.Fatal(err)
			}
			if after := quirk.NonZero(v.Behaviour); !slices.Equal(before, after) {
				t.Errorf("%s: %s has a former word", name, v.Version)
			}
		}
	}
}
