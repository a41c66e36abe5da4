package judge

import (
	"slices"
	"strings"
)

// lacksScope reports whether the answer asks for a step-up.
func (m MCPRequest) lacksScope() bool { return m.Status == 403 && m.Token != "" }

// insufficientScope reports whether the answer also says so (RFC 6750 section
// 3.1), which is where a step-up begins.
func (m MCPRequest) insufficientScope() bool {
	return m.lacksScope() && m.Challenge.Param("error") == "insufficient_scope"
}

// stepUp is the first answer that asks for more scope.
func (v *View) stepUp() (MCPRequest, bool) {
	for _, m := range v.MCP {
		if m.insufficientScope() {
			return m, true
		}
	}
	return MCPRequest{}, false
}

func stepUpChecks() []Check {
	return []Check{
		{
			ID: "step-up/challenge-form", Scenario: "C.7", Stage: DoorStepUp,
			Breaks: []Stage{DoorStepUp},
			Needs:  "a 403 answer to a request with a token",
			Judge: func(v *View) Result {
				return each(v.MCP, func(m MCPRequest) Result {
					if !m.lacksScope() {
						return unseen()
					}
					if m.Challenge.Param("error") != "insufficient_scope" || m.Challenge.Param("scope") == "" {
						return bad(`error="insufficient_scope" and scope`,
							orNone(strings.Join(m.Response.Header.Values("WWW-Authenticate"), ", ")), m.ID)
					}
					return good("scope="+quote(m.Challenge.Param("scope")), m.ID)
				})
			},
		},
		{
			ID: "step-up/status", Scenario: "C.7", Stage: DoorCall,
			Breaks: []Stage{DoorCall, DoorStepUp},
			Needs:  "a tool call with a token that lacks scope",
			Judge: func(v *View) Result {
				return each(v.MCP, func(m MCPRequest) Result {
					switch {
					case m.insufficientScope():
						return good("403", m.ID)
					case m.Token != "" && m.Status == 200 && !m.Result && strings.Contains(m.Response.Body.Text, "insufficient_scope"):
						return bad("403 with a challenge", status(m.Exchange)+" and a failed tool result that names insufficient_scope", m.ID)
					}
					return unseen()
				})
			},
		},
		{
			ID: "step-up/one-challenge", Scenario: "C.7", Stage: DoorStepUp,
			Breaks: []Stage{DoorStepUp},
			Needs:  "a 403 answer with insufficient_scope, and the answer to the same call with another token",
			Judge:  oneChallenge,
		},
		{
			ID: "step-up/reauthorizes", Scenario: "C.7", Stage: DoorStepUp,
			Breaks: []Stage{DoorStepUp},
			Needs:  "a 403 answer with insufficient_scope",
			Judge: func(v *View) Result {
				m, ok := v.stepUp()
				if !ok {
					return unseen()
				}
				if a, ok := v.authorizedAfter(m.ID); ok {
					return good("asked for authorization again", m.ID, a.ID)
				}
				return bad("a new authorization request", "no new authorization request", m.ID)
			},
		},
		{
			ID: "step-up/scope-union", Scenario: "C.7", Stage: DoorStepUp,
			Breaks: []Stage{DoorStepUp},
			Needs:  "an authorization request after a 403 answer with insufficient_scope",
			Judge: func(v *View) Result {
				m, ok := v.stepUp()
				a, again := v.authorizedAfter(m.ID)
				if !ok || !again {
					return unseen()
				}
				asked := strings.Fields(a.Params.Get("scope"))
				want := strings.Fields(m.Challenge.Param("scope"))
				for _, before := range v.Authorizations {
					if before.ID < m.ID {
						want = append(want, strings.Fields(before.Params.Get("scope"))...)
					}
				}
				slices.Sort(want)
				want = slices.Compact(want)
				for _, s := range want {
					if !slices.Contains(asked, s) {
						return bad("scope "+quote(strings.Join(want, " ")), askedFor(asked), m.ID, a.ID)
					}
				}
				return good(askedFor(asked), m.ID, a.ID)
			},
		},
		{
			ID: "step-up/bounded", Scenario: "C.7", Stage: DoorStepUp,
			Needs: "a 403 answer with insufficient_scope",
			Judge: func(v *View) Result {
				m, ok := v.stepUp()
				if !ok {
					return unseen()
				}
				tries, ids := 0, []int(nil)
				for _, n := range v.MCP {
					if n.lacksScope() && n.Tool == m.Tool {
						tries, ids = tries+1, append(ids, n.ID)
					}
				}
				if tries > attemptsBound {
					return bad("a bounded number of tries", count(tries, "call")+" in vain", ids...)
				}
				return good(count(tries, "refusal"), ids...)
			},
		},
	}
}

// oneChallenge compares the challenges for one tool: a later one must not name a
// scope that was kept back before. One that the client had asked for or been
// granted is none of these: it lost that on the way.
func oneChallenge(v *View) Result {
	first, ok := v.stepUp()
	if !ok || first.Challenge.Param("scope") == "" {
		return unseen()
	}
	s := v.attemptSpan(first.ID)
	known := strings.Fields(first.Challenge.Param("scope"))
	for _, a := range v.Authorizations {
		if a.ID < first.ID {
			known = append(known, strings.Fields(a.Params.Get("scope"))...)
		}
	}
	for _, t := range v.Tokens {
		if t.ID < first.ID {
			known = append(known, strings.Fields(text(t.Answer, "scope"))...)
		}
	}
	for _, m := range v.MCP {
		if m.ID <= first.ID || !s.has(m.ID) || m.Tool != first.Tool || m.Token == "" || m.Token == first.Token {
			continue
		}
		if m.Result {
			return good("one challenge, for scope "+quote(first.Challenge.Param("scope")), first.ID, m.ID)
		}
		more := strings.Fields(m.Challenge.Param("scope"))
		if m.insufficientScope() && slices.ContainsFunc(more, func(s string) bool { return !slices.Contains(known, s) }) {
			return bad("all scopes in the first challenge", "another challenge, for scope "+quote(strings.Join(more, " ")), first.ID, m.ID)
		}
	}
	return unseen()
}

// authorizedAfter is the first authorization request after an exchange, within
// the same attempt.
func (v *View) authorizedAfter(id int) (Authorization, bool) {
	s := v.attemptSpan(id)
	for _, a := range v.Authorizations {
		if a.ID > id && s.has(a.ID) {
			return a, true
		}
	}
	return Authorization{}, false
}

// attemptSpan is the span of the attempt in which an exchange took place; a
// recording without attempts is one.
func (v *View) attemptSpan(id int) span {
	for _, a := range v.Attempts {
		if a.Within(id) {
			return span{a.First, a.Last}
		}
	}
	return v.whole()
}
