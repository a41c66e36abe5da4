package client

import (
	"slices"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// keptChecks are about to whom a client sends its tokens.
func keptChecks() []check.Check {
	return []check.Check{
		{
			ID: "call/token-kept-from-others", Scenario: "C.7", Stage: reading.DoorCall,
			Needs: "an access token for the MCP server, and a request to somebody else after it was issued",
			Judge: func(v *reading.View) check.Result { return accessTokensKept(v, toOthers) },
		},
		{
			ID: "call/token-kept-from-issuer", Scenario: "C.7", Stage: reading.DoorCall,
			Needs: "an access token for the MCP server, and a request to its issuer after it was issued",
			Judge: func(v *reading.View) check.Result { return accessTokensKept(v, toIssuer) },
		},
		{
			ID: "refresh/token-kept-from-others", Scenario: "C.6", Stage: reading.DoorRefresh,
			Breaks: []reading.Door{reading.DoorCall},
			About:  []check.Topic{check.AccessToken, check.RefreshToken},
			Needs:  "a refresh token, and a request to another server than its issuer after it was issued",
			Judge:  refreshTokensKept,
		},
	}
}

// addressee is who gets a request, as the holder of a token sees it.
type addressee int

const (
	toResource addressee = iota
	toIssuer
	toOthers
	toEndpoint // of the issuer, where a token may be sent
)

// accessTokensKept looks for the access tokens of the MCP server in every
// request of the client to one kind of addressee.
func accessTokensKept(v *reading.View, who addressee) check.Result {
	held := map[string]reading.TokenRequest{}
	for _, t := range v.Tokens {
		if t.OK && ours(v, t) {
			held[identity(t.Access)] = t
		}
	}
	if len(held) == 0 || v.Rec.Setting.MCPURL == "" {
		return check.Unseen()
	}
	known, first := endpointsOf(v), earliest(held)
	return check.Each(v.Exchanges, func(x trace.Exchange) check.Result {
		if x.From != trace.Client || x.To == trace.MCPServer && who != toResource {
			return check.Unseen()
		}
		if !mentions(x, held) {
			if x.ID > first.ID && addressed(v, x, first, known) == who {
				return check.Good("no access token", x.ID)
			}
			return check.Unseen()
		}
		for _, part := range parts(x) {
			if t, ok := held[identity(part)]; ok && x.ID > t.ID && addressed(v, x, t, known) == who {
				return check.Bad("the access token to the MCP server only", "sent it to "+reading.WithoutQuery(x.Request.URL), t.ID, x.ID)
			}
		}
		if x.ID > first.ID && addressed(v, x, first, known) == who {
			return check.Good("no access token", x.ID)
		}
		return check.Unseen()
	})
}

// earliest is the token response that came first; zero when there is none.
func earliest(held map[string]reading.TokenRequest) reading.TokenRequest {
	var first reading.TokenRequest
	for _, t := range held {
		if first.ID == 0 || t.ID < first.ID {
			first = t
		}
	}
	return first
}

// endpointsOf are the endpoints of authorization servers to which a client may
// send an access token: to exchange, revoke, introspect or use it.
func endpointsOf(v *reading.View) []string {
	var out []string
	for _, d := range v.ServerMetadata {
		for _, name := range []string{
			"token_endpoint", "revocation_endpoint", "introspection_endpoint", "userinfo_endpoint", "end_session_endpoint",
		} {
			if u := reading.Text(d.JSON, name); u != "" {
				out = append(out, reading.WithoutQuery(u))
			}
		}
	}
	return out
}

func addressed(v *reading.View, x trace.Exchange, t reading.TokenRequest, endpoints []string) addressee {
	to := originOf(x.Request.URL)
	resources := t.Form.All("resource")
	if t.Auth >= 0 {
		resources = slices.Concat(resources, v.Authorizations[t.Auth].Params.All("resource"))
	}
	switch {
	case x.To == trace.MCPServer, to == originOf(v.Rec.Setting.MCPURL),
		slices.ContainsFunc(resources, func(r string) bool { return originOf(r) == to }):
		return toResource
	case slices.Contains(endpoints, reading.WithoutQuery(x.Request.URL)):
		return toEndpoint
	case to == originOf(t.Request.URL):
		return toIssuer
	}
	return toOthers
}

// refreshTokensKept looks for refresh tokens in every request of the client that
// does not go to their issuer. The endpoint of the MCP server is none of the
// issuer's, where the two share an origin.
func refreshTokensKept(v *reading.View) check.Result {
	held := map[string]reading.TokenRequest{}
	for _, t := range v.Tokens {
		if t.OK && t.Refresh != "" && ours(v, t) {
			held[identity(t.Refresh)] = t
		}
	}
	if len(held) == 0 {
		return check.Unseen()
	}
	mcp, tokens, first := byID(v.MCP), byID(v.Tokens), earliest(held)
	return check.Each(v.Exchanges, func(x trace.Exchange) check.Result {
		_, isMCP := mcp[x.ID]
		_, isToken := tokens[x.ID]
		if x.From != trace.Client || isToken && migrated(v) > 0 { // of a second authorization server there is a check of its own
			return check.Unseen()
		}
		elsewhere := func(t reading.TokenRequest) bool { return isMCP || originOf(x.Request.URL) != originOf(t.Request.URL) }
		if !mentions(x, held) {
			if x.ID > first.ID && elsewhere(first) {
				return check.Good("no refresh token", x.ID)
			}
			return check.Unseen()
		}
		for _, part := range parts(x) {
			if t, ok := held[identity(part)]; ok && x.ID > t.ID && elsewhere(t) {
				return check.Bad("the refresh token to its issuer only", "sent it to "+reading.WithoutQuery(x.Request.URL), t.ID, x.ID)
			}
		}
		if x.ID > first.ID && elsewhere(first) {
			return check.Good("no refresh token", x.ID)
		}
		return check.Unseen()
	})
}
