package quirk

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"time"
)

// ErrUnknown is wrapped when a path names no field.
var ErrUnknown = errors.New("no such setting")

// Field is one documented way to differ from the conformant default.
type Field struct {
	// Path is the field's name as written in YAML, groups joined by dots, for
	// example redirect.loopbackPort.
	Path string
	// Doc is the field's doc comment as one paragraph per line.
	Doc string
	// Type is text, switch, number, duration, list or map.
	Type string
	// Allowed are the values the field takes besides its zero value; nil means
	// that the values are open or that the source does not list them.
	Allowed []string
}

// Fields enumerates the fields of the struct t in the order of its source,
// groups flattened. source holds the Go files that declare t and the types of
// its groups. A field without a doc comment is an error, because a quirk that
// nobody can explain must not be listed.
func Fields(t reflect.Type, source fs.FS) ([]Field, error) {
	docs, err := parse(source)
	if err != nil {
		return nil, err
	}
	var out []Field
	var problems []error
	walkType(t, "", func(path string, owner reflect.Type, f reflect.StructField) {
		doc := docs.field(owner.Name(), f.Name)
		if doc == "" {
			problems = append(problems, fmt.Errorf("setting %s (%s.%s) has no doc comment", path, owner.Name(), f.Name))
			return
		}
		out = append(out, Field{Path: path, Doc: doc, Type: typeWord(f.Type), Allowed: docs.allowed(f)})
	})
	return out, errors.Join(problems...)
}

// Prefixed returns the fields with a group name in front of every path.
func Prefixed(prefix string, fields []Field) []Field {
	out := make([]Field, len(fields))
	for i, f := range fields {
		f.Path = prefix + "." + f.Path
		out[i] = f
	}
	return out
}

// walkType calls visit for every leaf of the struct t, in source order.
func walkType(t reflect.Type, prefix string, visit func(path string, owner reflect.Type, f reflect.StructField)) {
	t = deref(t)
	for f := range t.Fields() {
		name, inline, skip := yamlName(f)
		switch {
		case skip:
		case inline:
			walkType(f.Type, prefix, visit)
		case isGroup(f.Type):
			walkType(f.Type, prefix+name+".", visit)
		default:
			visit(prefix+name, t, f)
		}
	}
}

// yamlName is the name a YAML decoder uses for the field.
func yamlName(f reflect.StructField) (name string, inline, skip bool) {
	if !f.IsExported() {
		return "", false, true
	}
	name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	switch {
	case name == "-":
		return "", false, true
	case strings.Contains(","+options+",", ",inline,"):
		return "", true, false
	case name == "":
		return strings.ToLower(f.Name), false, false
	}
	return name, false, false
}

// isGroup tells a struct that holds further settings from a value.
func isGroup(t reflect.Type) bool {
	t = deref(t)
	return t.Kind() == reflect.Struct && !decodesItself(t)
}

func deref(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

func typeWord(t reflect.Type) string {
	t = deref(t)
	if t == reflect.TypeFor[time.Duration]() {
		return "duration"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "switch"
	case reflect.Slice, reflect.Array:
		return "list"
	case reflect.Map, reflect.Struct:
		return "map"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Float32, reflect.Float64:
		return "number"
	default:
		return "text"
	}
}
