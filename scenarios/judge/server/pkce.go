package server

import (
	"slices"
	"strings"

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
			Needs:  "authorization server metadata",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.ServerMetadata, func(d reading.Document) check.Result {
					if !d.Usable() {
						return check.Unseen()
					}
					if m := reading.Texts(d.JSON, "code_challenge_methods_supported"); slices.Contains(m, "S256") {
						return check.Good(strings.Join(m, ", "), d.ID)
					}
					return check.Bad("code_challenge_methods_supported with S256",
						check.OrNone(strings.Join(reading.Texts(d.JSON, "code_challenge_methods_supported"), ", ")), d.ID)
				})
			},
		},
	}
}
