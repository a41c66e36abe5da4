package emulated

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// mirrorKey is the member of a property's schema that names a header field for
// the argument (MCP 2026-07-28, custom headers from tool parameters).
const mirrorKey = "x-mcp-header"

// mirrorPrefix stands before the name that the schema gives.
const mirrorPrefix = "Mcp-Param-"

// mirror is an argument that goes into a header field, too.
type mirror struct {
	path   []string // from the arguments inward
	header string
}

// readMirrors finds the annotated properties of a tool's schema. An annotation
// that breaks the rules makes the whole tool invalid.
func readMirrors(schema json.RawMessage) ([]mirror, error) {
	var root any
	if err := json.Unmarshal(schema, &root); err != nil {
		return nil, fmt.Errorf("its schema: %w", err)
	}
	var found []mirror
	var errs []error
	walkSchema(root, nil, true, func(path []string, reachable bool, node map[string]any) {
		m, err := newMirror(path, reachable, node)
		same := func(o mirror) bool { return strings.EqualFold(o.header, m.header) }
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("%s at %q %w", mirrorKey, strings.Join(path, "."), err))
		case slices.ContainsFunc(found, same):
			errs = append(errs, fmt.Errorf("%s names %s twice", mirrorKey, m.header))
		default:
			found = append(found, m)
		}
	})
	return found, errors.Join(errs...)
}

// newMirror checks one annotation.
func newMirror(path []string, reachable bool, node map[string]any) (mirror, error) {
	name, isText := node[mirrorKey].(string)
	kind, _ := node["type"].(string)
	switch {
	case !reachable || len(path) == 0:
		return mirror{}, errors.New("is not at a property that can be reached by its name")
	case !isText || name == "" || token(name) != name:
		return mirror{}, errors.New("is no name of a header field (RFC 9110 section 5.1)")
	case kind != "string" && kind != "integer" && kind != "boolean":
		return mirror{}, errors.New("is at a property that is neither string nor integer nor boolean")
	}
	return mirror{path: slices.Clone(path), header: mirrorPrefix + name}, nil
}

// walkSchema calls visit for every annotated schema within a JSON Schema, in
// the order of names. Only what lies under nothing but properties is reachable.
func walkSchema(node any, path []string, reachable bool, visit func(path []string, reachable bool, node map[string]any)) {
	if list, ok := node.([]any); ok {
		for _, each := range list {
			walkSchema(each, path, false, visit)
		}
		return
	}
	schema, ok := node.(map[string]any)
	if !ok {
		return
	}
	if _, annotated := schema[mirrorKey]; annotated {
		visit(path, reachable, schema)
	}
	for _, key := range sorted(schema) {
		switch key {
		case "const", "default", "enum", "examples", mirrorKey: // values, not schemas
		case "properties", "$defs", "definitions", "patternProperties", "dependentSchemas": // schemas by name
			byName, _ := schema[key].(map[string]any)
			for _, name := range sorted(byName) {
				walkSchema(byName[name], append(path, name), reachable && key == "properties", visit)
			}
		default:
			walkSchema(schema[key], path, false, visit)
		}
	}
}

func sorted(m map[string]any) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// text is the argument as a header field has it; false when it is missing or
// null, or of another type than the schema says.
func (m mirror) text(arguments map[string]any) (string, bool) {
	var value any = arguments
	for _, name := range m.path {
		object, ok := value.(map[string]any)
		if !ok {
			return "", false
		}
		value = object[name]
	}
	switch v := value.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case int:
		return strconv.Itoa(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	}
	return "", false
}
