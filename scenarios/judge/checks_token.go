package judge

import (
	"slices"
	"strings"
)

func tokenChecks() []Check {
	return []Check{
		{
			ID: "token/resource-sent", Scenario: "C.5", Stage: DoorToken,
			Breaks: []Stage{DoorToken, DoorCall},
			Codes:  []string{"invalid_target", "invalid_request", "invalid_token"},
			Needs:  "a token request with a code",
			Judge:  func(v *View) Result { return v.resourceSent("authorization_code") },
		},
		{
			ID: "token/resource-authorized", Scenario: "C.5", Stage: DoorToken,
			Breaks: []Stage{DoorToken},
			Needs:  "a token request with a resource, for an authorization request with one",
			Judge: func(v *View) Result {
				return each(v.Tokens, func(t TokenRequest) Result {
					if t.Auth < 0 || !t.Form.Has("resource") {
						return unseen()
					}
					asked := v.Authorizations[t.Auth].Params.All("resource")
					if len(asked) == 0 {
						return unseen()
					}
					for _, r := range t.Form.All("resource") {
						if !slices.ContainsFunc(asked, func(a string) bool { return sameResource(a, r) }) {
							return bad("resource="+strings.Join(asked, ", "), "resource="+r, v.Authorizations[t.Auth].ID, t.ID)
						}
					}
					return good("the resource that was authorized", t.ID)
				})
			},
		},
		{
			ID: "token/redirect-uri-identical", Scenario: "C.5", Stage: DoorToken,
			Breaks: []Stage{DoorToken},
			Needs:  "a token request with redirect_uri",
			Judge: func(v *View) Result {
				return each(v.Tokens, func(t TokenRequest) Result {
					// OAuth 2.1 no longer asks for it; what is sent must match.
					if t.Auth < 0 || !t.Form.Has("redirect_uri") || !v.Authorizations[t.Auth].Params.Has("redirect_uri") {
						return unseen()
					}
					a := v.Authorizations[t.Auth]
					if want, got := a.Params.Get("redirect_uri"), t.Form.Get("redirect_uri"); got != want {
						return bad(want, got, a.ID, t.ID)
					}
					return good("identical", a.ID, t.ID)
				})
			},
		},
		{
			ID: "token/one-auth-method", Scenario: "C.5", Stage: DoorToken,
			Breaks: []Stage{DoorToken},
			Needs:  "a token request",
			Judge: func(v *View) Result {
				return each(v.Tokens, func(t TokenRequest) Result {
					var used []string
					for name, is := range map[string]bool{
						"HTTP Basic": t.HasBasic, "client_secret": t.Form.Get("client_secret") != "",
						"client_assertion": t.Form.Has("client_assertion"),
					} {
						if is {
							used = append(used, name)
						}
					}
					slices.Sort(used)
					if len(used) > 1 {
						return bad("one method of client authentication", strings.Join(used, " and "), t.ID)
					}
					return good(orNone(strings.Join(used, "")), t.ID)
				})
			},
		},
		{
			ID: "token/client-authenticated", Scenario: "C.5", Stage: DoorToken,
			Breaks: []Stage{DoorToken},
			Codes:  []string{"invalid_client"},
			Needs:  "a token request of a client that was given a secret",
			Judge: func(v *View) Result {
				given := v.secrets()
				return each(v.Tokens, func(t TokenRequest) Result {
					method := given[t.Form.Get("client_id")]
					switch {
					case len(given) == 0:
						return unseen()
					case t.HasBasic || t.Form.Get("client_secret") != "" || t.Form.Has("client_assertion"):
						return good("client authentication", t.ID)
					case method != "":
						return bad(method, "no client authentication", t.ID)
					default:
						return unseen()
					}
				})
			},
		},
		{
			ID: "token/code-used-once", Scenario: "C.5", Stage: DoorToken,
			Breaks: []Stage{DoorToken, DoorCall},
			Needs:  "a token request with a code",
			Judge: func(v *View) Result {
				used := map[string]int{}
				return each(v.Tokens, func(t TokenRequest) Result {
					code := t.Form.Get("code")
					if code == "" || t.Grant != "authorization_code" {
						return unseen()
					}
					// A code that was not consumed (the request was refused
					// before) may be tried once more.
					if id, again := used[code]; again {
						return bad("every code once", "sent again after it was redeemed", id, t.ID)
					}
					if t.OK {
						used[code] = t.ID
					}
					return good("once", t.ID)
				})
			},
		},
	}
}

// resourceSent judges resource in the token requests of one grant type.
func (v *View) resourceSent(grant string) Result {
	return each(v.Tokens, func(t TokenRequest) Result {
		if t.Grant != grant {
			return unseen()
		}
		if r := t.Form.Get("resource"); r != "" {
			return good("resource="+r, t.ID)
		}
		return bad("resource="+v.Rec.Setting.MCPURL, "a token request ("+grant+") without resource", t.ID)
	})
}

// sameResource compares resource identifiers, one trailing slash apart.
func sameResource(a, b string) bool {
	return strings.TrimSuffix(a, "/") == strings.TrimSuffix(b, "/")
}

// secrets are the clients that were given credentials, by the operator or at
// their registration, and the method of authentication that goes with them.
func (v *View) secrets() map[string]string {
	given := map[string]string{}
	if c := v.Rec.Setting.Configured; c != nil && c.AuthMethod != "" && c.AuthMethod != "none" {
		given[c.ClientID] = c.AuthMethod
	}
	for _, r := range v.Registrations {
		method := text(r.Answer, "token_endpoint_auth_method")
		if method == "" {
			method = "client_secret_basic" // the default of RFC 7591 section 2
		}
		if r.ClientID != "" && text(r.Answer, "client_secret") != "" && method != "none" {
			given[r.ClientID] = method
		}
	}
	return given
}
