package client

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func redirectChecks() []check.Check {
	return []check.Check{
		{
			ID: "authorize/redirect-registered", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Breaks: []reading.Door{reading.DoorAuthorize},
			About:  []check.Topic{check.RedirectURI},
			Needs:  "an authorization request of a client whose registered redirect URIs are known",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					uri := a.Params.Get("redirect_uri")
					registered := v.RegisteredRedirects(a)
					if uri == "" || len(registered) == 0 {
						return check.Unseen()
					}
					for _, r := range registered {
						if reading.SameButPort(r, uri) {
							return check.Good(uri, a.ID)
						}
					}
					if slices.ContainsFunc(askedRedirects(v, a), func(r string) bool { return reading.SameButPort(r, uri) }) {
						return check.Unseen() // It came back as documented; the operator registered something else.
					}
					return check.Bad("one of "+strings.Join(registered, ", "), uri, a.ID)
				})
			},
		},
	}
}

// askedRedirects are the redirect URIs that the client's documentation asks an
// operator for, where the operator registered others.
func askedRedirects(v *reading.View, a reading.Authorization) []string {
	for _, c := range v.Rec.Setting.Registered {
		if c.ClientID == a.Params.Get("client_id") {
			return c.Asked
		}
	}
	return nil
}
