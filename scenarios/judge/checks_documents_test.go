package judge_test

import (
	"net/http"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
)

// An authorization server in a container fetches unseen, so only a refusal
// without a fetch shows that it never looked.
func TestADocumentThatNobodySawFetched(t *testing.T) {
	t.Parallel()
	const (
		as       = "http://127.0.0.1:2"
		document = "https://client.example/client.json"
		redirect = "http://127.0.0.1:3/callback"
	)
	ask := func(id int, status int, location string) trace.Exchange {
		x := exchanged(id, trace.UserAgent, as+"/authorize?response_type=code&state=s&client_id="+document+"&redirect_uri="+redirect, status, nil)
		if location != "" {
			x.Response.Header.Set("Location", location)
		}
		return x
	}
	for name, tt := range map[string]struct {
		answer trace.Exchange
		fetch  bool
		want   report.Verdict
	}{
		"a code, and a fetch":      {ask(2, 302, redirect+"?code=c&state=s"), true, report.Pass},
		"a code, no fetch":         {ask(2, 302, redirect+"?code=c&state=s"), false, ""},
		"denied by the user":       {ask(2, 302, redirect+"?error=access_denied&state=s"), false, ""},
		"still at the login":       {ask(2, 200, ""), false, ""},
		"an error page, no fetch":  {ask(2, 400, ""), false, report.Warn},
		"sent back, no fetch":      {ask(2, 302, redirect+"?error=unauthorized_client&state=s"), false, report.Warn},
		"an error page, a fetch":   {ask(2, 400, ""), true, report.Pass},
		"no answer, nothing to go": {trace.Exchange{ID: 2, From: trace.UserAgent, Request: ask(2, 0, "").Request}, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			metadata := exchanged(1, trace.Client, as+"/.well-known/oauth-authorization-server", 200, nil)
			metadata.Response.Body.Text = `{"issuer":"` + as + `","authorization_endpoint":"` + as + `/authorize",` +
				`"code_challenge_methods_supported":["S256"],"client_id_metadata_document_supported":true}`
			rec := &trace.Recording{
				Schema: trace.Schema, Setting: trace.Setting{MCPURL: "http://127.0.0.1:1/mcp", Deployment: "by-hand"},
				Exchanges: []trace.Exchange{metadata, tt.answer},
			}
			if tt.fetch {
				x := exchanged(3, trace.AuthorizationServer, document, 200, http.Header{})
				x.To = trace.MetadataHost
				x.Response.Body.Text = `{"client_id":"` + document + `","client_name":"c","redirect_uris":["` + redirect + `"]}`
				rec.Exchanges = append(rec.Exchanges, x)
			}
			var got report.Verdict
			for _, s := range judge.Cell(rec, judge.Options{Book: book(t)}).Scenarios {
				for _, f := range s.Findings {
					if f.Check == "registration/metadata-document-fetched" {
						got = f.Verdict
					}
				}
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// A public client need not offer its document where the metadata lists no
// public clients.
func TestADocumentIsNotWantedWhereNoneIsNotListed(t *testing.T) {
	t.Parallel()
	const as = "http://127.0.0.1:2"
	for methods, want := range map[string]report.Verdict{
		`"none","client_secret_basic"`: report.Warn, `"client_secret_basic"`: "", ``: report.Warn,
	} {
		t.Run(methods, func(t *testing.T) {
			t.Parallel()
			metadata := exchanged(1, trace.Client, as+"/.well-known/oauth-authorization-server", 200, nil)
			metadata.Response.Body.Text = `{"issuer":"` + as + `","authorization_endpoint":"` + as + `/authorize","registration_endpoint":"` + as +
				`/register","client_id_metadata_document_supported":true,"token_endpoint_auth_methods_supported":[` + methods + `]}`
			register := exchanged(2, trace.Client, as+"/register", 201, nil)
			register.To, register.Request.Method = trace.AuthorizationServer, http.MethodPost
			register.Request.Body.Text = `{"redirect_uris":["http://127.0.0.1/callback"],"token_endpoint_auth_method":"none"}`
			register.Response.Body.Text = `{"client_id":"c","redirect_uris":["http://127.0.0.1/callback"]}`
			rec := &trace.Recording{
				Schema: trace.Schema, Setting: trace.Setting{MCPURL: "http://127.0.0.1:1/mcp", Revision: "2026-07-28"},
				Exchanges: []trace.Exchange{metadata, register},
			}
			var got report.Verdict
			for _, s := range judge.Cell(rec, judge.Options{Book: book(t)}).Scenarios {
				for _, f := range s.Findings {
					if f.Check == "registration/metadata-document-used" && f.Verdict != report.Untested {
						got = f.Verdict
					}
				}
			}
			if got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}
