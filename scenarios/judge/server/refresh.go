package server

import (
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func refreshChecks() []check.Check {
	return []check.Check{
		{
			ID: "refresh/rotation", Scenario: "C.6", Stage: reading.DoorRefresh,
			Needs: "a successful refresh by a public client",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
					if t.Grant != "refresh_token" || !t.OK || !t.Public() {
						return check.Unseen()
					}
					if t.Refresh == "" || t.Refresh == t.Form.Get("refresh_token") {
						return check.Bad("a new refresh token", "the old one stays", t.ID)
					}
					return check.Good("rotated", t.ID)
				})
			},
		},
	}
}
