package server

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func callServerChecks() []check.Check {
	return []check.Check{
		{
			ID: "call/invalid-token-401", Scenario: "C.9", Stage: reading.DoorCall,
			Breaks: []reading.Door{reading.DoorRefresh, reading.DoorCall},
			About:  []check.Topic{check.AccessToken},
			Needs:  "a request with a token after tokens were expired or revoked",
			Judge: func(v *reading.View) check.Result {
				at, ok := v.Switched(reading.SwitchExpire)
				if !ok {
					return check.Unseen()
				}
				old := issuedBefore(v, at)
				return check.Each(v.MCP, func(m reading.MCPRequest) check.Result {
					if m.ID <= at || m.Response == nil || !slices.Contains(old, m.Token) {
						return check.Unseen()
					}
					// A redirect says where to ask, and nothing about the token.
					if m.Status/100 == 3 {
						return check.Unseen()
					}
					if m.Status != 401 {
						return check.Bad("401 for an expired token", reading.Status(m.Exchange), m.ID)
					}
					return check.Good("401", m.ID)
				})
			},
		},
		{
			ID: "call/challenge-names-error", Scenario: "C.9", Stage: reading.DoorCall,
			Breaks: []reading.Door{reading.DoorRefresh},
			About:  []check.Topic{check.AccessToken},
			Needs:  "a 401 answer to a request with a token",
			Judge: func(v *reading.View) check.Result {
				shown := v.Recorded.ResponseHeader("WWW-Authenticate")
				return check.Each(v.MCP, func(m reading.MCPRequest) check.Result {
					if m.Token == "" || m.Status != 401 || !shown {
						return check.Unseen()
					}
					if e := m.Challenge.Param("error"); e == "" {
						return check.Bad(`error="invalid_token"`, "no error in the challenge", m.ID)
					}
					return check.Good("error="+reading.Quote(m.Challenge.Param("error")), m.ID)
				})
			},
		},
		{
			ID: "call/audience-verified", Scenario: "C.9", Stage: reading.DoorCall,
			Needs: "a request with a JWT access token for another audience",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.MCP, func(m reading.MCPRequest) check.Result {
					aud, ok := audienceOf(v, m.Token)
					if !ok || m.Response == nil || slices.ContainsFunc(aud, v.Identifies) {
						return check.Unseen()
					}
					if m.Status == 401 || m.Status == 403 {
						return check.Good("refused aud "+strings.Join(aud, ", "), m.ID)
					}
					return check.Bad("401 for a token with aud "+strings.Join(aud, ", "), reading.Status(m.Exchange), m.ID)
				})
			},
		},
	}
}

// issuedBefore lists the access tokens that were issued up to an exchange.
func issuedBefore(v *reading.View, id int) []string {
	var out []string
	for _, t := range v.Tokens {
		if t.OK && t.ID <= id {
			out = append(out, t.Access)
		}
	}
	return out
}
