package client

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// ownServerChecks are about revision 2025-03-26, in which the MCP server is its
// own authorization server and nothing names it.
func ownServerChecks() []check.Check {
	return []check.Check{
		{
			ID: "discovery/metadata-at-origin", Scenario: "C.1", Stage: reading.DoorServerMetadata,
			Breaks: []reading.Door{reading.DoorServerMetadata, reading.DoorRegistration},
			Needs:  "a request for authorization server metadata where no resource metadata was found",
			Judge: func(v *reading.View) check.Result {
				if len(v.Named()) > 0 || len(v.ServerMetadata) == 0 {
					return check.Unseen()
				}
				want := v.Origin() + "/.well-known/oauth-authorization-server"
				asked := []string{}
				for _, d := range v.ServerMetadata {
					if d.Request.URL == want {
						return check.Good(want, d.ID)
					}
					asked = append(asked, d.Request.URL)
				}
				return check.Bad(want, strings.Join(slices.Compact(asked), ", "), v.ServerMetadata[0].ID)
			},
		},
		{
			ID: "discovery/default-endpoints", Scenario: "C.1", Stage: reading.DoorServerMetadata,
			Breaks: []reading.Door{reading.DoorRegistration, reading.DoorAuthorize},
			Needs:  "an authorization server without metadata, and a registration or an authorization request",
			Judge: func(v *reading.View) check.Result {
				at := reading.LastOf(v.ServerMetadata, v.Whole(), func(d reading.Document) bool { return d.Status >= 400 && d.Status < 500 })
				if at == 0 || len(v.Named()) > 0 || slices.ContainsFunc(v.ServerMetadata, reading.Document.Usable) {
					return check.Unseen()
				}
				for _, r := range v.Registrations {
					if u := reading.WithoutQuery(r.Request.URL); u != v.Origin()+"/register" {
						return check.Bad(v.Origin()+"/register", u, at, r.ID)
					}
				}
				for _, a := range v.Authorizations {
					if u := reading.WithoutQuery(a.Request.URL); u != v.Origin()+"/authorize" {
						return check.Bad(v.Origin()+"/authorize", u, at, a.ID)
					}
				}
				if len(v.Registrations)+len(v.Authorizations) == 0 {
					return check.Unseen()
				}
				return check.Good("the default endpoints of "+v.Origin(), at)
			},
		},
		{
			ID: "discovery/protocol-version-sent", Scenario: "C.1", Stage: reading.DoorServerMetadata,
			Needs: "a request for authorization server metadata",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.ServerMetadata, func(d reading.Document) check.Result {
					if h := d.Request.Header.Get("MCP-Protocol-Version"); h != "" {
						return check.Good("MCP-Protocol-Version: "+h, d.ID)
					}
					if !v.Recorded.RequestHeader("MCP-Protocol-Version") {
						return check.Unseen()
					}
					return check.Bad("MCP-Protocol-Version", "none", d.ID)
				})
			},
		},
	}
}
