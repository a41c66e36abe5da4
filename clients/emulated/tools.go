package emulated

import (
	"encoding/json"

	"github.com/mcpcompat/mcpcompat/clients"
)

// Tools are those that the server listed when the client connected.
func (s *Session) Tools() []clients.Tool {
	conn := s.program.Load().conn.Load()
	if conn == nil {
		return nil
	}
	return conn.tools
}

// readTools reads the result of tools/list. A list that cannot be read is an
// empty one: what the client does with it is not its business with
// authorization.
func readTools(result json.RawMessage) []clients.Tool {
	var list struct {
		Tools []struct {
			Name        string          `json:"name"`
			InputSchema json.RawMessage `json:"inputSchema"`
			Annotations struct {
				ReadOnly    *bool `json:"readOnlyHint"`
				Destructive *bool `json:"destructiveHint"`
			} `json:"annotations"`
		} `json:"tools"`
	}
	if json.Unmarshal(result, &list) != nil {
		return nil
	}
	out := make([]clients.Tool, 0, len(list.Tools))
	for _, t := range list.Tools {
		out = append(out, clients.Tool{
			Name: t.Name, InputSchema: t.InputSchema, ReadOnly: t.Annotations.ReadOnly, Destructive: t.Annotations.Destructive,
		})
	}
	return out
}

var _ clients.ToolLister = (*Session)(nil)
