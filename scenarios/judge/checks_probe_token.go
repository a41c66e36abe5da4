package judge

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

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
