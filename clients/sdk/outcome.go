package sdk

import (
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// notConnected is the outcome of a call by a client that has no connection.
func notConnected() clients.Outcome {
	return clients.Outcome{Status: clients.Failed, Words: "it is not connected"}
}

// called is the outcome of a call that was answered with texts.
func called(m *trace.Masker, texts []string, failed bool) clients.Outcome {
	text := strings.Join(texts, "\n")
	if failed {
		return clients.Outcome{Status: clients.Failed, Words: m.Text(text)}
	}
	return clients.Outcome{Status: clients.OK, Text: text}
}
