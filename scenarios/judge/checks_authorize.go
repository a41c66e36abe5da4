package judge

import (
	"net/url"
	"slices"
	"strings"
)

func authorizeChecks() []Check {
	return []Check{
		{
			ID: "authorize/required-parameters", Scenario: "C.4", Stage: DoorAuthorize,
			Breaks: []Stage{DoorAuthorize},
			Needs:  "an authorization request",
			Judge: func(v *View) Result {
				return each(v.Authorizations, func(a Authorization) Result {
					switch {
					case a.Params.Has("request_uri") && a.Params.Has("client_id"):
						return good("client_id and request_uri", a.ID)
					case a.Params.Get("response_type") != "code":
						return bad("response_type=code", orNone(a.Params.Get("response_type")), a.ID)
					case !a.Params.Has("client_id"):
						return bad("client_id", "none", a.ID)
					}
					return good("response_type=code and client_id", a.ID)
				})
			},
		},
		{
			ID: "authorize/parameters-once", Scenario: "C.4", Stage: DoorAuthorize,
			Breaks: []Stage{DoorAuthorize, DoorToken},
			Needs:  "an authorization or token request",
			Judge: func(v *View) Result {
				once := func(p Params, id int) Result {
					for _, q := range p {
						if q.Name != "resource" && p.Count(q.Name) > 1 {
							return bad(q.Name+" once", count(p.Count(q.Name), "time"), id)
						}
					}
					return good("every parameter once", id)
				}
				r := each(v.Authorizations, func(a Authorization) Result { return once(a.Params, a.ID) })
				if r.State == Bad {
					return r
				}
				if t := each(v.Tokens, func(t TokenRequest) Result { return once(t.Form, t.ID) }); t.State != Unseen {
					return t
				}
				return r
			},
		},
		{
			ID: "authorize/safe-authorization-url", Scenario: "C.4", Stage: DoorAuthorize,
			Guards: []Stage{DoorAuthorize},
			Needs:  "an authorization endpoint, and what the client did about it",
			Judge:  safeAuthorizationURL,
		},
		{
			ID: "authorize/resource-sent", Scenario: "C.4", Stage: DoorAuthorize,
			Breaks: []Stage{DoorAuthorize, DoorCall},
			Codes:  []string{"invalid_target", "invalid_request", "invalid_token"},
			Needs:  "an authorization request",
			Judge: func(v *View) Result {
				return each(v.Authorizations, func(a Authorization) Result {
					if a.Params.Has("request_uri") {
						return unseen()
					}
					if r := a.Params.All("resource"); len(r) > 0 && r[0] != "" {
						return good("resource="+strings.Join(r, ", "), a.ID)
					}
					return bad("resource="+v.Rec.Setting.MCPURL, "an authorization request without resource", a.ID)
				})
			},
		},
		{
			ID: "authorize/resource-identifies-server", Scenario: "C.4", Stage: DoorAuthorize,
			Breaks: []Stage{DoorAuthorize, DoorToken, DoorCall},
			Codes:  []string{"invalid_target", "invalid_request", "invalid_token"},
			Needs:  "a resource in an authorization or token request",
			Judge: func(v *View) Result {
				check := func(p Params, id int) Result {
					out := unseen()
					for _, r := range p.All("resource") {
						if !v.identifies(r) {
							return bad("resource="+v.Rec.Setting.MCPURL, "resource="+r, id)
						}
						out = good("resource="+r, id)
					}
					return out
				}
				a := each(v.Authorizations, func(a Authorization) Result { return check(a.Params, a.ID) })
				if a.State == Bad {
					return a
				}
				if t := each(v.Tokens, func(t TokenRequest) Result { return check(t.Form, t.ID) }); t.State != Unseen {
					return t
				}
				return a
			},
		},
		{
			ID: "authorize/scope-selected", Scenario: "C.4", Stage: DoorAuthorize,
			Breaks: []Stage{DoorAuthorize, DoorCall},
			Codes:  []string{"invalid_scope", "insufficient_scope"},
			Needs:  "an authorization request after a challenge with scope, or resource metadata with scopes_supported",
			Judge:  scopeSelected,
		},
		{
			ID: "authorize/state-sent", Scenario: "C.4", Stage: DoorAuthorize,
			Needs: "an authorization request",
			Judge: func(v *View) Result {
				return each(v.Authorizations, func(a Authorization) Result {
					if a.Params.Has("request_uri") {
						return unseen()
					}
					if a.Params.Get("state") == "" {
						return bad("state", "an authorization request without state", a.ID)
					}
					return good("state", a.ID)
				})
			},
		},
		{
			ID: "authorize/state-verified", Scenario: "C.4", Stage: DoorCallback,
			Needs: "an authorization response whose state is missing or another one",
			Judge: func(v *View) Result {
				for i, a := range v.Authorizations {
					want := a.Params.Get("state")
					if a.Callback == nil || want == "" || a.Callback.Params.Get("state") == want || !a.Callback.granted() {
						continue
					}
					for _, t := range v.Tokens {
						if t.Auth == i {
							return bad("no use of a response with another state", "redeemed its code", a.Callback.ID, t.ID)
						}
					}
					return good("dropped the response", a.Callback.ID)
				}
				return unseen()
			},
		},
		{
			ID: "authorize/state-echoed", Scenario: "C.4", Stage: DoorCallback,
			Breaks: []Stage{DoorCallback},
			Needs:  "an authorization response to a request with state",
			Judge: func(v *View) Result {
				return each(v.Authorizations, func(a Authorization) Result {
					want := a.Params.Get("state")
					if want == "" || a.Callback == nil {
						return unseen()
					}
					if got := a.Callback.Params.Get("state"); got != want {
						return bad("state "+quote(want), "state "+quote(got), a.ID, a.Callback.ID)
					}
					return good("state as sent", a.ID, a.Callback.ID)
				})
			},
		},
	}
}

// safeAuthorizationURL looks at the endpoint that the metadata named, because a
// client that refuses a bad one sends nothing.
func safeAuthorizationURL(v *View) Result {
	for _, a := range v.Authorizations {
		if !safeToOpen(withoutQuery(a.Request.URL)) {
			return bad("https, or http on loopback", withoutQuery(a.Request.URL), a.ID)
		}
	}
	for _, d := range v.ServerMetadata {
		end := text(d.JSON, "authorization_endpoint")
		if end == "" || safeToOpen(end) {
			continue
		}
		for _, e := range v.Rec.Events {
			if e.Kind == "landed" && strings.HasPrefix(e.Detail["url"], end) {
				return bad("https, or http on loopback", "opened "+end, d.ID)
			}
		}
		return good("did not open "+end, d.ID)
	}
	if len(v.Authorizations) > 0 {
		return good(withoutQuery(v.Authorizations[0].Request.URL), v.Authorizations[0].ID)
	}
	return unseen()
}

func safeToOpen(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname()))
}

// scopeSelected judges the first authorization request; later ones are
// step-ups, judged elsewhere. What a client adds (offline_access, OpenID
// scopes) is its own business as long as the needed scopes are there.
func scopeSelected(v *View) Result {
	if len(v.Authorizations) == 0 || v.Authorizations[0].Params.Has("request_uri") {
		return unseen()
	}
	a := v.Authorizations[0]
	asked := strings.Fields(a.Params.Get("scope"))
	want, source, at := v.neededScope(a.ID)
	if len(want) == 0 {
		return unseen()
	}
	for _, s := range want {
		if !slices.Contains(asked, s) {
			return bad("scope "+quote(strings.Join(want, " "))+", as "+source+" says",
				askedFor(asked), at, a.ID)
		}
	}
	return good(askedFor(asked), at, a.ID)
}

// neededScope is what an authorization request at that point should ask for:
// the scope of the newest challenge, else that of the resource metadata.
func (v *View) neededScope(before int) (want []string, source string, at int) {
	for _, m := range v.MCP {
		if s := m.Challenge.Param("scope"); m.ID < before && s != "" {
			want, source, at = strings.Fields(s), "the challenge", m.ID
		}
	}
	if want != nil {
		return want, source, at
	}
	for _, d := range v.ResourceMetadata {
		if s := texts(d.JSON, "scopes_supported"); d.ID < before && d.usable() && len(s) > 0 {
			want, source, at = s, "the resource metadata", d.ID
		}
	}
	return want, source, at
}
