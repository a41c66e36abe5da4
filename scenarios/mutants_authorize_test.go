package scenarios_test

import (
	"net/url"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients/mutant"
)

const foreignResource = "https://mcp.other.example/mcp"

func authorizeFaults() []fault {
	return []fault{
		{
			check:  "pkce/challenge-sent",
			client: quirks("pkce.method", "omitted"),
			door:   "authorize", culprit: "client",
		},
		{
			check:   "pkce/challenge-sent",
			scene:   []string{"authServer.pkce.require=off"},
			client:  quirks("pkce.method", "omitted"),
			culprit: "client",
			with:    []string{"pkce/demanded"},
			because: "the server let it pass",
		},
		{
			check:  "pkce/s256-used",
			client: quirks("pkce.method", "plain"),
			door:   "authorize", culprit: "client",
		},
		{
			check:   "pkce/s256-used",
			scene:   []string{"authServer.pkce.plain=accepted"},
			client:  quirks("pkce.method", "plain"),
			culprit: "client",
			with:    []string{"pkce/plain-refused"},
			because: "the server let it pass",
		},
		{
			check:   "pkce/fresh-challenge",
			client:  []mutant.Break{mutant.SameChallenge()},
			culprit: "client",
		},
		{
			check:  "pkce/verifier-matches",
			client: quirks("pkce.verifier", "wrong"),
			door:   "token", culprit: "client",
		},
		{
			check:  "pkce/verifier-syntax",
			client: []mutant.Break{mutant.Verifier("too-short")},
			door:   "token", culprit: "client",
		},
		{
			check:  "authorize/required-parameters",
			client: []mutant.Break{mutant.Authorize(func(p *mutant.Params) { p.Del("response_type") })},
			door:   "authorize", culprit: "client",
		},
		{
			check:  "authorize/parameters-once",
			client: []mutant.Break{mutant.Authorize(func(p *mutant.Params) { p.Add("state", p.Get("state")) })},
			door:   "authorize", culprit: "client",
		},
		{
			check:  "authorize/safe-authorization-url",
			scene:  []string{"authServer.metadata.authorizationEndpoint=http://as.other.example/authorize"},
			client: quirks("network.authorizationUrl", "unchecked"),
			door:   "as-metadata", culprit: "authorization-server",
		},
		{
			check:   "authorize/resource-sent",
			client:  quirks("resource.authorize", "omitted"),
			culprit: "client",
		},
		{
			check:  "authorize/resource-sent",
			scene:  []string{"authServer.resource.handling=required"},
			client: quirks("resource.authorize", "omitted"),
			door:   "authorize", culprit: "client",
		},
		{
			check: "authorize/resource-identifies-server",
			client: []mutant.Break{
				mutant.Authorize(func(p *mutant.Params) { p.Set("resource", foreignResource) }),
			},
			door: "authorize", culprit: "client",
		},
		{
			check:  "authorize/scope-selected",
			client: quirks("scope.order", "[omitted]"),
		},
		{
			check:  "authorize/scope-selected",
			scene:  []string{"authServer.scope.missing=refused"},
			client: quirks("scope.order", "[omitted]"),
			door:   "authorize", culprit: "client",
		},
		{
			check:  "authorize/state-sent",
			client: quirks("state.form", "omitted"),
		},
		{
			check:    "authorize/state-echoed",
			callback: func(u *url.URL) { setQuery(u, "state", strings.ToUpper) },
			door:     "callback", culprit: "authorization-server",
		},
		{
			check:  "authorize/redirect-registered",
			client: []mutant.Break{mutant.Authorize(func(p *mutant.Params) { p.Set("redirect_uri", p.Get("redirect_uri")+"/elsewhere") })},
			door:   "authorize", culprit: "client",
		},
		{
			check:  "authorize/loopback-any-port",
			server: []string{"authServer.redirect.loopbackPort=exact"},
			door:   "authorize", culprit: "authorization-server",
		},
		{
			check:  "issuer/response-iss-sent",
			server: []string{"authServer.iss.send=omitted", "authServer.iss.advertise=omitted"},
		},
		{
			check:  "issuer/response-iss-advertised",
			server: []string{"authServer.iss.advertise=omitted"},
		},
		{
			check:   "issuer/response-iss-validated",
			scene:   []string{"authServer.iss.value=foreign"},
			client:  quirks("issuer.response", "ignored"),
			culprit: "client",
		},
		{
			check:   "issuer/response-iss-validated",
			scene:   []string{"authServer.iss.send=omitted"},
			client:  quirks("issuer.response", "ignored"),
			culprit: "client",
		},
		{
			check:  "issuer/absent-iss-accepted",
			scene:  []string{"authServer.iss.send=omitted", "authServer.iss.advertise=omitted"},
			client: quirks("issuer.response", "always"),
			door:   "callback", culprit: "client",
		},
		{
			// The client sees another iss than was sent.
			check:  "issuer/matching-iss-accepted",
			client: []mutant.Break{mutant.Callback(func(u *url.URL) { setQuery(u, "iss", strings.ToUpper) })},
			door:   "callback", culprit: "client",
		},
		{
			// Here both are at fault, and the server was first.
			check:  "issuer/matching-iss-accepted",
			scene:  []string{"authServer.iss.advertise=omitted"},
			client: quirks("issuer.response", "advertised-only"),
			door:   "callback", culprit: "authorization-server",
		},
	}
}

func setQuery(u *url.URL, name string, change func(string) string) {
	q := u.Query()
	if q.Has(name) {
		q.Set(name, change(q.Get(name)))
	}
	u.RawQuery = q.Encode()
}
