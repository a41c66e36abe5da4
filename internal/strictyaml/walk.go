package strictyaml

import (
	"cmp"
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// walker goes through a file beside the type that it is decoded into. The
// decoder ends at the first problem; a person wants to see them all.
type walker struct {
	problems []Problem
	mistyped bool
}

func (w *walker) problemf(at *token.Token, format string, args ...any) {
	w.problems = append(w.problems, Problem{at.Position.Line, at.Position.Column, fmt.Sprintf(format, args...)})
}

// join puts the problems together in the order of the file.
func (w *walker) join(name string) error {
	slices.SortStableFunc(w.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	errs := make([]error, len(w.problems))
	for i, p := range w.problems {
		errs[i] = fmt.Errorf("%s:%d:%d: %s", name, p.Line, p.Column, p.Text)
	}
	return errors.Join(errs...)
}

// walk compares a node with the type of the value that it stands for.
func (w *walker) walk(node ast.Node, t reflect.Type) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch n := node.(type) {
	case *ast.AnchorNode:
		w.walk(n.Value, t)
		return
	case *ast.AliasNode, *ast.NullNode:
		return // what it stands for was looked at where it was written
	}
	switch {
	case decodesItself(t):
		w.try(node, t)
	case t.Kind() == reflect.Struct:
		w.mapping(node, t, func(key string) (reflect.Type, bool) { return Field(t, key) })
	case t.Kind() == reflect.Map:
		w.mapping(node, t, func(string) (reflect.Type, bool) { return t.Elem(), true })
	case t.Kind() == reflect.Slice:
		sequence, ok := node.(*ast.SequenceNode)
		if !ok {
			w.try(node, t)
			return
		}
		for _, value := range sequence.Values {
			w.walk(value, t.Elem())
		}
	default:
		w.try(node, t)
	}
}

// mapping walks the values of a mapping; typeOf is the type of a key's value.
func (w *walker) mapping(node ast.Node, t reflect.Type, typeOf func(key string) (reflect.Type, bool)) {
	var values []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	default:
		w.mistyped = true
		w.problemf(node.GetToken(), "want a mapping, not %s", node.Type())
		return
	}
	first := map[string]int{}
	for _, value := range values {
		at := value.Key.GetToken()
		key := at.Value
		if _, isMerge := value.Key.(*ast.MergeKeyNode); isMerge {
			w.walk(value.Value, t)
			continue
		}
		if line, twice := first[key]; twice {
			w.problemf(at, "key %q is given twice, first in line %d", key, line)
			continue
		}
		first[key] = at.Position.Line
		inner, known := typeOf(key)
		if !known {
			w.problemf(at, "unknown key %q%s", key, suggestion(t, key))
			continue
		}
		w.walk(value.Value, inner)
	}
}

// try decodes a value by itself, to hear what the decoder has to say.
func (w *walker) try(node ast.Node, t reflect.Type) {
	err := yaml.NodeToValue(node, reflect.New(t).Interface(), yaml.Strict())
	if err == nil {
		return
	}
	w.mistyped = true
	var ye yaml.Error
	if errors.As(err, &ye) && ye.GetToken() != nil {
		w.problemf(ye.GetToken(), "%s", ye.GetMessage())
		return
	}
	w.problemf(node.GetToken(), "%s", err)
}

// decodesItself tells a type that reads its own YAML.
func decodesItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) ||
		p.Implements(reflect.TypeFor[yaml.BytesUnmarshaler]()) ||
		p.Implements(reflect.TypeFor[yaml.InterfaceUnmarshaler]())
}

// Field is the type of the field of the struct t that a YAML key stands for.
func Field(t reflect.Type, key string) (reflect.Type, bool) {
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case !f.IsExported() || name == "-":
		case options == "inline":
			if inner, ok := Field(f.Type, key); ok {
				return inner, true
			}
		case name == key, name == "" && strings.EqualFold(f.Name, key):
			return f.Type, true
		}
	}
	return nil, false
}

// suggestion names the key of t that differs from the unknown one in case only.
func suggestion(t reflect.Type, key string) string {
	if t.Kind() != reflect.Struct {
		return ""
	}
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if options == "inline" {
			if s := suggestion(f.Type, key); s != "" {
				return s
			}
		} else if name != "" && name != "-" && strings.EqualFold(name, key) {
			return fmt.Sprintf(" (did you mean %q?)", name)
		}
	}
	return ""
}
