package scenarios_test

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients/mutant"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

func callFaults() []fault {
	return []fault{
		{
			check:  "call/token-in-header",
			scene:  []string{"mcpServer.transport.redirectSlash=temporary"},
			client: quirks("network.mcpRedirects", "without-token"),
			door:   "call", culprit: "client",
		},
		{
			check:  "call/token-in-header",
			client: quirks("protocol.bearer", "first"),
			door:   "call", culprit: "client",
			with:    []string{"call/token-presented"},
			because: "the token that a later login brings is never presented",
		},
		{
			check: "call/no-token-in-query",
			client: []mutant.Break{mutant.Sends(mutant.MCP, func(r *trace.Request) {
				if _, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok {
					r.URL += "?access_token=" + token
				}
			})},
			door: "call", culprit: "client",
		},
		{
			check: "call/token-from-its-issuer",
			client: []mutant.Break{mutant.Sends(mutant.MCP, func(r *trace.Request) {
				if a := r.Header.Get("Authorization"); a != "" {
					r.Header.Set("Authorization", a+"x")
				}
			})},
			door: "call", culprit: "client",
		},
		{
			check: "call/invalid-token-401",
			answer: refusal(http.StatusUnauthorized, func(r *trace.Response) {
				r.Status = http.StatusInternalServerError
			}),
			door: "refresh", culprit: "mcp-server",
		},
		{
			check: "call/challenge-names-error",
			answer: refusal(http.StatusUnauthorized, func(r *trace.Response) {
				c := r.Header.Get("WWW-Authenticate")
				r.Header.Set("WWW-Authenticate", strings.Replace(c, "error=", "cause=", 1))
			}),
		},
		{
			check:  "call/audience-verified",
			scene:  []string{"authServer.resource.handling=ignored"},
			server: []string{"mcpServer.tokens.audience=unchecked"},
		},
		{
			check: "step-up/challenge-form",
			answer: refusal(http.StatusForbidden, func(r *trace.Response) {
				r.Header.Del("WWW-Authenticate")
			}),
			door: "step-up", culprit: "mcp-server",
		},
		{
			check:  "step-up/status",
			server: []string{"mcpServer.scopes.stepUp=tool-error"},
			door:   "call", culprit: "mcp-server",
		},
		{
			check:  "step-up/one-challenge",
			scene:  []string{"mcpServer.scopes.write=[tools/write, tools/publish]"},
			server: []string{"mcpServer.scopes.stepUp=one-at-a-time"},
		},
		{
			check:  "step-up/reauthorizes",
			client: quirks("stepUp.response", "fail"),
			door:   "step-up", culprit: "client",
		},
		{
			check:  "step-up/scope-union",
			client: quirks("stepUp.scope", "challenge"),
			door:   "step-up", culprit: "client",
		},
		{
			check: "step-up/bounded",
			client: []mutant.Break{mutant.Repeats(mutant.MCP, 6, func(x *trace.Exchange) bool {
				return x.Response.Status == http.StatusForbidden
			})},
		},
		{
			check:  "errors/reacts-to-401",
			client: quirks("refresh.onUnauthorized", "fail"),
			door:   "refresh", culprit: "client",
		},
		{
			check:   "errors/denial-respected",
			client:  []mutant.Break{mutant.Callback(denialAsGrant)},
			culprit: "client",
		},
		{
			check: "errors/bounded-attempts",
			client: []mutant.Break{mutant.Repeats(mutant.MCP, 25, func(x *trace.Exchange) bool {
				return x.Response.Status == http.StatusUnauthorized && x.Request.Header.Get("Authorization") == ""
			})},
		},
	}
}

// refusal edits the MCP server's answers of a status to requests with a token.
func refusal(status int, edit func(*trace.Response)) func(*trace.Exchange) {
	return func(x *trace.Exchange) {
		if strings.Contains(x.Request.Body.Text, `"jsonrpc"`) && x.Request.Header.Get("Authorization") != "" && x.Response.Status == status {
			edit(x.Response)
		}
	}
}

// denialAsGrant makes a client take an error for a code.
func denialAsGrant(u *url.URL) {
	q := u.Query()
	if q.Has("error") {
		q.Del("error")
		q.Set("code", "made-up")
		u.RawQuery = q.Encode()
	}
}
