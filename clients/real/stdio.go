package real

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/mcpcompat/mcpcompat/internal/proc"
)

// hostRevision is the MCP revision that the host opens with. It is the newest
// that has a handshake; what the program speaks to the server is its own
// choice.
const hostRevision = "2025-11-25"

// errStranded is wrapped when the program waits for a callback that cannot
// come.
var errStranded = errors.New("the flow cannot go on")

// host is what starts an MCP server program: it speaks JSON-RPC over the
// program's standard input and output.
type host struct {
	process *proc.Process
	browser *browser

	mu      sync.Mutex
	last    int
	pending map[int]chan message
}

// message is any JSON-RPC message.
type message struct {
	ID     *int            `json:"id,omitempty"`
	Method string          `json:"method,omitempty"`
	Params any             `json:"params,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  *rpcError       `json:"error,omitempty"`
}

type rpcError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (e *rpcError) Error() string { return fmt.Sprintf("error %d: %s", e.Code, e.Message) }

func newHost(b *browser) *host { return &host{browser: b, pending: map[int]chan message{}} }

// receive takes a line of the program's standard output.
func (h *host) receive(line string) {
	var in struct {
		message

		ID json.RawMessage `json:"id"`
	}
	if json.Unmarshal([]byte(line), &in) != nil || len(in.ID) == 0 {
		return // not JSON-RPC, or a notification
	}
	if in.Method != "" {
		h.answer(in.ID, in.Method)
		return
	}
	var id int
	if json.Unmarshal(in.ID, &id) != nil {
		return
	}
	h.mu.Lock()
	waiting := h.pending[id]
	delete(h.pending, id)
	h.mu.Unlock()
	if waiting != nil {
		waiting <- message{Result: in.Result, Error: in.Error}
	}
}

// answer replies to a request of the server: this host has no features.
func (h *host) answer(id json.RawMessage, method string) {
	reply := map[string]any{"jsonrpc": "2.0", "id": id, "result": struct{}{}}
	if method != "ping" {
		delete(reply, "result")
		reply["error"] = rpcError{Code: -32601, Message: "method not found"}
	}
	// A program that has ended is noticed by whoever waits for it.
	_ = h.send(reply)
}

func (h *host) send(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = h.process.Write(append(line, '\n'))
	return err
}

func (h *host) notify(method string) error {
	return h.send(map[string]any{"jsonrpc": "2.0", "method": method})
}

// call sends a request and waits for its answer, for the end of the program,
// or for a visit of the browser that did not reach the program.
func (h *host) call(ctx context.Context, method string, params, result any) error {
	reply := make(chan message, 1)
	h.mu.Lock()
	h.last++
	id := h.last
	h.pending[id] = reply
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		delete(h.pending, id)
		h.mu.Unlock()
	}()
	mark := h.browser.mark()
	request := map[string]any{"jsonrpc": "2.0", "id": id, "method": method, "params": params}
	if err := h.send(request); err != nil {
		<-h.process.Done() // it does not listen any more
		return fmt.Errorf("%w: %s", proc.ErrExited, h.process.State())
	}
	for {
		words, changed := h.browser.since(mark)
		if words != "" {
			return fmt.Errorf("%w: %s", errStranded, words)
		}
		select {
		case m := <-reply:
			if m.Error != nil {
				return m.Error
			}
			return json.Unmarshal(m.Result, result)
		case <-changed:
		case <-h.process.Done():
			return fmt.Errorf("%w: %s", proc.ErrExited, h.process.State())
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// connect does the handshake and lists the tools.
func (h *host) connect(ctx context.Context) error {
	var ignored json.RawMessage
	err := h.call(ctx, "initialize", map[string]any{
		"protocolVersion": hostRevision,
		"capabilities":    struct{}{},
		"clientInfo":      map[string]string{"name": "mcpcompat", "version": "1"},
	}, &ignored)
	if err != nil {
		return err
	}
	if err := h.notify("notifications/initialized"); err != nil {
		return err
	}
	return h.call(ctx, "tools/list", struct{}{}, &ignored)
}

// toolResult is what a tool answered.
type toolResult struct {
	Content []struct {
		Type string `json:"type"`
		Text string `json:"text"`
	} `json:"content"`
	IsError bool `json:"isError"`
}

func (r toolResult) text() string {
	var texts []string
	for _, c := range r.Content {
		if c.Type == "text" {
			texts = append(texts, c.Text)
		}
	}
	return strings.Join(texts, "\n")
}
