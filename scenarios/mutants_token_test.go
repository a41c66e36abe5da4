package scenarios_test

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients/mutant"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

func tokenFaults() []fault {
	return []fault{
		{
			check:   "token/resource-sent",
			client:  quirks("resource.token", "omitted"),
			culprit: "client",
		},
		{
			check:  "token/resource-authorized",
			client: quirks("resource.token", "origin"),
			door:   "token", culprit: "client",
			with:    []string{"authorize/resource-most-specific"},
			because: "the origin is not what was authorized, nor the most specific URI",
		},
		{
			check:  "token/redirect-uri-identical",
			client: []mutant.Break{mutant.Form(mutant.Exchange, func(p *mutant.Params) { p.Set("redirect_uri", p.Get("redirect_uri")+"/") })},
			door:   "token", culprit: "client",
		},
		{
			check:  "token/one-auth-method",
			issued: true,
			habits: []mutant.Break{mutant.Confidential("client_secret_basic")},
			client: []mutant.Break{mutant.Form(mutant.Exchange, func(p *mutant.Params) { p.Add("client_secret", "a-secret-of-mutant-token-one-auth-method") })},
			door:   "token", culprit: "client",
		},
		{
			check:  "token/client-authenticated",
			issued: true,
			habits: []mutant.Break{mutant.Confidential("client_secret_basic")},
			client: quirks("tokenAuth.secret", "ignored"),
			door:   "token", culprit: "client",
		},
		{
			check:  "token/client-authenticated",
			scene:  []string{noDocuments, "authServer.registration.issueSecret=client_secret_basic"},
			client: quirks("tokenAuth.secret", "ignored"),
			door:   "token", culprit: "client",
		},
		{
			check:   "token/code-used-once",
			client:  []mutant.Break{redeemTwice()},
			culprit: "client",
		},
		{
			check:  "token/response-complete",
			answer: tokenAnswer(func(m map[string]any) { delete(m, "token_type") }),
			door:   "call", culprit: "authorization-server",
		},
		{
			check: "token/response-not-cached",
			answer: func(x *trace.Exchange) {
				if isToken(x) {
					x.Response.Header.Del("Cache-Control")
				}
			},
		},
		{
			check: "token/error-form",
			answer: func(x *trace.Exchange) {
				if isToken(x) && x.Response.Status == http.StatusBadRequest {
					x.Response.Body.Text = "<p>invalid grant</p>"
				}
			},
			door: "refresh", culprit: "authorization-server",
		},
		{
			check:  "token/audience-bound",
			server: []string{"authServer.resource.handling=ignored"},
			door:   "call", culprit: "authorization-server",
		},
		{
			check:   "refresh/resource-sent",
			client:  quirks("resource.refresh", "omitted"),
			culprit: "client",
		},
		{
			check:   "refresh/rotated-token-used",
			scene:   []string{"mcpServer.challenge.scope=all"}, // no new login on the way
			client:  quirks("refresh.rotation", "ignored"),
			culprit: "client",
		},
		{
			check:   "refresh/scope-not-widened",
			client:  []mutant.Break{mutant.Form(mutant.Refresh, func(p *mutant.Params) { p.Set("scope", "tools/read tools/write") })},
			culprit: "client",
		},
		{
			check:  "refresh/no-storm",
			scene:  []string{"authServer.token.lifetime=200s"},
			habits: quirks("refresh.proactiveSeconds", "300"), // before every request, and no harm in it
			client: quirks("refresh.shortLived", "repeated"),
		},
		{
			check:  "refresh/not-assumed",
			scene:  []string{"authServer.refresh.issue=never"},
			client: []mutant.Break{mutant.AssumesRefresh()},
			door:   "refresh", culprit: "client",
		},
		{
			check:  "refresh/rotation",
			server: []string{"authServer.refresh.rotation=off"},
		},
		{
			check:  "persistence/credentials-per-issuer",
			scene:  []string{noDocuments},
			habits: quirks("refresh.supported", "off"), // no detour by the first issuer's tokens
			client: quirks("registration.binding", "ignored"),
			door:   "authorize", culprit: "client",
		},
		{
			check:   "persistence/tokens-per-issuer",
			client:  []mutant.Break{mutant.CarriesRefresh()},
			culprit: "client",
		},
		{
			check:   "persistence/sessions-share-tokens",
			client:  quirks("refresh.concurrency", "per-session"),
			culprit: "client",
		},
		{
			check:  "persistence/server-found-again",
			habits: quirks("refresh.onUnauthorized", "authorize"), // no detour by the first issuer's tokens
			client: quirks("refresh.discovery", "off"),
			door:   "call", culprit: "client",
		},
		{
			check:    "authorize/state-verified",
			client:   quirks("state.mismatch", "accepted"),
			callback: func(u *url.URL) { setQuery(u, "state", strings.ToUpper) },
		},
	}
}

func isToken(x *trace.Exchange) bool {
	return x.Request.Method == http.MethodPost && strings.Contains(x.Request.Body.Text, "grant_type=")
}

// tokenAnswer edits successful token responses.
func tokenAnswer(edit func(map[string]any)) func(*trace.Exchange) {
	return func(x *trace.Exchange) {
		if isToken(x) && x.Response.Status == http.StatusOK {
			mutant.Object(&x.Response.Body, edit)
		}
	}
}

// redeemTwice is a client that sends every code once more after it was
// redeemed.
func redeemTwice() mutant.Break {
	return mutant.Repeats(mutant.Exchange, 1, func(x *trace.Exchange) bool { return x.Response.Status == http.StatusOK })
}
