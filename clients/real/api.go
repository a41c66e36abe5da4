//go:build unix

package real

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/proc"
)

// maxBody bounds what is read of one answer, in bytes.
const maxBody = 16 << 20

// api is an HTTP interface of a program, by which other programs of its user
// drive it.
type api struct {
	box     *sandbox
	process *proc.Process
	// base is the URL before all paths.
	base string
	// user and password are for HTTP basic authentication; "" means none.
	user, password string
}

func (a *api) get(ctx context.Context, path string, result any) error {
	return a.do(ctx, http.MethodGet, path, nil, result)
}

func (a *api) post(ctx context.Context, path string, body, result any) error {
	return a.do(ctx, http.MethodPost, path, body, result)
}

// do sends a request and waits for its answer, for the end of the program, or
// for a visit of the browser that did not reach the program. A body of nil is
// none, and a result of nil is not looked at.
func (a *api) do(ctx context.Context, method, path string, body, result any) error {
	// A request is given up together with the attempt, and with the program.
	requested, cancel := context.WithCancel(ctx)
	defer cancel()
	type answer struct {
		status int
		body   []byte
		err    error
	}
	mark := a.box.browser.mark()
	answers := make(chan answer, 1)
	go func() {
		var in answer
		in.status, in.body, in.err = a.send(requested, method, path, body)
		answers <- in
	}()
	in, err := await(ctx, a.box, a.process, mark, "an answer to "+method+" "+path, answers)
	switch {
	case err != nil:
		return err
	case in.err != nil:
		return in.err
	case in.status == http.StatusNotFound:
		return &answered{fmt.Sprintf("%s %s: not found\n%s", method, path, otherInterface), clients.Unsupported}
	case in.status >= http.StatusInternalServerError:
		// Its log says more than its answer.
		return fmt.Errorf("%s %s: status %d: %s", method, path, in.status, strings.TrimSpace(string(in.body)))
	case in.status >= http.StatusBadRequest:
		return &answered{words: fmt.Sprintf("%s %s: status %d: %s", method, path, in.status, strings.TrimSpace(string(in.body)))}
	case result == nil:
		return nil
	}
	if err := json.Unmarshal(in.body, result); err != nil {
		return &answered{fmt.Sprintf("%s %s: %v\n%s", method, path, err, otherInterface), clients.Unsupported}
	}
	return nil
}

func (a *api) send(ctx context.Context, method, path string, body any) (status int, answer []byte, err error) {
	var content io.Reader = http.NoBody
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		content = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(ctx, method, a.base+path, content)
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	if a.user != "" {
		r.SetBasicAuth(a.user, a.password)
	}
	// A transport of its own, without kept connections: nothing of it outlives
	// the request.
	t := &http.Transport{DisableKeepAlives: true}
	res, err := (&http.Client{Transport: t}).Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(res.Body, maxBody))
	return res.StatusCode, answer, err
}
