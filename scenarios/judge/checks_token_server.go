package judge

import (
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

func tokenServerChecks() []Check {
	return []Check{
		{
			ID: "token/response-complete", Scenario: "C.5", Stage: DoorToken,
			Breaks: []Stage{DoorToken, DoorCall},
			Needs:  "a successful token response",
			Judge: func(v *View) Result {
				return each(v.Tokens, func(t TokenRequest) Result {
					switch {
					case t.Status/100 != 2:
						return unseen()
					case t.Access == "":
						return bad("access_token", "none", t.ID)
					case text(t.Answer, "token_type") == "":
						return bad("token_type", "none", t.ID)
					}
					return good("access_token and token_type", t.ID)
				})
			},
		},
		{
			ID: "token/response-not-cached", Scenario: "C.5", Stage: DoorToken,
			Needs: "a successful token response",
			Judge: func(v *View) Result {
				return each(v.Tokens, func(t TokenRequest) Result {
					if !t.OK {
						return unseen()
					}
					cache := t.Response.Header.Get("Cache-Control")
					if !strings.Contains(strings.ToLower(cache), "no-store") {
						return bad("Cache-Control: no-store", orNone(cache), t.ID)
					}
					return good(cache, t.ID)
				})
			},
		},
		{
			ID: "token/error-form", Scenario: "C.5", Stage: DoorToken,
			Breaks: []Stage{DoorRefresh},
			Needs:  "a refused token request",
			Judge: func(v *View) Result {
				return each(v.Tokens, func(t TokenRequest) Result {
					// 5xx and 429 are not errors of RFC 6749 section 5.2.
					if t.Response == nil || t.Status < 400 || t.Status >= 500 || t.Status == 429 {
						return unseen()
					}
					if t.Error == "" || t.Status != 400 && t.Status != 401 {
						return bad("400 or 401 with a JSON error", status(t.Exchange)+", error "+orNone(t.Error), t.ID)
					}
					return good(status(t.Exchange)+", "+t.Error, t.ID)
				})
			},
		},
		{
			ID: "token/audience-bound", Scenario: "C.5", Stage: DoorToken,
			Breaks: []Stage{DoorCall},
			Needs:  "a JWT access token for a request with resource",
			Judge: func(v *View) Result {
				return each(v.Tokens, func(t TokenRequest) Result {
					resource := t.Form.Get("resource")
					if resource == "" && t.Auth >= 0 {
						resource = v.Authorizations[t.Auth].Params.Get("resource")
					}
					m, ok := trace.ParseMasked(t.Access)
					if !t.OK || resource == "" || !ok || m.JWT == nil {
						return unseen()
					}
					aud := audience(m.JWT.Claims["aud"])
					for _, a := range aud {
						if sameResource(a, resource) {
							return good("aud "+strings.Join(aud, ", "), t.ID)
						}
					}
					return bad("a token with aud "+resource, "a token with aud "+orNone(strings.Join(aud, ", ")), t.ID)
				})
			},
		},
	}
}

// audience reads a JWT's aud, which may be a string or a list.
func audience(claim any) []string {
	if s, ok := claim.(string); ok {
		return []string{s}
	}
	return texts(map[string]any{"aud": claim}, "aud")
}
