package server

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func registrationChecks() []check.Check {
	return []check.Check{
		{
			ID: "registration/response-complete", Scenario: "C.2", Stage: reading.DoorRegistration,
			Breaks: []reading.Door{reading.DoorRegistration, reading.DoorAuthorize},
			About:  []check.Topic{check.RedirectURI, check.ClientMetadata, check.ClientAuth},
			Needs:  "a successful dynamic registration",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Registrations, func(r reading.Registration) check.Result {
					if r.Status/100 != 2 || !v.Recorded.Whole(r.Response.Body) {
						return check.Unseen()
					}
					switch {
					case r.ClientID == "":
						return check.Bad("client_id", "none", r.ID)
					case r.Status != 201:
						return check.Bad("201 Created", reading.Status(r.Exchange), r.ID)
					}
					// A server may register fewer than it was asked for, as long as
					// it says so (RFC 7591 section 3.2.1).
					asked, got := reading.Texts(r.Body, "redirect_uris"), reading.Texts(r.Answer, "redirect_uris")
					if len(asked) > 0 && len(got) == 0 || slices.ContainsFunc(got, func(u string) bool { return !slices.Contains(asked, u) }) {
						return check.Bad("redirect_uris of the request", check.OrNone(strings.Join(got, ", ")), r.ID)
					}
					return check.Good("201 with client_id and redirect_uris", r.ID)
				})
			},
		},
	}
}
