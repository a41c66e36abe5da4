package server

import (
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func pkceChecks() []check.Check {
	return []check.Check{
		{
			ID: "pkce/advertised", Scenario: "C.3", Stage: reading.DoorServerMetadata,
			Breaks: []reading.Door{reading.DoorServerMetadata},
			Codes:  []string{""}, // It is the client that turns away; no server refuses anything because of it.
			About:  []check.Topic{check.PKCE},
			Needs:  "an OpenID Connect Discovery document",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.ServerMetadata, func(d reading.Document) check.Result {
					if !d.Usable() || !openid(d) {
						return check.Unseen()
					}
					return listsS256(d)
				})
			},
		},
	}
}
