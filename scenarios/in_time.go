package scenarios

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/internal/patience"
)

// inTime has a client do something for as long as requests arrive at the servers,
// and for the quiet time after the last one. A client that has not come back by then
// is not judged for it: what it says once it was interrupted is about that.
func inTime(
	ctx context.Context, rec *trace.Recorder, quiet time.Duration, what string, do func(context.Context) clients.Outcome,
) clients.Outcome {
	attempt, cancel := patience.Context(ctx, patience.Limits{
		Quiet: quiet, Total: attemptTimes * quiet,
		Progress: func() uint64 {
			requests, _ := served(ctx, rec)
			return uint64(requests) //nolint:gosec // it is not negative
		},
	}, clients.ErrTimedOut)
	defer cancel()
	before, _ := served(ctx, rec)
	out := do(attempt)
	if attempt.Err() == nil || ctx.Err() != nil || out.Status == clients.OK || !out.Status.Says() {
		return out
	}
	after, _ := served(ctx, rec)
	words := fmt.Sprintf("waited in vain for the end of %q; %d requests arrived meanwhile", what, after-before)
	if out.Words != "" {
		words += "; interrupted, the client says: " + out.Words
	}
	return clients.Outcome{Status: clients.TimedOut, Words: words}
}

// served is what clients.Facts.Served tells.
func served(ctx context.Context, rec *trace.Recorder) (requests int, pending bool) {
	// It looks at the living recording and waits for nothing.
	_ = rec.Wait(ctx, func(r *trace.Recording) bool {
		requests = len(r.Exchanges)
		pending = slices.ContainsFunc(r.Exchanges, func(x trace.Exchange) bool {
			// An MCP server is asked by GET for a stream that stays open.
			return x.From == trace.Client && x.Took == 0 && (x.Request.Method != http.MethodGet || x.To != trace.MCPServer)
		})
		return true
	})
	return requests, pending
}
