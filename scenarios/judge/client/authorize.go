package client

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func authorizeChecks() []check.Check {
	return []check.Check{
		{
			ID: "authorize/required-parameters", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Breaks: []reading.Door{reading.DoorAuthorize},
			About:  []check.Topic{check.ResponseType, check.ClientID, check.RequestForm},
			Needs:  "an authorization request",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					switch {
					case a.Params.Has("request_uri") && a.Params.Has("client_id"):
						return check.Good("client_id and request_uri", a.ID)
					case a.Params.Get("response_type") != "code":
						return check.Bad("response_type=code", check.OrNone(a.Params.Get("response_type")), a.ID)
					case !a.Params.Has("client_id"):
						return check.Bad("client_id", "none", a.ID)
					}
					return check.Good("response_type=code and client_id", a.ID)
				})
			},
		},
		{
			ID: "authorize/parameters-once", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Breaks: []reading.Door{reading.DoorAuthorize},
			About:  []check.Topic{check.RequestForm},
			Needs:  "an authorization request",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Authorizations, func(a reading.Authorization) check.Result { return once(a.Params, a.ID) })
			},
		},
		{
			ID: "authorize/safe-authorization-url", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Guards: []reading.Door{reading.DoorAuthorize},
			Needs:  "an authorization endpoint, and what the client did about it",
			Judge:  safeAuthorizationURL,
		},
		{
			ID: "authorize/resource-sent", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Breaks: []reading.Door{reading.DoorAuthorize, reading.DoorCall},
			Codes:  []string{"invalid_target", "invalid_request", "invalid_token"},
			About:  []check.Topic{check.Resource, check.AccessToken},
			Needs:  "an authorization request",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					if a.Params.Has("request_uri") {
						return check.Unseen()
					}
					if r := a.Params.All("resource"); len(r) > 0 && r[0] != "" {
						return check.Good("resource="+strings.Join(r, ", "), a.ID)
					}
					return check.Bad("resource="+v.Rec.Setting.MCPURL, "an authorization request without resource", a.ID)
				})
			},
		},
		{
			ID: "authorize/resource-identifies-server", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Breaks: []reading.Door{reading.DoorAuthorize, reading.DoorToken, reading.DoorCall},
			Codes:  []string{"invalid_target", "invalid_request", "invalid_token"},
			About:  []check.Topic{check.Resource, check.AccessToken},
			Needs:  "a resource in an authorization or token request",
			Judge: func(v *reading.View) check.Result {
				identifies := func(p reading.Params, id int) check.Result {
					out := check.Unseen()
					for _, r := range p.All("resource") {
						if !v.Identifies(r) {
							return check.Bad("resource="+v.Rec.Setting.MCPURL, "resource="+r, id)
						}
						out = check.Good("resource="+r, id)
					}
					return out
				}
				a := check.Each(v.Authorizations, func(a reading.Authorization) check.Result { return identifies(a.Params, a.ID) })
				if a.State == check.Broken {
					return a
				}
				if t := check.Each(v.Tokens, func(t reading.TokenRequest) check.Result { return identifies(t.Form, t.ID) }); t.State != check.NotSeen {
					return t
				}
				return a
			},
		},
		{
			ID: "authorize/scope-selected", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Breaks: []reading.Door{reading.DoorAuthorize, reading.DoorCall},
			Codes:  []string{"invalid_scope", "insufficient_scope", "invalid_request", ""},
			About:  []check.Topic{check.Scope},
			Needs:  "an authorization request after a challenge with scope, or resource metadata with scopes_supported",
			Judge:  scopeSelected,
		},
		{
			ID: "authorize/state-sent", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Needs: "an authorization request",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					if a.Params.Has("request_uri") {
						return check.Unseen()
					}
					if a.Params.Get("state") == "" {
						return check.Bad("state", "an authorization request without state", a.ID)
					}
					return check.Good("state", a.ID)
				})
			},
		},
		{
			ID: "authorize/state-verified", Scenario: "C.4", Stage: reading.DoorCallback,
			Needs: "an authorization response whose state is missing or another one",
			Judge: func(v *reading.View) check.Result {
				for i, a := range v.Authorizations {
					want := a.Params.Get("state")
					if a.Callback == nil || want == "" || a.Callback.Params.Get("state") == want || !a.Callback.Granted() {
						continue
					}
					for _, t := range v.Tokens {
						if t.Auth == i {
							return check.Bad("no use of a response with another state", "redeemed its code", a.Callback.ID, t.ID)
						}
					}
					return check.Good("dropped the response", a.Callback.ID)
				}
				return check.Unseen()
			},
		},
	}
}

// safeAuthorizationURL looks at the endpoint that the metadata named, because a
// client that refuses a bad one sends nothing.
func safeAuthorizationURL(v *reading.View) check.Result {
	for _, a := range v.Authorizations {
		if !reading.SafeToOpen(reading.WithoutQuery(a.Request.URL)) {
			return check.Bad("https, or http on loopback", reading.WithoutQuery(a.Request.URL), a.ID)
		}
	}
	for _, d := range v.ServerMetadata {
		end := reading.Text(d.JSON, "authorization_endpoint")
		if end == "" || reading.SafeToOpen(end) {
			continue
		}
		for _, e := range v.Rec.Events {
			if e.Kind == "landed" && strings.HasPrefix(e.Detail["url"], end) {
				return check.Bad("https, or http on loopback", "opened "+end, d.ID)
			}
		}
		return check.Good("did not open "+end, d.ID)
	}
	if len(v.Authorizations) > 0 {
		return check.Good(reading.WithoutQuery(v.Authorizations[0].Request.URL), v.Authorizations[0].ID)
	}
	return check.Unseen()
}

// scopeSelected judges the first authorization request; later ones are
// step-ups, judged elsewhere. What a client adds (offline_access, OpenID
// scopes) is its own business as long as the needed scopes are there.
func scopeSelected(v *reading.View) check.Result {
	if len(v.Authorizations) == 0 || v.Authorizations[0].Params.Has("request_uri") {
		return check.Unseen()
	}
	a := v.Authorizations[0]
	asked := strings.Fields(a.Params.Get("scope"))
	want, source, at := neededScope(v, a.ID)
	if len(want) == 0 {
		return check.Unseen()
	}
	for _, s := range want {
		if !slices.Contains(asked, s) {
			return check.Bad("scope "+reading.Quote(strings.Join(want, " "))+", as "+source+" says",
				check.AskedFor(asked), at, a.ID)
		}
	}
	return check.Good(check.AskedFor(asked), at, a.ID)
}

// neededScope is what an authorization request at that point should ask for:
// the scope of the newest challenge, else that of the resource metadata.
func neededScope(v *reading.View, before int) (want []string, source string, at int) {
	for _, m := range v.MCP {
		if s := m.Challenge.Param("scope"); m.ID < before && s != "" {
			want, source, at = strings.Fields(s), "the challenge", m.ID
		}
	}
	if want != nil {
		return want, source, at
	}
	for _, d := range v.ResourceMetadata {
		if s := reading.Texts(d.JSON, "scopes_supported"); d.ID < before && d.Usable() && len(s) > 0 {
			want, source, at = s, "the resource metadata", d.ID
		}
	}
	return want, source, at
}
