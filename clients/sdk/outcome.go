package sdk

import (
	"context"
	"errors"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// notConnected is the outcome of a call by a client that has no connection.
func notConnected() clients.Outcome {
	return clients.Outcome{Status: clients.Failed, Words: "it is not connected"}
}

// timedOut reports whether a program was interrupted because its time was up: what
// it says then is not its own account. An interruption for another reason is nobody's
// to tell.
func timedOut(ctx context.Context) bool {
	why := context.Cause(ctx)
	return errors.Is(why, clients.ErrTimedOut) || errors.Is(why, context.DeadlineExceeded)
}

// called is the outcome of a call that was answered with texts.
func called(m *trace.Masker, texts []string, failed bool) clients.Outcome {
	text := strings.Join(texts, "\n")
	if failed {
		return clients.Outcome{Status: clients.Failed, Words: m.Text(text)}
	}
	return clients.Outcome{Status: clients.OK, Text: text}
}
