package emulated

import (
	"bytes"
	"encoding/json"

	"github.com/mcpcompat/mcpcompat/clients"
)

// Tools are those that the server listed when the client connected, without
// those that a client of 2026-07-28 has to reject.
func (s *Session) Tools() []clients.Tool {
	conn := s.program.Load().conn.Load()
	if conn == nil {
		return nil
	}
	var out []clients.Tool
	for _, t := range readTools(conn.listed) {
		if _, err := conn.mirrors(t); err == nil {
			out = append(out, t)
		}
	}
	return out
}

// readTools reads the result of tools/list. A list that cannot be read is an
// empty one: authorization goes on without it.
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

// mirrors are the arguments of a tool that go into header fields, too. They
// came with 2026-07-28.
func (conn *connection) mirrors(t clients.Tool) ([]mirror, error) {
	if !conn.modern || !bytes.Contains(t.InputSchema, []byte(mirrorKey)) {
		return nil, nil
	}
	return readMirrors(t.InputSchema)
}

// mirrored are the header fields of a call. A tool whose annotations are
// invalid is not called.
func (conn *connection) mirrored(tool string, arguments map[string]any) (map[string]string, error) {
	if !conn.modern || !bytes.Contains(conn.listed, []byte(mirrorKey)) {
		return nil, nil //nolint:nilnil // documented by the name: there are none
	}
	headers := map[string]string{}
	for _, t := range readTools(conn.listed) {
		if t.Name != tool {
			continue
		}
		mirrors, err := conn.mirrors(t)
		if err != nil {
			return nil, refuse("the tool %s is rejected: %s", tool, err)
		}
		for _, m := range mirrors {
			if text, ok := m.text(arguments); ok {
				headers[m.header] = headerText(text)
			}
		}
	}
	return headers, nil
}

var _ clients.ToolLister = (*Session)(nil)
