package emulated

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

const (
	// maxResumes is how often a stream that ends without the answer is taken
	// up again.
	maxResumes = 3
	// usualRetry is how long the client waits where the server names no time.
	usualRetry = time.Second
	// longestRetry bounds the time that a server can name.
	longestRetry = 10 * time.Second
)

// cutStreamError is an event stream that ended without the answer.
type cutStreamError struct {
	lastID string        // "" where the stream cannot be taken up again
	retry  time.Duration // 0 where the server named no time
}

func (*cutStreamError) Error() string { return "it ended without an answer" }

// resume takes up a stream where it ended (MCP 2025-11-25, resumability and
// redelivery). It does so only in the generations that have it, and only where
// the server has numbered its events.
func (s *Session) resume(ctx context.Context, conn *connection, t *tokens, id int, cause error) (*reply, error) {
	var cut *cutStreamError
	for range maxResumes {
		if conn.modern || !errors.As(cause, &cut) || cut.lastID == "" {
			break
		}
		wait := time.NewTimer(min(max(cut.retry, 0), longestRetry))
		if cut.retry == 0 {
			wait.Reset(usualRetry)
		}
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return nil, fail("the MCP server's event stream: %s", ctx.Err())
		}
		var m rpcMessage
		m, cause = s.takeUp(ctx, conn, t, cut.lastID, id)
		if cause == nil {
			return &reply{status: http.StatusOK, rpc: m}, nil
		}
	}
	return nil, fail("the MCP server's event stream: %s", cause)
}

// takeUp asks for what came after an event.
func (s *Session) takeUp(ctx context.Context, conn *connection, t *tokens, lastID string, id int) (rpcMessage, error) {
	q := request{method: http.MethodGet, url: s.facts.MCPURL, header: s.mcpHeaders(conn, message{})}
	q.header.Set("Accept", "text/event-stream")
	q.header.Set("Last-Event-Id", lastID)
	if t != nil {
		if err := s.present(&q, *t); err != nil {
			return rpcMessage{}, err
		}
	}
	res, err := s.http().send(ctx, toMCP, q)
	if err != nil {
		return rpcMessage{}, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || mediaType(res.Header) != "text/event-stream" {
		return rpcMessage{}, fail("the server answers %d to the attempt to take it up again", res.StatusCode)
	}
	return readEvents(io.LimitReader(res.Body, maxBody), id)
}
