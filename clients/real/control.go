//go:build unix

package real

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/proc"
)

// controller speaks the control protocol of Claude Code: requests and responses
// with an id, one JSON object on each line, among other messages.
type controller struct {
	box     *sandbox
	process *proc.Process

	mu      sync.Mutex
	last    int
	pending map[string]chan controlResponse
}

type controlResponse struct {
	Subtype   string          `json:"subtype"` // success or error
	RequestID string          `json:"request_id"`
	Response  json.RawMessage `json:"response"`
	Error     string          `json:"error"`
}

// control starts the program, to be controlled.
func (b *sandbox) control(args []string) (*controller, error) {
	c := &controller{box: b, pending: map[string]chan controlResponse{}}
	ready := make(chan struct{})
	process, err := b.start(args, proc.Options{Stdout: func(line string) {
		<-ready
		c.receive(line)
	}})
	if err != nil {
		return nil, err
	}
	c.process = process
	close(ready)
	return c, nil
}

func (c *controller) receive(line string) {
	var in struct {
		Type     string          `json:"type"`
		Response controlResponse `json:"response"`
	}
	if json.Unmarshal([]byte(line), &in) != nil || in.Type != "control_response" {
		return
	}
	c.mu.Lock()
	waiting := c.pending[in.Response.RequestID]
	delete(c.pending, in.Response.RequestID)
	c.mu.Unlock()
	if waiting != nil {
		waiting <- in.Response
	}
}

// request sends a control request and waits for its response. A result of nil is
// not looked at.
func (c *controller) request(ctx context.Context, request map[string]any, result any) error {
	answer := make(chan controlResponse, 1)
	c.mu.Lock()
	c.last++
	id := "r" + strconv.Itoa(c.last)
	c.pending[id] = answer
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.pending, id)
		c.mu.Unlock()
	}()
	mark := c.box.browser.mark()
	line, err := json.Marshal(map[string]any{"type": "control_request", "request_id": id, "request": request})
	if err != nil {
		return err
	}
	if _, err := c.process.Write(append(line, '\n')); err != nil {
		<-c.process.Done() // it does not listen any more
		return c.process.Err()
	}
	subtype := fmt.Sprint(request["subtype"])
	r, err := await(ctx, c.box, c.process, mark, "an answer to "+subtype, answer)
	switch {
	case err != nil:
		return err
	case r.Subtype != "success":
		return &answered{words: r.Error}
	case result == nil:
		return nil
	}
	if err := json.Unmarshal(r.Response, result); err != nil {
		return &answered{fmt.Sprintf("%s: %v\n%s", subtype, err, otherInterface), clients.Unsupported}
	}
	return nil
}
