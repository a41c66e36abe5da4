package quirk

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// documentation is what the source says of the types it declares.
type documentation struct {
	fields    map[string]string   // "Type.Field" -> doc comment
	constants map[string][]string // type name -> its string constants
}

func (d documentation) field(owner, name string) string { return d.fields[owner+"."+name] }

// allowed are the values of an enumerated field: those of its own tag
// (values:"off|exact" or allowed:"off,exact"), else the constants of its type.
func (d documentation) allowed(f reflect.StructField) []string {
	if tag, ok := f.Tag.Lookup("values"); ok {
		return strings.Split(tag, "|")
	}
	if tag, ok := f.Tag.Lookup("allowed"); ok {
		return strings.Split(tag, ",")
	}
	t := deref(f.Type)
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.String || t.PkgPath() == "" {
		return nil
	}
	return slices.Clone(d.constants[t.Name()])
}

// parse reads every Go file of the source but tests.
func parse(source fs.FS) (documentation, error) {
	d := documentation{fields: map[string]string{}, constants: map[string][]string{}}
	files := token.NewFileSet()
	err := fs.WalkDir(source, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := fs.ReadFile(source, name)
		if err != nil {
			return fmt.Errorf("reading the settings' source: %w", err)
		}
		file, err := parser.ParseFile(files, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("parsing the settings' source: %w", err)
		}
		d.add(file)
		return nil
	})
	return d, err
}

func (d documentation) add(file *ast.File) {
	for _, decl := range file.Decls {
		general, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range general.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if body, ok := s.Type.(*ast.StructType); ok {
					d.addStruct(s.Name.Name, body)
				}
			case *ast.ValueSpec:
				if general.Tok == token.CONST {
					d.addConstants(s)
				}
			}
		}
	}
}

func (d documentation) addStruct(name string, body *ast.StructType) {
	for _, f := range body.Fields.List {
		doc := f.Doc.Text()
		if doc == "" {
			doc = f.Comment.Text()
		}
		for _, n := range f.Names {
			d.fields[name+"."+n.Name] = unwrap(doc)
		}
	}
}

// addConstants collects the non-empty string constants of a named type. A
// conversion or an untyped constant says nothing of its type, so it is left.
func (d documentation) addConstants(s *ast.ValueSpec) {
	typ, ok := s.Type.(*ast.Ident)
	if !ok {
		return
	}
	for _, v := range s.Values {
		lit, ok := v.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			continue
		}
		if text, err := strconv.Unquote(lit.Value); err == nil && text != "" {
			d.constants[typ.Name] = append(d.constants[typ.Name], text)
		}
	}
}

// unwrap undoes the line breaks of a comment and keeps its paragraphs.
func unwrap(comment string) string {
	paragraphs := strings.Split(strings.TrimSpace(comment), "\n\n")
	for i, p := range paragraphs {
		paragraphs[i] = strings.Join(strings.Fields(p), " ")
	}
	return strings.Join(paragraphs, "\n")
}
