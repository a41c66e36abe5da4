package judge_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
)

// exchanged is a request of the client and the status of its answer.
func exchanged(id int, from trace.Actor, address string, status int, header http.Header) trace.Exchange {
	return trace.Exchange{
		ID: id, From: from, To: trace.MCPServer, Took: 1,
		Request:  trace.Request{Method: http.MethodGet, URL: address, Header: header},
		Response: &trace.Response{Status: status, Header: http.Header{}},
	}
}

// The rules of 2025-03-26, where the MCP server is its own authorization
// server.
func TestAServerThatIsItsOwnAuthorizationServer(t *testing.T) {
	t.Parallel()
	const origin = "http://127.0.0.1:1"
	version := http.Header{"Mcp-Protocol-Version": {"2025-03-26"}}
	for name, tt := range map[string]struct {
		metadata, authorize string
		header              http.Header
		want                map[string]report.Verdict
	}{
		"as it should": {
			origin + "/.well-known/oauth-authorization-server", origin + "/authorize", version, map[string]report.Verdict{
				"discovery/metadata-at-origin": report.Pass, "discovery/default-endpoints": report.Pass,
				"discovery/protocol-version-sent": report.Pass,
			},
		},
		"metadata below the path": {
			origin + "/.well-known/oauth-authorization-server/mcp", origin + "/authorize", version, map[string]report.Verdict{
				"discovery/metadata-at-origin": report.Fail, "discovery/default-endpoints": report.Pass,
			},
		},
		"another endpoint, no version": {
			origin + "/.well-known/oauth-authorization-server", origin + "/mcp/authorize", nil, map[string]report.Verdict{
				"discovery/default-endpoints": report.Fail, "discovery/protocol-version-sent": report.Warn,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := &trace.Recording{
				Schema: trace.Schema, Setting: trace.Setting{MCPURL: origin + "/mcp", Revision: "2025-03-26"},
				Exchanges: []trace.Exchange{
					exchanged(1, trace.Client, tt.metadata, 404, tt.header),
					exchanged(2, trace.UserAgent, tt.authorize+"?response_type=code&client_id=c&state=s", 200, nil),
				},
			}
			got := map[string]report.Verdict{}
			for _, s := range judge.Cell(rec, judge.Options{Book: book(t)}).Scenarios {
				for _, f := range s.Findings {
					got[f.Check] = f.Verdict
				}
			}
			for check, want := range tt.want {
				if got[check] != want {
					t.Errorf("%s is %q, want %q", check, got[check], want)
				}
			}
			rec.Setting.Revision = "2026-07-28"
			for _, s := range judge.Cell(rec, judge.Options{Book: book(t)}).Scenarios {
				for _, f := range s.Findings {
					if _, old := tt.want[f.Check]; old {
						t.Errorf("%s is judged by the law of another revision", f.Check)
					}
				}
			}
		})
	}
}

// A storm is a run of refreshes whose tokens nobody used; how many refreshes
// there are does not matter.
func TestAStormOfRefreshes(t *testing.T) {
	t.Parallel()
	const origin = "http://127.0.0.1:1"
	for name, tt := range map[string]struct {
		used []bool // of each refreshed token, in turn
		want report.Verdict
	}{
		"none":                 {nil, ""},
		"one":                  {[]bool{true}, report.Pass},
		"a race":               {[]bool{true, false, true, false}, report.Pass},
		"before every request": {slices.Repeat([]bool{true}, 40), report.Pass},
		"a few in vain":        {make([]bool, 5), report.Pass},
		"a storm":              {make([]bool, 6), report.Warn},
		"a storm and then use": {append(make([]bool, 30), true), report.Warn},
		"many short runs":      {slices.Repeat([]bool{false, false, false, true}, 10), report.Pass},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := &trace.Recording{Schema: trace.Schema, Setting: trace.Setting{MCPURL: origin + "/mcp", Issuer: origin}}
			for i, used := range tt.used {
				token := fmt.Sprintf("masked.%d.%012x", 20, i)
				rec.Exchanges = append(rec.Exchanges, trace.Exchange{
					ID: len(rec.Exchanges) + 1, From: trace.Client, To: trace.AuthorizationServer, Took: 1,
					Request: trace.Request{
						Method: http.MethodPost, URL: origin + "/token", Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
						Body: trace.Body{Text: "grant_type=refresh_token&refresh_token=masked.20.00000000000a&client_id=c"},
					},
					Response: &trace.Response{
						Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
						Body: trace.Body{Text: fmt.Sprintf(`{"access_token":%q,"token_type":"Bearer"}`, token)},
					},
				})
				if used {
					rec.Exchanges = append(rec.Exchanges, exchanged(len(rec.Exchanges)+1, trace.Client, origin+"/mcp", http.StatusOK,
						http.Header{"Authorization": {"Bearer " + token}}))
				}
			}
			var got report.Verdict
			for _, s := range judge.Cell(rec, judge.Options{Book: book(t)}).Scenarios {
				for _, f := range s.Findings {
					if f.Check == "refresh/no-storm" {
						got = f.Verdict
					}
				}
			}
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
