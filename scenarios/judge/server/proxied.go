package server

import (
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func probedProxies() []check.Check {
	return []check.Check{{
		ID: "probe/proxy-consent", Scenario: "C.4", Stage: reading.DoorConsent,
		Needs: "an authorization request for a client that the user has not seen, at a server that sends users on to another one",
		Judge: probed("probe/proxy-consent", func(_ *reading.View, p reading.Probe) check.Result {
			return check.Each(p.Authorizations, func(a reading.Authorization) check.Result {
				switch d := reading.DetourOf(a.Request.URL, a.Params.Get("client_id"), p.Exchanges); {
				case d.At == 0:
					return check.Unseen()
				case !d.Asked:
					return check.Bad("a page that asks for consent to the client", "sent on to another authorization server at once", a.ID, d.At)
				default:
					return check.Good("asked before it sent the user on", a.ID, d.At)
				}
			})
		}),
	}}
}
