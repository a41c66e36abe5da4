package judge_test

import (
	"net/url"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
)

// A client is blamed for coming back to a place that nobody registered, unless
// it is the place that it told the operator.
func TestWhoRegisteredAnotherRedirectURI(t *testing.T) {
	t.Parallel()
	const origin, used = "http://127.0.0.1:1", "http://127.0.0.1:4711/callback"
	for name, tt := range map[string]struct {
		registered, asked []string
		want              report.Verdict
	}{
		"as registered":                {[]string{used}, nil, report.Pass},
		"on another port":              {[]string{"http://127.0.0.1/callback"}, nil, report.Pass},
		"registered otherwise":         {[]string{"http://localhost:4711/callback"}, []string{"http://127.0.0.1/callback"}, report.Untested},
		"neither registered nor asked": {[]string{"http://localhost:4711/callback"}, []string{"http://127.0.0.1/other"}, report.Fail},
		"not registered":               {[]string{"http://localhost:4711/callback"}, nil, report.Fail},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			query := url.Values{"response_type": {"code"}, "client_id": {"c"}, "redirect_uri": {used}, "state": {"s"}}
			rec := &trace.Recording{
				Schema: trace.Schema,
				Setting: trace.Setting{
					MCPURL: origin + "/mcp", Revision: "2026-07-28",
					Registered: []trace.RegisteredClient{{ClientID: "c", RedirectURIs: tt.registered, Asked: tt.asked}},
				},
				Exchanges: []trace.Exchange{exchanged(1, trace.UserAgent, origin+"/authorize?"+query.Encode(), 400, nil)},
			}
			for _, s := range judge.Cell(rec, judge.Options{Book: book(t)}).Scenarios {
				for _, f := range s.Findings {
					if f.Check == "authorize/redirect-registered" && f.Verdict != tt.want {
						t.Errorf("%s, want %s: %s", f.Verdict, tt.want, f.Observed)
					}
				}
			}
		})
	}
}
