package client

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func stepUpChecks() []check.Check {
	return []check.Check{
		{
			ID: "step-up/reauthorizes", Scenario: "C.7", Stage: reading.DoorStepUp,
			Breaks: []reading.Door{reading.DoorStepUp},
			About:  []check.Topic{check.Scope},
			Needs:  "a 403 answer with insufficient_scope",
			Judge: func(v *reading.View) check.Result {
				m, ok := v.StepUp()
				if !ok || v.EndsWith(m.ID) {
					return check.Unseen()
				}
				if a, ok := v.SteppedUp(m.ID); ok {
					return check.Good("asked for authorization again", m.ID, a.ID)
				}
				return check.Bad("a new authorization request", "no new authorization request", m.ID)
			},
		},
		{
			ID: "step-up/scope-union", Scenario: "C.7", Stage: reading.DoorStepUp,
			Breaks: []reading.Door{reading.DoorStepUp},
			About:  []check.Topic{check.Scope},
			Needs:  "an authorization request after a 403 answer with insufficient_scope",
			Judge: func(v *reading.View) check.Result {
				m, ok := v.StepUp()
				a, again := v.SteppedUp(m.ID)
				if !ok || !again {
					return check.Unseen()
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
						return check.Bad("scope "+reading.Quote(strings.Join(want, " ")), check.AskedFor(asked), m.ID, a.ID)
					}
				}
				return check.Good(check.AskedFor(asked), m.ID, a.ID)
			},
		},
		{
			ID: "step-up/bounded", Scenario: "C.7", Stage: reading.DoorStepUp,
			Needs: "a 403 answer with insufficient_scope",
			Judge: func(v *reading.View) check.Result {
				m, ok := v.StepUp()
				if !ok {
					return check.Unseen()
				}
				tries, ids := 0, []int(nil)
				for _, n := range v.MCP {
					if n.LacksScope() && n.Tool == m.Tool {
						tries, ids = tries+1, append(ids, n.ID)
					}
				}
				if tries > attemptsBound {
					return check.Bad("a bounded number of tries", check.Count(tries, "call")+" in vain", ids...)
				}
				return check.Good(check.Count(tries, "refusal"), ids...)
			},
		},
	}
}

// authorizedAfter is the first authorization request after an exchange, within
// the same attempt.
func authorizedAfter(v *reading.View, id int) (reading.Authorization, bool) {
	s := v.AttemptSpan(id)
	for _, a := range v.Authorizations {
		if a.ID > id && s.Has(a.ID) {
			return a, true
		}
	}
	return reading.Authorization{}, false
}
