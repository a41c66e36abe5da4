package server

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// tokens judges every token request that was answered.
func tokens(judge func(v *reading.View, t reading.TokenRequest) check.Result) func(v *reading.View) check.Result {
	return func(v *reading.View) check.Result {
		return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
			if t.Response == nil {
				return check.Unseen()
			}
			return judge(v, t)
		})
	}
}

// granted judges every token answer with a token.
func granted(judge func(v *reading.View, t reading.TokenRequest) check.Result) func(v *reading.View) check.Result {
	return tokens(func(v *reading.View, t reading.TokenRequest) check.Result {
		if !t.OK {
			return check.Unseen()
		}
		return judge(v, t)
	})
}

// refused reports whether a token request was turned away with an answer that can
// be read; 5xx and 429 say nothing of the request.
func refused(t reading.TokenRequest) bool {
	return t.Response != nil && t.Status/100 == 4 && t.Status != 429
}

func tokenAnswerChecks() []check.Check {
	token := []reading.Door{reading.DoorToken}
	return []check.Check{
		{
			ID: "token/number-types", Scenario: "C.5", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorToken, reading.DoorCall},
			Needs:  "a token response with expires_in",
			Judge: granted(func(_ *reading.View, t reading.TokenRequest) check.Result {
				switch value, there := t.Answer["expires_in"]; {
				case !there:
					return check.Unseen()
				case !isNumber(value):
					return check.Bad("expires_in as a JSON number", kindOf(value), t.ID)
				}
				return check.Good("expires_in as a number", t.ID)
			}),
		},
		{
			ID: "token/lifetime", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "a token response with expires_in",
			Judge: granted(func(_ *reading.View, t reading.TokenRequest) check.Result { return shortLived(t) }),
		},
		{
			ID: "token/jwt-profile", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "a JWT access token",
			Judge: granted(func(_ *reading.View, t reading.TokenRequest) check.Result { return jwtProfile(t) }),
		},
		{
			ID: "token/scope-named", Scenario: "C.5", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorStepUp}, About: []check.Topic{check.Scope},
			Needs: "a JWT access token with scope, for a request that asked for a scope",
			Judge: granted(scopeNamed),
		},
		{
			ID: "token/unknown-parameters-ignored", Scenario: "C.5", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorToken, reading.DoorRefresh},
			Needs:  "an answer to a token request",
			Judge: tokens(func(_ *reading.View, t reading.TokenRequest) check.Result {
				switch {
				case t.OK:
					return check.Good("accepted", t.ID)
				case refused(t) && refusesParameter(refusalOf(t.Answer)):
					return check.Bad("unknown parameters ignored", reading.Clip(refusalOf(t.Answer)), t.ID)
				}
				return check.Unseen()
			}),
		},
		{
			ID: "token/code-bound-to-client", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "a code that was redeemed by the client of the authorization request, or by another",
			Judge: tokens(func(v *reading.View, t reading.TokenRequest) check.Result {
				if t.Auth < 0 || t.ClientID == "" {
					return check.Unseen()
				}
				a := v.Authorizations[t.Auth]
				switch want := a.Params.Get("client_id"); {
				case want == "" || !t.OK && want == t.ClientID:
					return check.Unseen()
				case t.OK && want != t.ClientID:
					return check.Bad("no token for the code of "+want, "a token for "+t.ClientID, a.ID, t.ID)
				case want != t.ClientID:
					return check.Good("refused the code of another client", a.ID, t.ID)
				}
				return check.Good("redeemed by its client", a.ID, t.ID)
			}),
		},
		{
			ID: "token/code-once", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "a code that was sent again after it had been redeemed",
			Judge: tokens(codeOnce),
		},
		{
			ID: "token/error-fits", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "a code that was sent again, in the same request, after it had been redeemed",
			Judge: tokens(usedCodeNamed),
		},
		{
			ID: "token/used-code-revokes", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "a refresh with a token from a code that was then used again",
			Judge: tokens(usedCodeRevokes),
		},
		{
			ID: "token/resource-as-granted", Scenario: "C.5", Stage: reading.DoorToken,
			About: []check.Topic{check.Resource},
			Needs: "a token request for a resource that was not authorized",
			Judge: tokens(func(v *reading.View, t reading.TokenRequest) check.Result {
				if t.Auth < 0 || !t.Form.Has("resource") || !v.Authorizations[t.Auth].Params.Has("resource") {
					return check.Unseen()
				}
				a, asked := v.Authorizations[t.Auth], t.Form.Get("resource")
				for _, r := range a.Params.All("resource") {
					if reading.SameResource(r, asked) {
						return check.Unseen()
					}
				}
				if t.OK {
					return check.Bad("invalid_target for "+asked, "a token", a.ID, t.ID)
				}
				return check.Good("refused "+asked, a.ID, t.ID)
			}),
		},
		{
			ID: "pkce/verifier-compared", Scenario: "C.3", Stage: reading.DoorToken, Breaks: token,
			Codes: []string{"invalid_grant", "invalid_request", ""}, About: []check.Topic{check.PKCE},
			Needs: "a token request with the code of an authorization request that had a code_challenge",
			Judge: tokens(verifierCompared),
		},
		{
			ID: "pkce/demanded", Scenario: "C.3", Stage: reading.DoorAuthorize,
			About: []check.Topic{check.PKCE},
			Needs: "a token for the code of a public client that sent no code_challenge",
			Judge: tokens(func(v *reading.View, t reading.TokenRequest) check.Result {
				if t.Auth < 0 || !t.Public() {
					return check.Unseen()
				}
				switch a := v.Authorizations[t.Auth]; {
				case a.Params.Has("code_challenge"):
					return check.Unseen()
				case t.OK:
					return check.Bad("a code_challenge demanded", "a code and a token without one", a.ID, t.ID)
				}
				return check.Unseen()
			}),
		},
		{
			ID: "pkce/plain-refused", Scenario: "C.3", Stage: reading.DoorAuthorize,
			About: []check.Topic{check.PKCE},
			Needs: "an authorization request with the method plain",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					method := a.Params.Get("code_challenge_method")
					switch {
					case !a.Params.Has("code_challenge") || method != "plain" && method != "" || a.Callback == nil && a.RefusedBy == 0:
						return check.Unseen()
					case a.Callback != nil && a.Callback.Granted():
						return check.Bad("S256 demanded", "a code for the method plain", a.ID, a.Callback.ID)
					}
					return check.Good(howRefused(v, a), a.ID)
				})
			},
		},
	}
}

// shortLived allows a day: the specification says short-lived and names no number.
func shortLived(t reading.TokenRequest) check.Result {
	const day = 24 * 60 * 60
	switch seconds, ok := t.Answer["expires_in"].(float64); {
	case !ok:
		return check.Unseen()
	case seconds > day:
		return check.Bad("an access token for a day at most", check.Count(int(seconds/day), "day"), t.ID)
	default:
		return check.Good(check.Count(int(seconds), "second"), t.ID)
	}
}

// scopeNamed compares the scope in a JWT access token with the one that was asked
// for: where they differ the answer must have scope (RFC 6749 section 3.3).
func scopeNamed(v *reading.View, t reading.TokenRequest) check.Result {
	asked := t.Form.Get("scope")
	if asked == "" && t.Auth >= 0 {
		asked = v.Authorizations[t.Auth].Params.Get("scope")
	}
	has, ok := scopeIn(t.Access)
	switch {
	case asked == "" || !ok:
		return check.Unseen()
	case reading.Text(t.Answer, "scope") != "":
		return check.Good("named", t.ID)
	case !sameScope(asked, has):
		return check.Bad("scope "+reading.Quote(has)+" in the answer", "none, for a request with scope "+reading.Quote(asked), t.ID)
	}
	return check.Good("as asked for", t.ID)
}

// parameterRefused is how servers say that they do not take a parameter, whatever
// its value: "unknown parameter", "the 'resource' request parameter is not
// supported".
var parameterRefused = regexp.MustCompile(
	`(?i)(unknown|unrecogni[sz]ed|unsupported|unexpected)( request)? parameter(s)?\b(?: *value)?|` +
		`parameter[^.;]{0,40} (is|are) (not (supported|recogni[sz]ed|known)|unknown|unsupported|unexpected)`)

func refusesParameter(words string) bool {
	found := strings.ToLower(parameterRefused.FindString(words))
	return found != "" && !strings.HasSuffix(found, "value") && !strings.Contains(found, "value of")
}

// codeOnce looks at codes that were sent again. The same answer twice may be the
// same exchange recorded twice, or a repeated transmission.
func codeOnce(v *reading.View, t reading.TokenRequest) check.Result {
	code := t.Form.Get("code")
	for _, first := range v.Tokens {
		if code == "" || first.Form.Get("code") != code || !first.OK || first.ID >= t.ID || first.At+first.Took > t.At && t.At > 0 {
			continue
		}
		switch {
		case t.OK && t.Access == first.Access:
			return check.Unseen()
		case t.OK:
			return check.Bad("no token for a used code", "issued a token", first.ID, t.ID)
		}
		return check.Good("refused a used code", first.ID, t.ID)
	}
	return check.Unseen()
}

// usedCodeNamed looks at the error code for a code that was sent again in a request
// that the server had accepted before: nothing can be wrong with it but the code.
func usedCodeNamed(v *reading.View, t reading.TokenRequest) check.Result {
	if !refused(t) || t.Error == "" || t.Form.Get("code") == "" {
		return check.Unseen()
	}
	for _, first := range v.Tokens {
		if !first.OK || first.ID >= t.ID || first.At+first.Took > t.At && t.At > 0 || !sameRequest(first, t) {
			continue
		}
		if slices.Contains(wrongForGrant(), t.Error) {
			return check.Bad("invalid_grant for a code that was used", reading.Clip(refusalOf(t.Answer)), first.ID, t.ID)
		}
		return check.Good(t.Error, first.ID, t.ID)
	}
	return check.Unseen()
}

// sameRequest reports whether two token requests have the same parameters, each
// once but for resource, and the same kind of client authentication and proof.
// Values that are made anew for each request may differ.
func sameRequest(a, b reading.TokenRequest) bool {
	if len(a.Form) != len(b.Form) || a.HasBasic != b.HasBasic || a.Basic != b.Basic ||
		(a.Request.Header.Get("DPoP") == "") != (b.Request.Header.Get("DPoP") == "") {
		return false
	}
	for _, p := range b.Form {
		switch {
		case p.Name == "resource":
		case b.Form.Count(p.Name) > 1, a.Form.Count(p.Name) != 1:
			return false
		case p.Name != "client_assertion" && a.Form.Get(p.Name) != p.Value:
			return false
		}
	}
	return slices.Equal(a.Form.All("resource"), b.Form.All("resource"))
}

// usedCodeRevokes looks at refresh tokens that came of a code which was sent again
// before they were used.
func usedCodeRevokes(v *reading.View, t reading.TokenRequest) check.Result {
	if t.Grant != "refresh_token" {
		return check.Unseen()
	}
	first, ok := issuedBy(v, t)
	if !ok || first.Form.Get("code") == "" {
		return check.Unseen()
	}
	for _, again := range v.Tokens {
		if again.ID <= first.ID || again.ID >= t.ID || again.OK || again.Form.Get("code") != first.Form.Get("code") {
			continue
		}
		if t.OK {
			return check.Bad("what came of a code that was used twice revoked", "refreshed", again.ID, t.ID)
		}
		return check.Good("revoked", again.ID, t.ID)
	}
	return check.Unseen()
}
