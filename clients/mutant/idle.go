package mutant

import (
	"context"
	"net/http"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
)

// idle is a client that does next to nothing.
type idle struct {
	name string
	// knocks says that it sends one request without a token when it connects.
	knocks bool
	says   clients.Outcome
}

// Null ends at once, without a request and without a word.
func Null() clients.Client { return &idle{name: "null"} }

// Silent sends one request, does nothing about the answer, and claims success
// ever after.
func Silent() clients.Client {
	return &idle{name: "silent", knocks: true, says: clients.Outcome{Status: clients.OK}}
}

// Boaster sends nothing and claims success.
func Boaster() clients.Client {
	return &idle{name: "boaster", says: clients.Outcome{Status: clients.OK}}
}

// Identity names the client.
func (i *idle) Identity() clients.Identity { return identity(i.name) }

// Registration is what any native client would have registered.
func (i *idle) Registration() clients.Registration {
	return clients.Registration{Name: identity(i.name).Name, RedirectURIs: []string{"http://127.0.0.1/callback"}}
}

// Available is always nil.
func (i *idle) Available(context.Context) error { return nil }

// Start prepares a session. It sends nothing.
func (i *idle) Start(_ context.Context, facts clients.Facts) (clients.Session, error) {
	return &idleSession{client: i, url: facts.MCPURL}, nil
}

type idleSession struct {
	client *idle
	url    string
}

// Connect sends one request if the client is of that kind.
func (s *idleSession) Connect(ctx context.Context) clients.Outcome {
	if !s.client.knocks {
		return s.client.says
	}
	const list = `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, strings.NewReader(list))
	if err != nil {
		return clients.Outcome{Status: clients.Failed, Words: err.Error()}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json, text/event-stream")
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	res, err := transport.RoundTrip(req)
	if err != nil {
		return clients.Outcome{Status: clients.Failed, Words: err.Error()}
	}
	res.Body.Close()
	return s.client.says
}

// Call claims what the client always claims.
func (s *idleSession) Call(context.Context, string, map[string]any) clients.Outcome {
	return s.client.says
}

// Restart claims what the client always claims.
func (s *idleSession) Restart(context.Context) clients.Outcome { return s.client.says }

// Close has nothing to end.
func (s *idleSession) Close() error { return nil }
