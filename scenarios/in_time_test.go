package scenarios

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// A client is waited for as long as it asks servers for something, and is not judged
// for the end of that.
func TestAttemptsEndWithoutProgress(t *testing.T) {
	t.Parallel()
	const quiet = 400 * time.Millisecond
	interrupted := func(ctx context.Context) clients.Outcome {
		<-ctx.Done()
		return clients.Outcome{Status: clients.Failed, Words: "context canceled"}
	}
	rec := trace.NewRecorder(trace.Setting{})
	out := inTime(t.Context(), rec, quiet, "call echo", interrupted)
	if out.Status != clients.TimedOut || !strings.Contains(out.Words, `in vain for the end of "call echo"; 0 requests`) {
		t.Errorf("a client that hangs: %+v", out)
	}
	busy := func(ctx context.Context) clients.Outcome {
		tick := time.NewTicker(quiet / 8)
		defer tick.Stop()
		for range 12 { // longer than it may be quiet, however slow the ticks are
			<-tick.C
			rec.Begin(trace.Client, trace.MCPServer, trace.Request{Method: "POST"})
		}
		if ctx.Err() != nil {
			return interrupted(ctx)
		}
		return clients.Outcome{Status: clients.Refused}
	}
	if out := inTime(t.Context(), rec, quiet, "connect", busy); out.Status != clients.Refused {
		t.Errorf("a client that makes progress: %+v", out)
	}
	if n, pending := served(t.Context(), rec); n != 12 || !pending {
		t.Errorf("%d requests, pending: %t", n, pending)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if out := inTime(ended, rec, quiet, "connect", interrupted); out.Status != clients.Failed {
		t.Errorf("an interruption: %+v", out)
	}
}
