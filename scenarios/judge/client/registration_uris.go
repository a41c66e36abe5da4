package client

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// aboutMetadata are the codes with which a registration is refused for what it
// says about the client (RFC 7591 section 3.2.2); some servers name none.
func aboutMetadata() []string {
	return []string{"invalid_redirect_uri", "invalid_client_metadata", "invalid_request", "", "422"}
}

func registrationURIChecks() []check.Check {
	return []check.Check{
		{
			ID: "registration/redirect-uris-sent", Scenario: "C.2", Stage: reading.DoorRegistration,
			Breaks: []reading.Door{reading.DoorRegistration, reading.DoorAuthorize},
			Codes:  aboutMetadata(),
			// One without redirects names no grant type either.
			About: []check.Topic{check.RedirectURI, check.GrantType, check.ResponseType},
			Needs: "a dynamic registration that is not for grants without redirects alone",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Registrations, func(r reading.Registration) check.Result {
					uris := reading.Texts(r.Body, "redirect_uris")
					switch {
					case r.Body == nil || !redirects(r.Body):
						return check.Unseen()
					case len(uris) == 0:
						return check.Bad("redirect_uris", "none", r.ID)
					}
					return check.Good(strings.Join(uris, ", "), r.ID)
				})
			},
		},
	}
}

// redirects reports whether a registration is for a grant with redirects. One
// that names no grant is: the authorization code grant is the default (RFC 7591
// section 2), and an MCP client registers for no other.
func redirects(body map[string]any) bool {
	grants := reading.Texts(body, "grant_types")
	return len(grants) == 0 || slices.Contains(grants, "authorization_code") || slices.Contains(grants, "implicit")
}
