package server

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func probedRefresh() []check.Check {
	renewals := func(id string, fn func(t []reading.TokenRequest) check.Result) func(v *reading.View) check.Result {
		return probed(id, func(_ *reading.View, p reading.Probe) check.Result {
			list := tokensOf(p, "refresh_token")
			if len(list) == 0 {
				return check.Unseen()
			}
			return fn(list)
		})
	}
	return []check.Check{
		{
			ID: "probe/refresh-rotation", Scenario: "C.6", Stage: reading.DoorRefresh,
			Needs: "a successful refresh by a public client",
			Judge: renewals("probe/refresh-rotation", func(list []reading.TokenRequest) check.Result {
				t := list[0]
				switch {
				case !t.OK || !t.Public():
					return check.Unseen()
				case t.Refresh == "" || t.Refresh == t.Form.Get("refresh_token"):
					return check.Bad("a new refresh token", "the old one stays", t.ID)
				}
				return check.Good("rotated", t.ID)
			}),
		},
		{
			ID: "probe/refresh-replay", Scenario: "C.6", Stage: reading.DoorRefresh,
			Needs: "a refresh with a token that was replaced",
			Judge: renewals("probe/refresh-replay", func(list []reading.TokenRequest) check.Result {
				if len(list) < 2 || !list[0].OK {
					return check.Unseen()
				}
				return noToken("a replaced refresh token refused", list[1])
			}),
		},
		{
			ID: "probe/refresh-replay/family", Scenario: "C.6", Stage: reading.DoorRefresh,
			Needs: "a refresh with the newest token after a replaced one was used again",
			Judge: renewals("probe/refresh-replay", func(list []reading.TokenRequest) check.Result {
				const attempts = 3
				if len(list) < attempts || !list[0].OK || list[1].OK {
					return check.Unseen()
				}
				return noToken("the whole family revoked", list[2])
			}),
		},
		{
			ID: "probe/refresh-scope-omitted", Scenario: "C.6", Stage: reading.DoorRefresh,
			Needs: "a refresh without scope, and where that is refused one with the granted scope",
			Judge: renewals("probe/refresh-scope-omitted", func(list []reading.TokenRequest) check.Result {
				switch {
				case list[0].OK:
					return check.Good("a token without scope", list[0].ID)
				case len(list) < 2 || !list[1].OK:
					return check.Unseen() // it is not the scope that is missing
				}
				return check.Bad("a token without scope", "a token only with scope "+reading.Quote(list[1].Form.Get("scope")), list[0].ID, list[1].ID)
			}),
		},
		{
			ID: "probe/refresh-client", Scenario: "C.6", Stage: reading.DoorRefresh,
			Needs: "a refresh by another client than the one to which the token was issued",
			Judge: renewals("probe/refresh-client", func(list []reading.TokenRequest) check.Result {
				return noToken("no token for another client", list[0])
			}),
		},
		{
			ID: "probe/refresh-scope", Scenario: "C.6", Stage: reading.DoorRefresh,
			Needs: "a refresh with a scope that was not granted",
			Judge: renewals("probe/refresh-scope", func(list []reading.TokenRequest) check.Result {
				t, asked := list[0], list[0].Form.Get("scope")
				if t.OK && !slices.Contains(strings.Fields(reading.Text(t.Answer, "scope")), asked) && t.Answer["scope"] != nil {
					return check.Good("granted without it", t.ID)
				}
				return noToken("no scope beyond what was granted", t)
			}),
		},
		{
			ID: "probe/revocation", Scenario: "C.6", Stage: reading.DoorRefresh,
			Needs: "a revocation, and a refresh with the revoked token",
			Judge: renewals("probe/revocation", func(list []reading.TokenRequest) check.Result {
				return noToken("a revoked refresh token refused", list[0])
			}),
		},
	}
}
