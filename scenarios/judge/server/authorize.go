package server

import (
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func authorizeChecks() []check.Check {
	return []check.Check{
		{
			ID: "authorize/state-echoed", Scenario: "C.4", Stage: reading.DoorCallback,
			Breaks: []reading.Door{reading.DoorCallback},
			About:  []check.Topic{check.StateParam},
			Needs:  "an authorization response to a request with state",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					want := a.Params.Get("state")
					if want == "" || a.Callback == nil {
						return check.Unseen()
					}
					if got := a.Callback.Params.Get("state"); got != want {
						return check.Bad("state "+reading.Quote(want), "state "+reading.Quote(got), a.ID, a.Callback.ID)
					}
					return check.Good("state as sent", a.ID, a.Callback.ID)
				})
			},
		},
	}
}
