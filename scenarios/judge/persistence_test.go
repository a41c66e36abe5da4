package judge_test

import (
	"net/http"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// A client that does not notice that the MCP server names another authorization
// server goes on with the first one and gets nowhere, but it does not carry
// credentials from one to the other.
func TestCredentialsOfAnotherIssuer(t *testing.T) {
	t.Parallel()
	const first, second = "http://127.0.0.1:1", "http://127.0.0.1:2"
	metadata := func(id int, issuer string) trace.Exchange {
		x := exchanged(id, trace.Client, issuer+"/.well-known/oauth-authorization-server", 200, nil)
		x.To = trace.AuthorizationServer
		x.Response.Body = trace.Body{Text: `{"issuer":"` + issuer + `","authorization_endpoint":"` + issuer +
			`/authorize","token_endpoint":"` + issuer + `/token","registration_endpoint":"` + issuer + `/register"}`}
		return x
	}
	register := exchanged(3, trace.Client, first+"/register", 201, nil)
	register.To, register.Request.Method = trace.AuthorizationServer, http.MethodPost
	register.Request.Body = trace.Body{Text: `{"redirect_uris":["http://127.0.0.1/callback"]}`}
	register.Response.Body = trace.Body{Text: `{"client_id":"c"}`}
	for name, tt := range map[string]struct {
		issuer string
		want   report.Verdict
	}{
		"stays with the first": {first, report.Untested},
		"carried over":         {second, report.Fail},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			authorize := exchanged(5, trace.UserAgent, tt.issuer+"/authorize?response_type=code&client_id=c&state=s", 200, nil)
			authorize.To = trace.AuthorizationServer
			rec := &trace.Recording{
				Schema: trace.Schema, Setting: trace.Setting{MCPURL: "http://127.0.0.1:3/mcp", Issuer: first},
				Exchanges: []trace.Exchange{metadata(1, first), metadata(2, second), register, authorize},
				Events: []trace.Event{
					{Kind: trace.ScenarioBegins, Detail: map[string]string{"id": "C.10"}, After: 3},
					{Kind: trace.Switched, Detail: map[string]string{"action": reading.SwitchMigrate}, After: 3},
				},
			}
			got := report.Untested // what is not emitted
			for _, s := range judge.Cell(rec, judge.Options{Book: book(t)}).Scenarios {
				for _, f := range s.Findings {
					if f.Check == "persistence/credentials-per-issuer" {
						got = f.Verdict
					}
				}
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
