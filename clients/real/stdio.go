//go:build unix

package real

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
)

// hostRevision is the MCP revision that the host opens with. It is the newest
// that has a handshake; what the program speaks to the server is its own
// choice.
const hostRevision = "2025-11-25"

// host drives a program that is an MCP server to whoever starts it, and a
// client to the remote server: it speaks MCP over the program's standard input
// and output.
type host struct {
	box  *sandbox
	args []string

	peer *peer // nil before the program was started
}

// errNotRunning is returned by a call without a program.
var errNotRunning = errors.New("it does not run")

// connect starts the program, does the handshake and lists the tools.
func (h *host) connect(ctx context.Context) error {
	p := &peer{}
	if err := h.box.talk(h.args, p); err != nil { //nolint:contextcheck // the program outlives the attempt that starts it
		return err
	}
	h.peer = p
	err := p.call(ctx, "initialize", map[string]any{
		"protocolVersion": hostRevision,
		"capabilities":    struct{}{},
		"clientInfo":      map[string]string{"name": "mcpcompat", "version": "1"},
	}, nil)
	if err != nil {
		return err
	}
	if err := p.notify("notifications/initialized"); err != nil {
		return err
	}
	return p.call(ctx, "tools/list", struct{}{}, nil)
}

func (h *host) call(ctx context.Context, tool string, arguments map[string]any) (string, error) {
	if h.peer == nil {
		return "", errNotRunning
	}
	var result toolResult
	err := h.peer.call(ctx, "tools/call", map[string]any{"name": tool, "arguments": arguments}, &result)
	if err != nil {
		return "", err
	}
	return result.outcome()
}

// toolResult is what a tool answered.
type toolResult struct {
	Content toolContent `json:"content"`
	IsError bool        `json:"isError"`
}

// toolContent are the parts of a result.
type toolContent []struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

// UnmarshalJSON also takes a text in place of the parts, which is how Claude Code
// shows structured content.
func (c *toolContent) UnmarshalJSON(data []byte) error {
	type parts toolContent // without this method
	if len(data) == 0 || data[0] != '"' {
		return json.Unmarshal(data, (*parts)(c))
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	*c = toolContent{{Type: "text", Text: text}}
	return nil
}

// outcome is the text of the result, or an error with that text.
func (r toolResult) outcome() (string, error) {
	var texts []string
	for _, c := range r.Content {
		if c.Type == "text" {
			texts = append(texts, c.Text)
		}
	}
	text := strings.Join(texts, "\n")
	if r.IsError {
		return "", &answered{words: text}
	}
	return text, nil
}
