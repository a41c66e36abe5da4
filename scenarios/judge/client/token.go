package client

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func tokenChecks() []check.Check {
	return []check.Check{
		{
			ID: "token/resource-sent", Scenario: "C.5", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorToken, reading.DoorCall},
			Codes:  []string{"invalid_target", "invalid_request", "invalid_token"},
			About:  []check.Topic{check.Resource, check.AccessToken},
			Needs:  "a token request with a code",
			Judge:  func(v *reading.View) check.Result { return resourceSent(v, "authorization_code") },
		},
		{
			ID: "token/resource-authorized", Scenario: "C.5", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorToken},
			About:  []check.Topic{check.Resource},
			Needs:  "a token request with a resource, for an authorization request with one",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
					if t.Auth < 0 || !t.Form.Has("resource") {
						return check.Unseen()
					}
					asked := v.Authorizations[t.Auth].Params.All("resource")
					if len(asked) == 0 {
						return check.Unseen()
					}
					for _, r := range t.Form.All("resource") {
						if !slices.Contains(asked, r) {
							return check.Bad("resource="+strings.Join(asked, ", "), "resource="+r, v.Authorizations[t.Auth].ID, t.ID)
						}
					}
					return check.Good("the resource that was authorized", t.ID)
				})
			},
		},
		{
			ID: "token/redirect-uri-identical", Scenario: "C.5", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorToken},
			About:  []check.Topic{check.RedirectURI},
			Needs:  "a token request with redirect_uri",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
					// OAuth 2.1 no longer asks for it; what is sent must match.
					if t.Auth < 0 || !t.Form.Has("redirect_uri") || !v.Authorizations[t.Auth].Params.Has("redirect_uri") {
						return check.Unseen()
					}
					a := v.Authorizations[t.Auth]
					if want, got := a.Params.Get("redirect_uri"), t.Form.Get("redirect_uri"); got != want {
						return check.Bad(want, got, a.ID, t.ID)
					}
					return check.Good("identical", a.ID, t.ID)
				})
			},
		},
		{
			ID: "token/one-auth-method", Scenario: "C.5", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorToken},
			About:  []check.Topic{check.ClientAuth, check.RequestForm},
			Needs:  "a token request",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
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
						return check.Bad("one method of client authentication", strings.Join(used, " and "), t.ID)
					}
					return check.Good(check.OrNone(strings.Join(used, "")), t.ID)
				})
			},
		},
		{
			ID: "token/client-authenticated", Scenario: "C.5", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorToken},
			Codes:  []string{"invalid_client", "unauthorized_client", "invalid_request", "", "401"},
			About:  []check.Topic{check.ClientAuth},
			Needs:  "a token request of a client that was given a secret",
			Judge: func(v *reading.View) check.Result {
				given := secrets(v)
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
					method := given[t.Form.Get("client_id")]
					switch {
					case len(given) == 0:
						return check.Unseen()
					case t.HasBasic || t.Form.Get("client_secret") != "" || t.Form.Has("client_assertion"):
						return check.Good("client authentication", t.ID)
					case t.AuthUnknown && method != "client_secret_post":
						return check.Unseen()
					case method != "":
						return check.Bad(method, "no client authentication", t.ID)
					default:
						return check.Unseen()
					}
				})
			},
		},
		{
			ID: "token/code-used-once", Scenario: "C.5", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorToken, reading.DoorCall},
			About:  []check.Topic{check.Code, check.AccessToken},
			Needs:  "a token request with a code",
			Judge: func(v *reading.View) check.Result {
				used := map[string]int{}
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
					code := t.Form.Get("code")
					if code == "" || t.Grant != "authorization_code" {
						return check.Unseen()
					}
					// A code that was not consumed (the request was refused
					// before) may be tried once more.
					if id, again := used[code]; again {
						return check.Bad("every code once", "sent again after it was redeemed", id, t.ID)
					}
					if t.OK {
						used[code] = t.ID
					}
					return check.Good("once", t.ID)
				})
			},
		},
	}
}

// resourceSent judges resource in the token requests of one grant type.
func resourceSent(v *reading.View, grant string) check.Result {
	return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
		if t.Grant != grant {
			return check.Unseen()
		}
		if r := t.Form.Get("resource"); r != "" {
			return check.Good("resource="+r, t.ID)
		}
		return check.Bad("resource="+v.Rec.Setting.MCPURL, "a token request ("+grant+") without resource", t.ID)
	})
}

// secrets are the clients that were given credentials, by the operator or at
// their registration, and the method of authentication that goes with them.
func secrets(v *reading.View) map[string]string {
	given := map[string]string{}
	if c := v.Rec.Setting.Configured; c != nil && c.AuthMethod != "" && c.AuthMethod != "none" {
		given[c.ClientID] = c.AuthMethod
	}
	for _, r := range v.Registrations {
		method := reading.Text(r.Answer, "token_endpoint_auth_method")
		if method == "" {
			method = "client_secret_basic" // the default of RFC 7591 section 2
		}
		if r.ClientID != "" && reading.Text(r.Answer, "client_secret") != "" && method != "none" {
			given[r.ClientID] = method
		}
	}
	return given
}
