package judge_test

import (
	"net/http"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
)

// A demand for a nonce is answered by the same request with another proof (RFC
// 9449 section 9), and not by the same request again.
func TestANonceIsAnsweredByAnotherProof(t *testing.T) {
	t.Parallel()
	const mcp = "http://127.0.0.1:1/mcp"
	call := func(id int, proof string, status int, challenge string) trace.Exchange {
		x := exchanged(id, trace.Client, mcp, status, http.Header{"Authorization": {"DPoP token"}, "Dpop": {proof}})
		x.Request.Method = http.MethodPost
		x.Request.Body.Text = `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`
		if challenge != "" {
			x.Response.Header.Set("WWW-Authenticate", challenge)
		}
		return x
	}
	const nonce = `DPoP error="use_dpop_nonce", algs="ES256"`
	for name, tt := range map[string]struct {
		second, challenge string
		want              report.Verdict
	}{
		"another proof":       {"proof-2", nonce, report.Pass},
		"the same proof":      {"proof-1", nonce, report.Fail},
		"no demand for nonce": {"proof-2", `DPoP error="invalid_token"`, report.Fail},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := &trace.Recording{
				Schema: trace.Schema, Setting: trace.Setting{MCPURL: mcp, Revision: "2026-07-28"},
				Exchanges: []trace.Exchange{call(1, "proof-1", 401, tt.challenge), call(2, tt.second, 200, "")},
			}
			seen := false
			for _, s := range judge.Cell(rec, judge.Options{Book: book(t)}).Scenarios {
				for _, f := range s.Findings {
					if f.Check == "errors/reacts-to-401" {
						seen = true
						if f.Verdict != tt.want {
							t.Errorf("%s, want %s: %s", f.Verdict, tt.want, f.Observed)
						}
					}
				}
			}
			if !seen {
				t.Error("no finding")
			}
		})
	}
}
