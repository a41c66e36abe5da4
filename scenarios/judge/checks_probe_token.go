package judge

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

func probedRegistration() []Check {
	registered := func(id string, fn func(r Registration) Result) func(v *View) Result {
		return probed(id, func(_ *View, p Probe) Result {
			return each(p.Registrations, func(r Registration) Result {
				if r.Response == nil {
					return unseen()
				}
				return fn(r)
			})
		})
	}
	return []Check{
		{
			ID: "probe/registration/status", Scenario: "C.2", Stage: DoorRegistration,
			Needs: "a successful dynamic registration",
			Judge: registered("probe/registration", func(r Registration) Result {
				switch {
				case r.Status/100 != 2:
					return unseen()
				case r.Status != 201:
					return bad("201 Created", status(r.Exchange), r.ID)
				}
				return good("201 Created", r.ID)
			}),
		},
		{
			ID: "probe/registration/response", Scenario: "C.2", Stage: DoorRegistration,
			Needs: "a successful dynamic registration",
			Judge: registered("probe/registration", func(r Registration) Result {
				sent, got := texts(r.Body, "redirect_uris"), texts(r.Answer, "redirect_uris")
				switch {
				case r.Status/100 != 2:
					return unseen()
				case r.ClientID == "":
					return bad("client_id", "none", r.ID)
				case !slices.Equal(sent, got):
					return bad("redirect_uris "+strings.Join(sent, ", "), orNone(strings.Join(got, ", ")), r.ID)
				}
				return good("client_id and the registered metadata", r.ID)
			}),
		},
		{
			ID: "probe/registration-redirects", Scenario: "C.2", Stage: DoorRegistration,
			Needs: "a registration with a redirect URI that is not safe, where a safe one is accepted",
			Judge: func(v *View) Result {
				if !v.registersSafely() {
					return unseen()
				}
				return registered("probe/registration-redirects", func(r Registration) Result {
					asked := texts(r.Body, "redirect_uris")
					for _, u := range r.Redirects {
						if r.Status/100 == 2 && slices.Contains(asked, u) {
							return bad("no such redirect URI registered", "registered "+u, r.ID)
						}
					}
					return good("refused with "+status(r.Exchange), r.ID)
				})(v)
			},
		},
		{
			ID: "probe/registration-errors", Scenario: "C.2", Stage: DoorRegistration,
			Needs: "a refused registration",
			Judge: func(v *View) Result {
				form := func(r Registration) Result {
					// Access control and rate limits are no registration errors.
					if r.Status < 400 || r.Status >= 500 || slices.Contains([]int{401, 403, 429}, r.Status) {
						return unseen()
					}
					if code := text(r.Answer, "error"); code == "" || r.Status != 400 {
						return bad("400 with a JSON error", status(r.Exchange)+", error "+orNone(code), r.ID)
					}
					return good("400, "+text(r.Answer, "error"), r.ID)
				}
				result := unseen()
				for _, id := range []string{"probe/registration-errors", "probe/registration-redirects", "probe/registration"} {
					r := registered(id, form)(v)
					if r.State == Bad {
						return r
					}
					if result.State == Unseen {
						result = r
					}
				}
				return result
			},
		},
	}
}

func (v *View) registersSafely() bool {
	for _, p := range v.Probe("probe/registration") {
		for _, r := range p.Registrations {
			if r.ClientID != "" {
				return true
			}
		}
	}
	return false
}

// wantNoToken judges token requests that must not be granted.
func wantNoToken(expected string) func(v *View, p Probe) Result {
	return func(_ *View, p Probe) Result {
		return each(p.Tokens, func(t TokenRequest) Result { return noToken(expected, t) })
	}
}

func noToken(expected string, t TokenRequest) Result {
	switch {
	case t.Response == nil:
		return unseen()
	case t.OK:
		return bad(expected, "issued a token", t.ID)
	}
	return good(strings.TrimSpace(status(t.Exchange)+" "+t.Error), t.ID)
}

func probedCodes() []Check {
	return []Check{
		{
			ID: "probe/verifier", Scenario: "C.3", Stage: DoorToken,
			Needs: "a token request whose code_verifier is missing or another one",
			Judge: probed("probe/verifier", wantNoToken("no token without the code_verifier")),
		},
		{
			ID: "probe/code-replay", Scenario: "C.5", Stage: DoorToken,
			Needs: "a second token request with a code that was redeemed",
			Judge: probed("probe/code-replay", func(_ *View, p Probe) Result {
				codes := tokensOf(p, "authorization_code")
				if len(codes) < 2 || !codes[0].OK {
					return unseen()
				}
				return noToken("no token for a used code", codes[1])
			}),
		},
		{
			ID: "probe/code-replay/revokes", Scenario: "C.5", Stage: DoorToken,
			Needs: "a refresh with a token from a code that was then used twice",
			Judge: probed("probe/code-replay", func(_ *View, p Probe) Result {
				codes, renewals := tokensOf(p, "authorization_code"), tokensOf(p, "refresh_token")
				if len(codes) < 2 || codes[1].OK || len(renewals) == 0 {
					return unseen()
				}
				return noToken("what came of the code revoked", renewals[0])
			}),
		},
		{
			ID: "probe/code-client", Scenario: "C.5", Stage: DoorToken,
			Needs: "a token request of another client than the one to which the code was issued",
			Judge: probed("probe/code-client", wantNoToken("no token for the code of another client")),
		},
	}
}

func tokensOf(p Probe, grant string) []TokenRequest {
	var out []TokenRequest
	for _, t := range p.Tokens {
		if t.Grant == grant {
			out = append(out, t)
		}
	}
	return out
}

func probedTokens() []Check {
	granted := func(fn func(v *View, t TokenRequest) Result) func(v *View) Result {
		return probed("probe/token-response", func(v *View, p Probe) Result {
			return each(p.Tokens, func(t TokenRequest) Result {
				if !t.OK {
					return unseen()
				}
				return fn(v, t)
			})
		})
	}
	return []Check{
		{
			ID: "probe/token-response/cache", Scenario: "C.5", Stage: DoorToken,
			Needs: "a token response",
			Judge: granted(func(_ *View, t TokenRequest) Result {
				cache := t.Response.Header.Get("Cache-Control")
				if !strings.Contains(strings.ToLower(cache), "no-store") || text(t.Answer, "token_type") == "" {
					return bad("token_type, and Cache-Control: no-store", "Cache-Control: "+orNone(cache)+
						", token_type "+orNone(text(t.Answer, "token_type")), t.ID)
				}
				return good(cache, t.ID)
			}),
		},
		{
			ID: "probe/token-response/lifetime", Scenario: "C.5", Stage: DoorToken,
			Needs: "a token response with expires_in",
			Judge: granted(func(_ *View, t TokenRequest) Result {
				// The specification says short-lived and names no number; a day
				// is generous.
				const day = 24 * 60 * 60
				seconds, ok := t.Answer["expires_in"].(float64)
				switch {
				case !ok:
					return unseen()
				case seconds > day:
					return bad("an access token for a day at most", count(int(seconds/day), "day"), t.ID)
				}
				return good(count(int(seconds), "second"), t.ID)
			}),
		},
		{
			ID: "probe/token-response/audience", Scenario: "C.5", Stage: DoorToken,
			Needs: "a JWT access token for a request with resource",
			Judge: granted(func(v *View, t TokenRequest) Result {
				aud, ok := v.audienceOf(t.Access)
				want := t.Form.Get("resource")
				switch {
				case !ok || want == "":
					return unseen()
				case !slices.ContainsFunc(aud, func(a string) bool { return sameResource(a, want) }):
					return bad("a token with aud "+want, "a token with aud "+orNone(strings.Join(aud, ", ")), t.ID)
				}
				return good("aud "+strings.Join(aud, ", "), t.ID)
			}),
		},
		{
			ID: "probe/token-response/profile", Scenario: "C.5", Stage: DoorToken,
			Needs: "a JWT access token",
			Judge: granted(func(_ *View, t TokenRequest) Result { return jwtProfile(t) }),
		},
		{
			ID: "probe/token-errors", Scenario: "C.5", Stage: DoorToken,
			Needs: "a refused token request",
			Judge: probed("probe/token-errors", func(_ *View, p Probe) Result {
				return each(p.Tokens, func(t TokenRequest) Result {
					switch {
					case t.Response == nil:
						return unseen()
					case t.Error == "" || t.Status != 400 && t.Status != 401:
						return bad("400 or 401 with a JSON error", status(t.Exchange)+", error "+orNone(t.Error), t.ID)
					}
					return good(status(t.Exchange)+", "+t.Error, t.ID)
				})
			}),
		},
		{
			ID: "probe/resource-unknown", Scenario: "C.4", Stage: DoorAuthorize,
			Needs: "an authorization request for a resource that nobody knows",
			Judge: probed("probe/resource-unknown", wantNoCode("invalid_target")),
		},
		{
			ID: "probe/resource-case", Scenario: "C.4", Stage: DoorAuthorize,
			Needs: "an authorization request with scheme and host of the resource in capitals",
			Judge: probed("probe/resource-case", func(v *View, p Probe) Result {
				return each(p.Authorizations, func(a Authorization) Result {
					if a.Callback == nil || !a.Callback.granted() {
						return bad("accepted like the same in small letters", v.howRefused(a), a.ID)
					}
					return good("accepted "+a.Params.Get("resource"), a.ID)
				})
			}),
		},
		{
			ID: "probe/resource-granted", Scenario: "C.5", Stage: DoorToken,
			Needs: "a token request for a resource that was not authorized",
			Judge: probed("probe/resource-granted", wantNoToken("invalid_target")),
		},
		{
			ID: "probe/client-authentication", Scenario: "C.5", Stage: DoorToken,
			Needs: "a token request of a client with a wrong secret or none, whose right one is accepted",
			Judge: probed("probe/client-authentication", func(_ *View, p Probe) Result {
				if len(p.Tokens) == 0 {
					return unseen()
				}
				wrong, right := p.Tokens[0], p.Tokens[len(p.Tokens)-1]
				switch {
				case wrong.OK:
					return bad("401 invalid_client", "issued a token", wrong.ID)
				case !right.OK:
					return unseen()
				case wrong.Error != "invalid_client" || wrong.Status != 401 && (wrong.HasBasic || wrong.Status != 400):
					return bad("401 invalid_client", status(wrong.Exchange)+" "+orNone(wrong.Error), wrong.ID)
				}
				return good(status(wrong.Exchange)+" invalid_client", wrong.ID)
			}),
		},
		{
			ID: "probe/introspection", Scenario: "C.5", Stage: DoorToken,
			Needs: "an introspection request without credentials",
			Judge: probed("probe/introspection", func(_ *View, p Probe) Result {
				return each(p.Exchanges, func(x trace.Exchange) Result {
					switch {
					case x.Response == nil || x.From != trace.Client:
						return unseen()
					case x.Response.Status/100 == 2 && object(x.Response.Body.Text)["active"] == true:
						return bad("401 for a caller without credentials", "described the token", x.ID)
					}
					return good(status(x), x.ID)
				})
			}),
		},
	}
}

// jwtProfile looks at a JWT access token as RFC 9068 section 2 describes it.
func jwtProfile(t TokenRequest) Result {
	m, ok := trace.ParseMasked(t.Access)
	if !ok || m.JWT == nil {
		return unseen()
	}
	if typ := strings.ToLower(m.JWT.Header.Typ); typ != "at+jwt" && typ != "application/at+jwt" {
		return bad("typ at+jwt", "typ "+orNone(m.JWT.Header.Typ), t.ID)
	}
	for _, claim := range []string{"iss", "exp", "aud", "sub", "client_id", "iat", "jti"} {
		if m.JWT.Claims[claim] == nil {
			return bad("claim "+claim, "none", t.ID)
		}
	}
	return good("typ and all required claims", t.ID)
}

func probedRefresh() []Check {
	renewals := func(id string, fn func(t []TokenRequest) Result) func(v *View) Result {
		return probed(id, func(_ *View, p Probe) Result {
			list := tokensOf(p, "refresh_token")
			if len(list) == 0 {
				return unseen()
			}
			return fn(list)
		})
	}
	return []Check{
		{
			ID: "probe/refresh-rotation", Scenario: "C.6", Stage: DoorRefresh,
			Needs: "a successful refresh by a public client",
			Judge: renewals("probe/refresh-rotation", func(list []TokenRequest) Result {
				t := list[0]
				switch {
				case !t.OK || !t.Public():
					return unseen()
				case t.Refresh == "" || t.Refresh == t.Form.Get("refresh_token"):
					return bad("a new refresh token", "the old one stays", t.ID)
				}
				return good("rotated", t.ID)
			}),
		},
		{
			ID: "probe/refresh-replay", Scenario: "C.6", Stage: DoorRefresh,
			Needs: "a refresh with a token that was replaced",
			Judge: renewals("probe/refresh-replay", func(list []TokenRequest) Result {
				if len(list) < 2 || !list[0].OK {
					return unseen()
				}
				return noToken("a replaced refresh token refused", list[1])
			}),
		},
		{
			ID: "probe/refresh-replay/family", Scenario: "C.6", Stage: DoorRefresh,
			Needs: "a refresh with the newest token after a replaced one was used again",
			Judge: renewals("probe/refresh-replay", func(list []TokenRequest) Result {
				const attempts = 3
				if len(list) < attempts || !list[0].OK || list[1].OK {
					return unseen()
				}
				return noToken("the whole family revoked", list[2])
			}),
		},
		{
			ID: "probe/refresh-client", Scenario: "C.6", Stage: DoorRefresh,
			Needs: "a refresh by another client than the one to which the token was issued",
			Judge: renewals("probe/refresh-client", func(list []TokenRequest) Result {
				return noToken("no token for another client", list[0])
			}),
		},
		{
			ID: "probe/refresh-scope", Scenario: "C.6", Stage: DoorRefresh,
			Needs: "a refresh with a scope that was not granted",
			Judge: renewals("probe/refresh-scope", func(list []TokenRequest) Result {
				t, asked := list[0], list[0].Form.Get("scope")
				if t.OK && !slices.Contains(strings.Fields(text(t.Answer, "scope")), asked) && t.Answer["scope"] != nil {
					return good("granted without it", t.ID)
				}
				return noToken("no scope beyond what was granted", t)
			}),
		},
		{
			ID: "probe/revocation", Scenario: "C.6", Stage: DoorRefresh,
			Needs: "a revocation, and a refresh with the revoked token",
			Judge: renewals("probe/revocation", func(list []TokenRequest) Result {
				return noToken("a revoked refresh token refused", list[0])
			}),
		},
	}
}
