package scenarios

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/mcpcompat/mcpcompat/clients"
)

// chooseCall makes up a call of the first tool that may be called without
// knowing what it does: one that the server calls read-only if there is any,
// otherwise one that it does not call destructive (the hints of MCP 2025-11-25,
// tool annotations). why says that there is none.
func chooseCall(session clients.Session) (c ToolCall, why string) {
	lister, ok := session.(clients.ToolLister)
	if !ok {
		return ToolCall{}, "the client does not tell which tools it was shown"
	}
	tools := lister.Tools()
	if len(tools) == 0 {
		return ToolCall{}, "the server lists none"
	}
	for _, fits := range []func(clients.Tool) bool{
		func(t clients.Tool) bool { return t.ReadOnly != nil && *t.ReadOnly },
		func(t clients.Tool) bool { return t.Destructive == nil || !*t.Destructive },
	} {
		for _, t := range tools {
			if !fits(t) {
				continue
			}
			if arguments, ok := simpleArguments(t.InputSchema); ok {
				return ToolCall{t.Name, arguments}, ""
			}
		}
	}
	return ToolCall{}, fmt.Sprintf("of the %d that the server lists, each is destructive or takes more than simple arguments", len(tools))
}

// schema is what is understood of a JSON Schema.
type schema struct {
	Type       json.RawMessage   `json:"type"`
	Properties map[string]schema `json:"properties"`
	Required   []string          `json:"required"`
	Enum       []any             `json:"enum"`
	Const      any               `json:"const"`
	Default    any               `json:"default"`
}

// simpleArguments are those that a tool requires; false when one of them is no
// text, number or truth value.
func simpleArguments(raw json.RawMessage) (map[string]any, bool) {
	arguments := map[string]any{}
	if len(raw) == 0 {
		return arguments, true
	}
	var s schema
	if json.Unmarshal(raw, &s) != nil {
		return nil, false
	}
	for _, name := range s.Required {
		value, ok := s.Properties[name].example()
		if !ok {
			return nil, false
		}
		arguments[name] = value
	}
	return arguments, true
}

// example is a value that the schema allows; false when it is not simple.
func (s schema) example() (any, bool) {
	switch {
	case s.Const != nil:
		return s.Const, true
	case s.Default != nil:
		return s.Default, true
	case len(s.Enum) > 0:
		return s.Enum[0], true
	}
	switch kinds := s.kinds(); {
	case slices.Contains(kinds, "string"):
		return "mcpcompat", true
	case slices.Contains(kinds, "integer"), slices.Contains(kinds, "number"):
		return 1, true
	case slices.Contains(kinds, "boolean"):
		return true, true
	}
	return nil, false
}

// kinds are the types that the schema allows.
func (s schema) kinds() []string {
	var one string
	if json.Unmarshal(s.Type, &one) == nil {
		return []string{one}
	}
	var several []string
	if json.Unmarshal(s.Type, &several) != nil {
		return nil
	}
	return several
}
