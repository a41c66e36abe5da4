package server

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// wantNoToken judges token requests that must not be granted.
func wantNoToken(expected string) func(v *reading.View, p reading.Probe) check.Result {
	return func(_ *reading.View, p reading.Probe) check.Result {
		return check.Each(p.Tokens, func(t reading.TokenRequest) check.Result { return noToken(expected, t) })
	}
}

func noToken(expected string, t reading.TokenRequest) check.Result {
	switch {
	case t.Response == nil:
		return check.Unseen()
	case t.OK:
		return check.Bad(expected, "issued a token", t.ID)
	}
	return check.Good(strings.TrimSpace(reading.Status(t.Exchange)+" "+t.Error), t.ID)
}

func probedCodes() []check.Check {
	return []check.Check{
		{
			ID: "probe/verifier", Scenario: "C.3", Stage: reading.DoorToken,
			Needs: "a token request whose code_verifier is missing or another one",
			Judge: probed("probe/verifier", wantNoToken("no token without the code_verifier")),
		},
		{
			ID: "probe/code-replay", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "a second token request with a code that was redeemed",
			Judge: probed("probe/code-replay", func(_ *reading.View, p reading.Probe) check.Result {
				codes := tokensOf(p, "authorization_code")
				if len(codes) < 2 || !codes[0].OK {
					return check.Unseen()
				}
				return noToken("no token for a used code", codes[1])
			}),
		},
		{
			ID: "probe/code-replay/revokes", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "a refresh with a token from a code that was then used twice",
			Judge: probed("probe/code-replay", func(_ *reading.View, p reading.Probe) check.Result {
				codes, renewals := tokensOf(p, "authorization_code"), tokensOf(p, "refresh_token")
				if len(codes) < 2 || codes[1].OK || len(renewals) == 0 {
					return check.Unseen()
				}
				return noToken("what came of the code revoked", renewals[0])
			}),
		},
		{
			ID: "probe/code-client", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "a token request of another client than the one to which the code was issued",
			Judge: probed("probe/code-client", wantNoToken("no token for the code of another client")),
		},
	}
}

func tokensOf(p reading.Probe, grant string) []reading.TokenRequest {
	var out []reading.TokenRequest
	for _, t := range p.Tokens {
		if t.Grant == grant {
			out = append(out, t)
		}
	}
	return out
}

func probedTokens() []check.Check {
	granted := func(fn func(v *reading.View, t reading.TokenRequest) check.Result) func(v *reading.View) check.Result {
		return probed("probe/token-response", func(v *reading.View, p reading.Probe) check.Result {
			return check.Each(p.Tokens, func(t reading.TokenRequest) check.Result {
				if !t.OK {
					return check.Unseen()
				}
				return fn(v, t)
			})
		})
	}
	return []check.Check{
		{
			ID: "probe/token-response/cache", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "a token response",
			Judge: granted(func(_ *reading.View, t reading.TokenRequest) check.Result {
				cache := t.Response.Header.Get("Cache-Control")
				if !strings.Contains(strings.ToLower(cache), "no-store") || reading.Text(t.Answer, "token_type") == "" {
					return check.Bad("token_type, and Cache-Control: no-store", "Cache-Control: "+check.OrNone(cache)+
						", token_type "+check.OrNone(reading.Text(t.Answer, "token_type")), t.ID)
				}
				return check.Good(cache, t.ID)
			}),
		},
		{
			ID: "probe/token-response/lifetime", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "a token response with expires_in",
			Judge: granted(func(_ *reading.View, t reading.TokenRequest) check.Result {
				// The specification says short-lived and names no number; a day
				// is generous.
				const day = 24 * 60 * 60
				seconds, ok := t.Answer["expires_in"].(float64)
				switch {
				case !ok:
					return check.Unseen()
				case seconds > day:
					return check.Bad("an access token for a day at most", check.Count(int(seconds/day), "day"), t.ID)
				}
				return check.Good(check.Count(int(seconds), "second"), t.ID)
			}),
		},
		{
			ID: "probe/token-response/audience", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "a JWT access token for a request with resource",
			Judge: granted(func(v *reading.View, t reading.TokenRequest) check.Result {
				aud, ok := audienceOf(v, t.Access)
				want := t.Form.Get("resource")
				switch {
				case !ok || want == "":
					return check.Unseen()
				case !slices.ContainsFunc(aud, func(a string) bool { return reading.SameResource(a, want) }):
					return check.Bad("a token with aud "+want, "a token with aud "+check.OrNone(strings.Join(aud, ", ")), t.ID)
				}
				return check.Good("aud "+strings.Join(aud, ", "), t.ID)
			}),
		},
		{
			ID: "probe/token-response/profile", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "a JWT access token",
			Judge: granted(func(_ *reading.View, t reading.TokenRequest) check.Result { return jwtProfile(t) }),
		},
		{
			ID: "probe/token-errors", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "a refused token request",
			Judge: probed("probe/token-errors", func(_ *reading.View, p reading.Probe) check.Result {
				return check.Each(p.Tokens, func(t reading.TokenRequest) check.Result {
					switch {
					case t.Response == nil:
						return check.Unseen()
					case t.Error == "" || t.Status != 400 && t.Status != 401:
						return check.Bad("400 or 401 with a JSON error", reading.Status(t.Exchange)+", error "+check.OrNone(t.Error), t.ID)
					}
					return check.Good(reading.Status(t.Exchange)+", "+t.Error, t.ID)
				})
			}),
		},
		{
			ID: "probe/resource-unknown", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Needs: "an authorization request for a resource that nobody knows",
			Judge: probed("probe/resource-unknown", wantNoCode("invalid_target")),
		},
		{
			ID: "probe/resource-case", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Needs: "an authorization request with scheme and host of the resource in capitals",
			Judge: probed("probe/resource-case", func(v *reading.View, p reading.Probe) check.Result {
				return check.Each(p.Authorizations, func(a reading.Authorization) check.Result {
					if a.Callback == nil || !a.Callback.Granted() {
						return check.Bad("accepted like the same in small letters", howRefused(v, a), a.ID)
					}
					return check.Good("accepted "+a.Params.Get("resource"), a.ID)
				})
			}),
		},
		{
			ID: "probe/resource-granted", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "a token request for a resource that was not authorized",
			Judge: probed("probe/resource-granted", wantNoToken("invalid_target")),
		},
		{
			ID: "probe/client-authentication", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "a token request of a client with a wrong secret or none, whose right one is accepted",
			Judge: probed("probe/client-authentication", func(_ *reading.View, p reading.Probe) check.Result {
				if len(p.Tokens) == 0 {
					return check.Unseen()
				}
				wrong, right := p.Tokens[0], p.Tokens[len(p.Tokens)-1]
				switch {
				case wrong.OK:
					return check.Bad("401 invalid_client", "issued a token", wrong.ID)
				case !right.OK:
					return check.Unseen()
				case wrong.Error != "invalid_client" || wrong.Status != 401 && (wrong.HasBasic || wrong.Status != 400):
					return check.Bad("401 invalid_client", reading.Status(wrong.Exchange)+" "+check.OrNone(wrong.Error), wrong.ID)
				}
				return check.Good(reading.Status(wrong.Exchange)+" invalid_client", wrong.ID)
			}),
		},
		{
			ID: "probe/introspection", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "an introspection request without credentials",
			Judge: probed("probe/introspection", func(_ *reading.View, p reading.Probe) check.Result {
				return check.Each(p.Exchanges, func(x trace.Exchange) check.Result {
					switch {
					case x.Response == nil || x.From != trace.Client:
						return check.Unseen()
					case x.Response.Status/100 == 2 && reading.Object(x.Response.Body.Text)["active"] == true:
						return check.Bad("401 for a caller without credentials", "described the token", x.ID)
					}
					return check.Good(reading.Status(x), x.ID)
				})
			}),
		},
	}
}

// jwtProfile looks at a JWT access token as RFC 9068 section 2 describes it.
func jwtProfile(t reading.TokenRequest) check.Result {
	m, ok := trace.ParseMasked(t.Access)
	if !ok || m.JWT == nil {
		return check.Unseen()
	}
	if typ := strings.ToLower(m.JWT.Header.Typ); typ != "at+jwt" && typ != "application/at+jwt" {
		return check.Bad("typ at+jwt", "typ "+check.OrNone(m.JWT.Header.Typ), t.ID)
	}
	for _, claim := range []string{"iss", "exp", "aud", "sub", "client_id", "iat", "jti"} {
		if m.JWT.Claims[claim] == nil {
			return check.Bad("claim "+claim, "none", t.ID)
		}
	}
	return check.Good("typ and all required claims", t.ID)
}
