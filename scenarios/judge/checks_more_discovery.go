package judge

import (
	"net/url"
	"slices"
	"strings"
)

// ownServerChecks are about revision 2025-03-26, in which the MCP server is its
// own authorization server and nothing names it.
func ownServerChecks() []Check {
	return []Check{
		{
			ID: "discovery/metadata-at-origin", Scenario: "C.1", Stage: DoorServerMetadata,
			Breaks: []Stage{DoorServerMetadata, DoorRegistration},
			Needs:  "a request for authorization server metadata where no resource metadata was found",
			Judge: func(v *View) Result {
				if len(v.named()) > 0 || len(v.ServerMetadata) == 0 {
					return unseen()
				}
				want := v.origin() + "/.well-known/oauth-authorization-server"
				asked := []string{}
				for _, d := range v.ServerMetadata {
					if d.Request.URL == want {
						return good(want, d.ID)
					}
					asked = append(asked, d.Request.URL)
				}
				return bad(want, strings.Join(slices.Compact(asked), ", "), v.ServerMetadata[0].ID)
			},
		},
		{
			ID: "discovery/default-endpoints", Scenario: "C.1", Stage: DoorServerMetadata,
			Breaks: []Stage{DoorRegistration, DoorAuthorize},
			Needs:  "an authorization server without metadata, and a registration or an authorization request",
			Judge: func(v *View) Result {
				at := lastOf(v.ServerMetadata, v.whole(), func(d Document) bool { return d.Status >= 400 && d.Status < 500 })
				if at == 0 || len(v.named()) > 0 || slices.ContainsFunc(v.ServerMetadata, Document.usable) {
					return unseen()
				}
				for _, r := range v.Registrations {
					if u := withoutQuery(r.Request.URL); u != v.origin()+"/register" {
						return bad(v.origin()+"/register", u, at, r.ID)
					}
				}
				for _, a := range v.Authorizations {
					if u := withoutQuery(a.Request.URL); u != v.origin()+"/authorize" {
						return bad(v.origin()+"/authorize", u, at, a.ID)
					}
				}
				if len(v.Registrations)+len(v.Authorizations) == 0 {
					return unseen()
				}
				return good("the default endpoints of "+v.origin(), at)
			},
		},
		{
			ID: "discovery/protocol-version-sent", Scenario: "C.1", Stage: DoorServerMetadata,
			Needs: "a request for authorization server metadata",
			Judge: func(v *View) Result {
				return each(v.ServerMetadata, func(d Document) Result {
					if h := d.Request.Header.Get("MCP-Protocol-Version"); h != "" {
						return good("MCP-Protocol-Version: "+h, d.ID)
					}
					return bad("MCP-Protocol-Version", "none", d.ID)
				})
			},
		},
	}
}

// origin is that of the MCP server.
func (v *View) origin() string {
	u, err := url.Parse(v.Rec.Setting.MCPURL)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
