package quirk

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// ErrUnknown is wrapped when a path names no field.
var ErrUnknown = errors.New("no such setting")

// Field is a setting of a struct with its row of the table.
type Field struct {
	// Path is the setting's name as in YAML, groups joined by dots, for example
	// redirect.loopbackPort.
	Path string
	// Side is who has the setting, for example "client".
	Side string
	// Is says in one sentence what the setting is.
	Is string
	// Default is a clause: what is so where the setting is left out.
	Default string
	// Note says what the specification says of the values, and who has them; ""
	// for nothing.
	Note string
	// Type is text, switch, number, duration, list or map.
	Type string
	// Allowed are the words that the setting takes.
	Allowed []string
	// Values are these words with their meaning.
	Values []Value
	// Takes says what the setting takes besides its words; "" for nothing.
	Takes string

	row Row
}

// Fields returns the settings of the struct t in the order of its fields,
// groups flattened. group is the group of the table that the struct is, "" for
// none. A field without a row is an error: a quirk that nobody can explain must
// not be listed.
func Fields(t reflect.Type, group string) ([]Field, error) {
	table, err := read()
	if err != nil {
		return nil, err
	}
	var out []Field
	var problems []error
	walkType(t, "", func(path string, f reflect.StructField) {
		row, ok := table.rows[joined(group, path)]
		if !ok {
			problems = append(problems, fmt.Errorf("the table of settings has no row for %s", joined(group, path)))
			return
		}
		out = append(out, Field{
			Path: path, Side: row.Side, Is: row.Is, Default: row.Default, Note: row.Note,
			Type: typeWord(f.Type), Allowed: row.Values.words(), Values: row.Values, Takes: row.Takes, row: row,
		})
	})
	return out, errors.Join(problems...)
}

// Means is a clause: what a value of the setting means, written as by
// [NonZero]. "" means the default.
func (f Field) Means(value string) string {
	if value == "" {
		return f.Default
	}
	words := []string{value}
	if f.Type == "list" && f.Takes == "" && f.row.Means != "" {
		return f.row.Means
	}
	if f.Type == "list" {
		words = strings.Split(strings.Trim(value, "[]"), ", ")
	}
	var clauses []string
	for _, word := range words {
		i := slices.IndexFunc(f.Values, func(v Value) bool { return v.Word == strings.Trim(word, `"'`) })
		switch {
		case i >= 0 && f.Values[i].Means != word:
			clauses = append(clauses, f.Values[i].Means)
		case i >= 0: // The word says it.
		default:
			return f.row.Means
		}
	}
	return strings.Join(clauses, ", then ")
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
func walkType(t reflect.Type, prefix string, visit func(path string, f reflect.StructField)) {
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
			visit(prefix+name, f)
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
