package judge

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
)

// varied is a recording with everything in it that differs from run to run.
func varied() *trace.Recording {
	return &trace.Recording{
		Setting: trace.Setting{
			MCPURL: "http://127.0.0.1:41001/mcp", Issuer: "http://127.0.0.1:4100",
			Registered: []trace.RegisteredClient{{ClientID: "c", RedirectURIs: []string{"http://127.0.0.1:33418/"}}},
		},
		Exchanges: []trace.Exchange{
			{ID: 1, From: trace.Client, To: trace.AuthorizationServer, Request: trace.Request{
				Method: "POST", URL: "http://127.0.0.1:4100/register", Body: trace.Body{Text: `{"redirect_uris":["http://localhost:49152/cb"]}`},
			}, Response: &trace.Response{Status: 201, Body: trace.Body{Text: `{"client_id":"dyn-abcdef"}`}}},
			{ID: 2, From: trace.UserAgent, To: trace.AuthorizationServer, Request: trace.Request{
				Method: "GET", URL: "http://127.0.0.1:4100/authorize?redirect_uri=http%3A%2F%2F127.0.0.1%3A33418%2F&state=s-1234567",
			}},
			{ID: 3, From: trace.Client, To: trace.AuthorizationServer, Request: trace.Request{Method: "GET", URL: "http://127.0.0.1:5/x"}},
		},
	}
}

func TestNothingThatVariesIsLeft(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{
		"http://127.0.0.1:41001/mcp asks http://127.0.0.1:4100/token, http://127.0.0.1:5/ and ?iss=http%3A%2F%2F127.0.0.1%3A4100": "{mcp-server}/mcp asks " +
			"{authorization-server}/token, {authorization-server}/ and ?iss={authorization-server}",
		"HTTP://127.0.0.1:41001 and http://localhost:41001/x": "HTTP://{mcp-server host} and http://localhost:{mcp-server port}/x",
		"http://localhost:49152/cb of dyn-abcdef, s-1234567":  "http://localhost:‹port›/cb of ‹client_id›, ‹state›",
		"http://127.0.0.1:33418/ was registered by hand":      "http://127.0.0.1:33418/ was registered by hand",
		"/callback/" + "jB1UC-fHWcl3" + " of another server":  "/callback/jB1UC-fHWcl3 of another server",
	} {
		c := report.Cell{
			Summary: from, Missing: from, Says: from, Obstacle: &report.Obstacle{Words: from, Sent: from, Asked: from},
			Scenarios: []report.Scenario{{Reason: from, Findings: []report.Finding{{Expected: from, Observed: from}}}},
		}
		Steady(&c, nil)
		if c.Summary != from {
			t.Errorf("changed without a recording: %q", c.Summary)
		}
		Steady(&c, varied())
		f := c.Scenarios[0].Findings[0]
		for _, got := range []string{
			c.Summary, c.Missing, c.Says, c.Obstacle.Words, c.Obstacle.Sent, c.Obstacle.Asked, c.Scenarios[0].Reason, f.Expected, f.Observed,
		} {
			if got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
	}
}
