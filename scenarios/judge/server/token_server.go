package server

import (
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func tokenServerChecks() []check.Check {
	return []check.Check{
		{
			ID: "token/response-complete", Scenario: "C.5", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorToken, reading.DoorCall},
			About:  []check.Topic{check.AccessToken},
			Needs:  "a successful token response",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
					switch {
					case t.Status/100 != 2 || !v.Recorded.Whole(t.Response.Body):
						return check.Unseen()
					case t.Access == "":
						return check.Bad("access_token", "none", t.ID)
					case reading.Text(t.Answer, "token_type") == "":
						return check.Bad("token_type", "none", t.ID)
					}
					return check.Good("access_token and token_type", t.ID)
				})
			},
		},
		{
			ID: "token/response-not-cached", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "a successful token response",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
					if !t.OK || !v.Recorded.ResponseHeader("Cache-Control") {
						return check.Unseen()
					}
					cache := t.Response.Header.Get("Cache-Control")
					if !strings.Contains(strings.ToLower(cache), "no-store") {
						return check.Bad("Cache-Control: no-store", check.OrNone(cache), t.ID)
					}
					return check.Good(cache, t.ID)
				})
			},
		},
		{
			ID: "token/error-form", Scenario: "C.5", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorToken, reading.DoorRefresh},
			Needs:  "a refused token request",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
					// 5xx and 429 are not errors of RFC 6749 section 5.2; an error with
					// 200 is one, with the wrong status.
					failed := t.Status/100 == 2 && t.Error != "" && t.Access == ""
					if !failed && !refused(t) || !v.Recorded.Whole(t.Response.Body) {
						return check.Unseen()
					}
					if t.Error == "" || t.Status != 400 && t.Status != 401 {
						return check.Bad("400 or 401 with a JSON error", reading.Status(t.Exchange)+", error "+check.OrNone(t.Error), t.ID)
					}
					return check.Good(reading.Status(t.Exchange)+", "+t.Error, t.ID)
				})
			},
		},
		{
			ID: "token/audience-bound", Scenario: "C.5", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorCall},
			About:  []check.Topic{check.Resource, check.AccessToken},
			Needs:  "a JWT access token for a request with resource",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
					resource := t.Form.Get("resource")
					if resource == "" && t.Auth >= 0 {
						resource = v.Authorizations[t.Auth].Params.Get("resource")
					}
					m, ok := trace.ParseMasked(t.Access)
					if !t.OK || resource == "" || !ok || m.JWT == nil {
						return check.Unseen()
					}
					aud := audience(m.JWT.Claims["aud"])
					for _, a := range aud {
						if reading.SameResource(a, resource) {
							return check.Good("aud "+strings.Join(aud, ", "), t.ID)
						}
					}
					return check.Bad("a token with aud "+resource, "a token with aud "+check.OrNone(strings.Join(aud, ", ")), t.ID)
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
	return reading.Texts(map[string]any{"aud": claim}, "aud")
}
