//go:build unix

package real

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/proc"
)

// peer speaks JSON-RPC 2.0 with a program over its standard streams.
type peer struct {
	box *sandbox
	// headers says that each message follows a Content-Length header, as the
	// Language Server Protocol has it; the zero value has one message on each
	// line, as MCP's stdio transport does.
	headers bool
	// answers replies to a request of the program; nil, and false, mean that
	// there is no such method. ping is always answered.
	answers func(method string, params json.RawMessage) (result any, ok bool)

	process *proc.Process

	mu      sync.Mutex
	last    int
	pending map[int]chan reply
	heard   map[string]chan json.RawMessage // notifications by method
}

// reply is the answer to a request.
type reply struct {
	result json.RawMessage
	err    *rpcError
}

type rpcError struct {
	Code    int             `json:"code"`
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data,omitempty"`
}

// methodNotFound is JSON-RPC's code for a method that does not exist.
const methodNotFound = -32601

// maxHeard is how many notifications of one method are kept until somebody
// looks at them.
const maxHeard = 64

// talk starts the program and speaks JSON-RPC with it. Notifications of the
// methods in hear are kept for next; all others are dropped.
func (b *sandbox) talk(args []string, p *peer, hear ...string) error {
	p.box, p.pending, p.heard = b, map[int]chan reply{}, map[string]chan json.RawMessage{}
	for _, method := range hear {
		p.heard[method] = make(chan json.RawMessage, maxHeard)
	}
	ready := make(chan struct{})
	o := proc.Options{Stdout: func(message string) {
		<-ready
		p.receive(message)
	}}
	if p.headers {
		o.Split = splitFrame
	}
	process, err := b.start(args, o)
	if err != nil {
		return err
	}
	p.process = process
	close(ready)
	return nil
}

// receive takes a message of the program.
func (p *peer) receive(text string) {
	var in struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
		Params json.RawMessage `json:"params"`
		Result json.RawMessage `json:"result"`
		Error  *rpcError       `json:"error"`
	}
	if json.Unmarshal([]byte(text), &in) != nil {
		return // not JSON-RPC
	}
	hasID := len(in.ID) > 0 && string(in.ID) != "null"
	switch {
	case in.Method != "" && hasID:
		p.answer(in.ID, in.Method, in.Params)
	case in.Method != "":
		select {
		case p.heard[in.Method] <- in.Params: // a nil channel takes nothing
		default:
		}
	case hasID:
		var id int
		if json.Unmarshal(in.ID, &id) != nil {
			return
		}
		p.mu.Lock()
		waiting := p.pending[id]
		delete(p.pending, id)
		p.mu.Unlock()
		if waiting != nil {
			waiting <- reply{in.Result, in.Error}
		}
	}
}

// answer replies to a request of the program.
func (p *peer) answer(id json.RawMessage, method string, params json.RawMessage) {
	message := map[string]any{"jsonrpc": "2.0", "id": id}
	var result any = struct{}{}
	ok := method == "ping"
	if !ok && p.answers != nil {
		result, ok = p.answers(method, params)
	}
	if ok {
		message["result"] = result
	} else {
		message["error"] = rpcError{Code: methodNotFound, Message: "method not found"}
	}
	// A program that has ended is noticed by whoever waits for it.
	_ = p.send(message)
}

func (p *peer) send(v any) error {
	message, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if p.headers {
		message = append([]byte("Content-Length: "+strconv.Itoa(len(message))+"\r\n\r\n"), message...)
	} else {
		message = append(message, '\n')
	}
	_, err = p.process.Write(message)
	return err
}

func (p *peer) notify(method string) error {
	return p.send(map[string]any{"jsonrpc": "2.0", "method": method})
}

// call sends a request and waits for its answer. A result of nil is not looked
// at.
func (p *peer) call(ctx context.Context, method string, params, result any) error {
	answer := make(chan reply, 1)
	p.mu.Lock()
	p.last++
	id := p.last
	p.pending[id] = answer
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.pending, id)
		p.mu.Unlock()
	}()
	mark := p.box.browser.mark()
	if err := p.send(map[string]any{"jsonrpc": "2.0", "id": id, "method": method, "params": params}); err != nil {
		<-p.process.Done() // it does not listen any more
		return p.process.Err()
	}
	m, err := await(ctx, p.box, p.process, mark, "an answer to "+method, answer)
	switch {
	case err != nil:
		return err
	case m.err != nil && m.err.Code == methodNotFound:
		return &answered{fmt.Sprintf("%s: %s\n%s", method, m.err.Message, otherInterface), clients.Unsupported}
	case m.err != nil:
		return &answered{words: m.err.words()}
	case result == nil:
		return nil
	}
	if err := json.Unmarshal(m.result, result); err != nil {
		return &answered{fmt.Sprintf("%s: %v\n%s", method, err, otherInterface), clients.Unsupported}
	}
	return nil
}

func (e *rpcError) words() string {
	words := fmt.Sprintf("error %d: %s", e.Code, e.Message)
	if len(e.Data) > 0 && string(e.Data) != "null" {
		words += " " + string(e.Data)
	}
	return words
}

// next waits for a notification that was not looked at yet. The mark is that of
// the browser from when the wait may end because of what the browser saw.
func (p *peer) next(ctx context.Context, method string, mark int, params any) error {
	raw, err := await(ctx, p.box, p.process, mark, method, p.heard[method])
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, params)
}

// drop returns the notifications that were not looked at yet, and keeps none.
func (p *peer) drop(method string) []json.RawMessage {
	var out []json.RawMessage
	for {
		select {
		case raw := <-p.heard[method]:
			out = append(out, raw)
		default:
			return out
		}
	}
}

// splitFrame cuts a stream into the messages that follow Content-Length
// headers.
func splitFrame(data []byte, atEOF bool) (advance int, message []byte, err error) {
	end := bytes.Index(data, []byte("\r\n\r\n"))
	if end < 0 {
		if atEOF && len(data) > 0 {
			return len(data), data, bufio.ErrFinalToken
		}
		return 0, nil, nil
	}
	length := -1
	for line := range strings.SplitSeq(string(data[:end]), "\r\n") {
		name, value, _ := strings.Cut(line, ":")
		// A line before the header may be anything that the program prints.
		if strings.HasSuffix(strings.ToLower(strings.TrimSpace(name)), "content-length") {
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return 0, nil, fmt.Errorf("Content-Length: %w", err)
			}
		}
	}
	body := end + len("\r\n\r\n")
	switch {
	case length < 0:
		return body, nil, nil
	case len(data) >= body+length:
		return body + length, data[body : body+length], nil
	case atEOF:
		return 0, nil, errors.New("the last message is not complete")
	}
	return 0, nil, nil
}
