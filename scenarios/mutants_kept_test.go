package scenarios_test

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/clients/mutant"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// keptFaults are clients that do not keep to what they were given: client_id,
// method, endpoint, token.
func keptFaults() []fault {
	param := func(name, value string) func(*mutant.Params) { return func(p *mutant.Params) { p.Set(name, value) } }
	const aside = "/aside"
	return []fault{
		{
			check:  "authorize/client-id-issued",
			scene:  []string{noDocuments},
			client: []mutant.Break{mutant.Authorize(param("client_id", "another-client"))},
			door:   "authorize", culprit: "client",
		},
		{
			check:  "token/client-id-kept",
			scene:  []string{noDocuments},
			client: []mutant.Break{mutant.Form(mutant.Exchange, param("client_id", "another-client"))},
			door:   "token", culprit: "client",
		},
		{
			check:  "refresh/client-id-kept",
			scene:  []string{noDocuments},
			client: []mutant.Break{mutant.Form(mutant.Refresh, param("client_id", "another-client"))},
		},
		{
			check:  "token/registered-auth-method",
			scene:  []string{noDocuments, "authServer.registration.issueSecret=client_secret_post"},
			client: quirks("tokenAuth.method", "client_secret_basic"),
			door:   "token", culprit: "client",
		},
		{
			check:  "token/requested-auth-method",
			scene:  []string{noDocuments, "authServer.registration.issueSecret=client_secret_basic"},
			habits: quirks("registration.dynamic.tokenEndpointAuthMethod", "client_secret_basic"),
			client: quirks("tokenAuth.method", "client_secret_post"),
			answer: func(x *trace.Exchange) {
				if x.Response.Status == http.StatusCreated {
					mutant.Object(&x.Response.Body, func(m map[string]any) { delete(m, "token_endpoint_auth_method") })
				}
			},
		},
		{
			check:  "registration/endpoint-of-metadata",
			scene:  []string{noDocuments},
			client: []mutant.Break{mutant.At(mutant.Registration, "/register", "/v1/register")},
			door:   "registration", culprit: "client",
		},
		{
			check:  "authorize/endpoint-of-metadata",
			scene:  []string{noDocuments},
			client: []mutant.Break{mutant.AuthorizeAt("/v1/authorize")},
			door:   "authorize", culprit: "client",
		},
		{
			check:  "token/endpoint-of-metadata",
			client: []mutant.Break{mutant.At(mutant.Exchange, "/token", "/v1/token")},
			door:   "token", culprit: "client",
			with:    []string{"token/error-form"},
			because: "there is nothing at the other place that knows of error codes",
		},
		{
			check:  "token/sent-by-post",
			client: []mutant.Break{mutant.ByGET(mutant.Exchange)},
			door:   "token", culprit: "client",
			with:    []string{"token/error-form"},
			because: "the server answers 405 without an error code",
		},
		{
			check:  "token/form-in-body",
			client: []mutant.Break{mutant.AsJSON(mutant.Exchange)},
			door:   "token", culprit: "client",
		},
		{
			check:  "token/form-in-body",
			client: []mutant.Break{mutant.Form(mutant.Exchange, func(p *mutant.Params) { p.Del("grant_type") })},
			door:   "token", culprit: "client",
		},
		{
			check:  "token/parameters-once",
			client: []mutant.Break{mutant.Form(mutant.Exchange, func(p *mutant.Params) { p.Add("code", p.Get("code")) })},
			door:   "token", culprit: "client",
		},
		{
			check:   "token/no-secret-in-url",
			client:  []mutant.Break{mutant.Authorize(param("client_secret", "a-secret-0123456789"))},
			culprit: "client",
		},
		{
			check:  "call/token-presented",
			client: []mutant.Break{mutant.Sends(mutant.MCP, func(r *trace.Request) { r.Header.Del("Authorization") })},
			door:   "call", culprit: "client",
		},
		{
			// The recording has what the client did not look at.
			check: "call/token-type-understood",
			answer: tokenAnswer(func(m map[string]any) {
				if token, ok := m["access_token"].(string); ok && strings.HasPrefix(token, "masked.") {
					m["token_type"] = "mac"
				}
			}),
			culprit: "client",
		},
		{
			check:  "call/dpop-token-with-proof",
			scene:  []string{"authServer.dpop.required=on", "mcpServer.dpop.use=required"},
			habits: quirks("extensions.dpop", "supported"),
			client: []mutant.Break{mutant.Sends(mutant.MCP, func(r *trace.Request) { delete(r.Header, "DPoP"); r.Header.Del("DPoP") })},
			door:   "call", culprit: "client",
		},
		{
			check:   "call/token-kept-from-issuer",
			client:  []mutant.Break{mutant.Strays("access_token", aside)},
			culprit: "client",
		},
		{
			check:   "call/token-kept-from-others",
			client:  []mutant.Break{mutant.Strays("access_token", aside)},
			answer:  toThirdParty(aside),
			culprit: "client",
		},
		{
			check:   "refresh/token-kept-from-others",
			client:  []mutant.Break{mutant.Strays("refresh_token", aside)},
			answer:  toThirdParty(aside),
			culprit: "client",
		},
	}
}

// onceFaults are clients that use again what is good for one use, or ask for
// what they need not.
func onceFaults() []fault {
	slash := func(p *mutant.Params) { p.Set("resource", p.Get("resource")+"/") }
	return []fault{
		{
			check:  "authorize/state-fresh",
			client: []mutant.Break{mutant.SameState()},
		},
		{
			check: "callback/duplicates-refused",
			callback: func(u *url.URL) {
				q := u.Query()
				q.Add("state", q.Get("state"))
				u.RawQuery = q.Encode()
			},
			with:    []string{"authorize/response-parameters-once"},
			because: "the server sent it twice",
		},
		{
			check:  "refresh/one-at-a-time",
			client: []mutant.Break{mutant.Repeats(mutant.Refresh, 1, func(x *trace.Exchange) bool { return x.Response.Status == http.StatusOK })},
			answer: slowRefresh,
		},
		{
			check:   "refresh/resource-authorized",
			client:  []mutant.Break{mutant.Form(mutant.Refresh, slash)},
			culprit: "client",
			with:    []string{"authorize/resource-without-slash"},
			because: "what was added is a slash",
		},
		{
			check: "authorize/resource-without-slash",
			scene: []string{"authServer.resource.handling=ignore", "mcpServer.tokens.audience=unchecked"},
			client: []mutant.Break{
				mutant.Authorize(slash), mutant.Form(mutant.Token, slash),
			},
		},
		{
			check:  "authorize/scope-not-beyond-challenge",
			client: []mutant.Break{mutant.Authorize(func(p *mutant.Params) { p.Set("scope", p.Get("scope")+" tools/write") })},
		},
		{
			check: "registration/loopback-by-http",
			scene: []string{noDocuments},
			client: []mutant.Break{mutant.Sends(mutant.Registration, func(r *trace.Request) {
				mutant.Object(&r.Body, func(m map[string]any) {
					uris, _ := m["redirect_uris"].([]any)
					m["redirect_uris"] = append(uris, "https://localhost/callback")
				})
			})},
		},
		{
			// The server lets the client in as if it had a copy.
			check: "registration/metadata-document-hosted",
			answer: func(x *trace.Exchange) {
				if x.To == trace.MetadataHost {
					x.Response.Status, x.Response.Body.Text = http.StatusNotFound, "Not found"
				}
			},
			culprit: "client",
			with:    []string{"authorize/missing-document-refused"},
			because: "the server grants a code all the same",
		},
		{
			check:   "registration/web-application-type-sent",
			scene:   []string{noDocuments},
			habits:  quirks("redirect.uri", "https://conformant.example.com/callback"),
			client:  quirks("registration.dynamic.applicationType", "omitted"),
			culprit: "client",
		},
		{
			check:  "registration/metadata-document-url-form",
			client: quirks("registration.clientIdMetadataDocument", "https://conformant.example.com/oauth/client-metadata.json#client"),
			door:   "authorize", culprit: "client",
			with:    []string{"registration/metadata-document-fetched"},
			because: "a server need not ask for a document at such a URL",
		},
		{
			check:  "discovery/no-own-suffix",
			client: []mutant.Break{mutant.AsksFirst(mutant.ServerMetadata, "/.well-known/mcp-authorization-server")},
		},
		{
			check:  "discovery/found-metadata-used",
			scene:  []string{noDocuments, "issuerPath=/tenant"},
			client: quirks("registration.dynamic.lookup", "root"),
			door:   "registration", culprit: "client",
		},
	}
}

// toThirdParty moves the requests for a path to a server that plays no part.
func toThirdParty(path string) func(*trace.Exchange) {
	return func(x *trace.Exchange) {
		if strings.HasSuffix(x.Request.URL, path) {
			x.Request.URL, x.To = "https://collect.example"+path, trace.Other
		}
	}
}

// slowRefresh lets the server take its time for a refresh that succeeds.
func slowRefresh(x *trace.Exchange) {
	if isToken(x) && strings.Contains(x.Request.Body.Text, "grant_type=refresh_token") && x.Response.Status == http.StatusOK {
		x.Took = time.Minute
	}
}
