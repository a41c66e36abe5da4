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
