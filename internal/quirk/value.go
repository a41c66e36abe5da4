package quirk

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
)

// Assignment is a field and the value it has.
type Assignment struct {
	Path string
	// Value is the text that Set takes.
	Value string
}

// decodesItself tells a type that reads its own YAML, which makes a struct a
// value instead of a group.
func decodesItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) ||
		p.Implements(reflect.TypeFor[yaml.BytesUnmarshaler]()) ||
		p.Implements(reflect.TypeFor[yaml.InterfaceUnmarshaler]())
}

// Set gives the field at path the value, written as in YAML; text needs no
// quotes and "" is the zero value of every type. ptr points to the struct. An
// unknown path wraps [ErrUnknown]. Whether the value makes sense is for the
// struct's owner to say.
func Set(ptr any, path, value string) error {
	root := reflect.ValueOf(ptr)
	if root.Kind() != reflect.Pointer || root.IsNil() || root.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("setting %s: want a pointer to a struct, have %T", path, ptr)
	}
	field, ok := find(root.Elem(), path)
	if !ok {
		return fmt.Errorf("%w: %s", ErrUnknown, path)
	}
	if value == "" {
		field.SetZero()
		return nil
	}
	if field.Kind() == reflect.String && !decodesItself(field.Type()) {
		field.SetString(value)
		return nil
	}
	next := reflect.New(field.Type())
	if err := yaml.UnmarshalWithOptions([]byte(value), next.Interface(), yaml.Strict()); err != nil {
		return fmt.Errorf("setting %s to %q: not a %s", path, value, typeWord(field.Type()))
	}
	field.Set(next.Elem())
	return nil
}

// NonZero lists the fields of the struct v (or a pointer to it) that differ
// from their zero value, in source order.
func NonZero(v any) []Assignment {
	root := reflect.ValueOf(v)
	if root.Kind() == reflect.Pointer {
		if root.IsNil() {
			return nil
		}
		root = root.Elem()
	}
	var out []Assignment
	walkType(root.Type(), "", func(path string, _ reflect.StructField) {
		field, ok := peek(root, path)
		if ok && !field.IsZero() {
			out = append(out, Assignment{Path: path, Value: text(field)})
		}
	})
	return out
}

// find returns the leaf at path and allocates groups behind nil pointers.
func find(v reflect.Value, path string) (reflect.Value, bool) { return locate(v, path, true) }

// peek is find without allocation; a leaf behind a nil pointer is not found.
func peek(v reflect.Value, path string) (reflect.Value, bool) { return locate(v, path, false) }

func locate(v reflect.Value, path string, allocate bool) (reflect.Value, bool) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			if !allocate {
				return reflect.Value{}, false
			}
			v.Set(reflect.New(v.Type().Elem()))
		}
		v = v.Elem()
	}
	head, rest, deeper := strings.Cut(path, ".")
	for f, value := range v.Fields() {
		name, inline, skip := yamlName(f)
		switch {
		case skip:
		case inline:
			if found, ok := locate(value, path, allocate); ok {
				return found, true
			}
		case name == head && isGroup(f.Type):
			if !deeper {
				return reflect.Value{}, false
			}
			return locate(value, rest, allocate)
		case name == head && !deeper:
			return value, true
		}
	}
	return reflect.Value{}, false
}

// text writes a value so that Set reads it back.
func text(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() == reflect.String {
		return v.String()
	}
	out, err := yaml.MarshalWithOptions(v.Interface(), yaml.Flow(true))
	if err != nil {
		return fmt.Sprint(v.Interface())
	}
	return strings.TrimSpace(string(out))
}
