package server

import (
	"net/http"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func stepUpChecks() []check.Check {
	return []check.Check{
		{
			ID: "step-up/challenge-form", Scenario: "C.7", Stage: reading.DoorStepUp,
			Breaks: []reading.Door{reading.DoorStepUp},
			About:  []check.Topic{check.Scope},
			Needs:  "a 403 answer to a request with a token",
			Judge: func(v *reading.View) check.Result {
				shown := v.Recorded.ResponseHeader("WWW-Authenticate")
				return check.Each(v.MCP, func(m reading.MCPRequest) check.Result {
					if !m.LacksScope() || !shown {
						return check.Unseen()
					}
					if m.Challenge.Param("error") != "insufficient_scope" || m.Challenge.Param("scope") == "" {
						return check.Bad(`error="insufficient_scope" and scope`,
							check.OrNone(strings.Join(m.Response.Header.Values("WWW-Authenticate"), ", ")), m.ID)
					}
					return check.Good("scope="+reading.Quote(m.Challenge.Param("scope")), m.ID)
				})
			},
		},
		{
			ID: "step-up/status", Scenario: "C.7", Stage: reading.DoorCall,
			Breaks: []reading.Door{reading.DoorCall, reading.DoorStepUp},
			About:  []check.Topic{check.Scope},
			Needs:  "a tool call with a token that lacks scope",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.MCP, func(m reading.MCPRequest) check.Result {
					switch {
					case m.InsufficientScope():
						return check.Good("403", m.ID)
					case m.Token != "" && m.Status/100 == 4 && m.Status != http.StatusForbidden && m.Challenge.Param("error") == "insufficient_scope":
						return check.Bad("403 for lack of scope", reading.Status(m.Exchange)+" with error=insufficient_scope", m.ID)
					case m.Token != "" && m.Status == 200 && !m.Result && strings.Contains(m.Response.Body.Text, "insufficient_scope"):
						return check.Bad("403 with a challenge", reading.Status(m.Exchange)+" and a failed tool result that names insufficient_scope", m.ID)
					}
					return check.Unseen()
				})
			},
		},
		{
			ID: "step-up/one-challenge", Scenario: "C.7", Stage: reading.DoorStepUp,
			Breaks: []reading.Door{reading.DoorStepUp},
			About:  []check.Topic{check.Scope},
			Needs:  "a 403 answer with insufficient_scope, and the answer to the same call with another token",
			Judge:  oneChallenge,
		},
	}
}

// oneChallenge compares the challenges for one tool: a later one must not name a
// scope that was kept back before. One that the client had asked for or been
// granted is none of these: it lost that on the way.
func oneChallenge(v *reading.View) check.Result {
	first, ok := v.StepUp()
	if !ok || first.Challenge.Param("scope") == "" {
		return check.Unseen()
	}
	s := v.AttemptSpan(first.ID)
	known := strings.Fields(first.Challenge.Param("scope"))
	for _, a := range v.Authorizations {
		if a.ID < first.ID {
			known = append(known, strings.Fields(a.Params.Get("scope"))...)
		}
	}
	for _, t := range v.Tokens {
		if t.ID < first.ID {
			known = append(known, strings.Fields(reading.Text(t.Answer, "scope"))...)
		}
	}
	for _, m := range v.MCP {
		if m.ID <= first.ID || !s.Has(m.ID) || m.Tool != first.Tool || m.Token == "" || m.Token == first.Token {
			continue
		}
		if m.Result {
			return check.Good("one challenge, for scope "+reading.Quote(first.Challenge.Param("scope")), first.ID, m.ID)
		}
		more := strings.Fields(m.Challenge.Param("scope"))
		if m.InsufficientScope() && slices.ContainsFunc(more, func(s string) bool { return !slices.Contains(known, s) }) {
			return check.Bad("all scopes in the first challenge", "another challenge, for scope "+reading.Quote(strings.Join(more, " ")),
				first.ID, m.ID)
		}
	}
	return check.Unseen()
}
