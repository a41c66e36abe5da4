package client

import (
	"net/http"
	"slices"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// endpointChecks are about where a client sends what the metadata of its
// authorization server has an endpoint for.
func endpointChecks() []check.Check {
	const needs = " after authorization server metadata that names the endpoint"
	return []check.Check{
		{
			ID: "registration/endpoint-of-metadata", Scenario: "C.2", Stage: reading.DoorRegistration,
			Breaks: []reading.Door{reading.DoorRegistration},
			Needs:  "a dynamic registration" + needs,
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Registrations, func(r reading.Registration) check.Result {
					return atEndpoint(v, r.Exchange, "registration_endpoint", r.Request.Method == http.MethodPost && registers(v, r))
				})
			},
		},
		{
			ID: "authorize/endpoint-of-metadata", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Breaks: []reading.Door{reading.DoorAuthorize},
			Needs:  "an authorization request" + needs,
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					return atEndpoint(v, a.Exchange, "authorization_endpoint", a.Params.Has("code_challenge") && asksForServer(v, a) && !repeated(v, a))
				})
			},
		},
		{
			ID: "token/endpoint-of-metadata", Scenario: "C.5", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorToken, reading.DoorRefresh},
			Needs:  "a token request" + needs,
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
					return atEndpoint(v, t.Exchange, "token_endpoint", redeems(v, t))
				})
			},
		},
	}
}

// atEndpoint compares the URL of a request with the endpoint of the metadata
// that the client had read. Every document of the recording will do: which one
// of several a client goes by is another rule.
func atEndpoint(v *reading.View, x trace.Exchange, name string, concerns bool) check.Result {
	if !concerns || x.Request.Method == http.MethodOptions {
		return check.Unseen()
	}
	sent := reading.WithoutQuery(x.Request.URL)
	want, at := "", 0
	for _, d := range v.ServerMetadata {
		end := reading.WithoutQuery(reading.Text(d.JSON, name))
		switch {
		case end == "" || !d.Usable():
		case end == sent:
			return check.Good(sent, min(d.ID, x.ID), x.ID)
		case d.ID < x.ID && named(v, d):
			want, at = end, d.ID
		}
	}
	if want == "" || redirectedTo(v, x) {
		return check.Unseen()
	}
	return check.Bad(want, sent, at, x.ID)
}

// named reports whether a document is of an authorization server of the MCP
// server, as far as the recording tells who these are.
func named(v *reading.View, d reading.Document) bool {
	servers := v.Named()
	return len(servers) == 0 && sameOrigin(d.Request.URL, v.Rec.Setting.MCPURL) ||
		slices.ContainsFunc(servers, func(issuer string) bool { return sameOrigin(issuer, d.Request.URL) })
}

// redirectedTo reports whether a server sent the client, or its browser, to the
// URL of the request.
func redirectedTo(v *reading.View, x trace.Exchange) bool {
	return slices.ContainsFunc(v.Exchanges, func(before trace.Exchange) bool {
		if before.ID >= x.ID || before.Response == nil || before.Response.Header.Get("Location") == "" {
			return false
		}
		to := reading.Resolve(before.Request.URL, before.Response.Header.Get("Location"))
		return reading.WithoutQuery(to) == reading.WithoutQuery(x.Request.URL)
	})
}

// registers reports whether a registration is the client's: its client_id is
// used, or none came of it and nothing else gave the client one.
func registers(v *reading.View, r reading.Registration) bool {
	if r.ClientID == "" {
		return true
	}
	return slices.ContainsFunc(v.Authorizations, func(a reading.Authorization) bool { return a.Params.Get("client_id") == r.ClientID })
}

// asksForServer reports whether an authorization request is for the MCP server:
// it says so, or comes from a client that is known here.
func asksForServer(v *reading.View, a reading.Authorization) bool {
	id := a.Params.Get("client_id")
	return slices.ContainsFunc(a.Params.All("resource"), v.Identifies) || configured(v, id) ||
		slices.ContainsFunc(v.Registrations, func(r reading.Registration) bool { return r.ClientID != "" && r.ClientID == id })
}

// repeated reports whether an authorization request was sent before: an
// authorization server may pass it on from page to page.
func repeated(v *reading.View, a reading.Authorization) bool {
	return slices.ContainsFunc(v.Authorizations, func(before reading.Authorization) bool {
		return before.ID < a.ID && before.Params.Get("code_challenge") == a.Params.Get("code_challenge")
	})
}

// redeems reports whether a token request belongs to a grant for the MCP server.
func redeems(v *reading.View, t reading.TokenRequest) bool {
	if t.Auth >= 0 {
		return asksForServer(v, v.Authorizations[t.Auth])
	}
	return ours(v, t) || slices.ContainsFunc(v.Registrations, func(r reading.Registration) bool {
		return r.ClientID != "" && r.ClientID == t.ClientID
	})
}
