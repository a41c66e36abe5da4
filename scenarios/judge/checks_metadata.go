package judge

import (
	"net/url"
	"slices"
	"strings"
)

func metadataChecks() []Check {
	return []Check{
		{
			ID: "discovery/metadata-names-authorization-server", Scenario: "C.1", Stage: DoorResourceMetadata,
			Breaks: []Stage{DoorServerMetadata},
			Needs:  "protected resource metadata",
			Judge: func(v *View) Result {
				return each(v.ResourceMetadata, func(d Document) Result {
					if !d.usable() {
						return unseen()
					}
					if s := texts(d.JSON, "authorization_servers"); len(s) > 0 {
						return good(strings.Join(s, ", "), d.ID)
					}
					return bad("authorization_servers with an entry", "none", d.ID)
				})
			},
		},
		{
			ID: "discovery/metadata-resource-matches", Scenario: "C.1", Stage: DoorResourceMetadata,
			Breaks: []Stage{DoorResourceMetadata, DoorServerMetadata, DoorAuthorize},
			Needs:  "protected resource metadata",
			Judge: func(v *View) Result {
				return each(v.ResourceMetadata, func(d Document) Result {
					if !d.usable() {
						return unseen()
					}
					if r := text(d.JSON, "resource"); !v.identifies(r) {
						return bad("resource "+quote(v.Rec.Setting.MCPURL), "resource "+quote(r), d.ID)
					}
					return good("resource "+quote(text(d.JSON, "resource")), d.ID)
				})
			},
		},
		{
			ID: "discovery/metadata-resource-validated", Scenario: "C.1", Stage: DoorResourceMetadata,
			Guards: []Stage{DoorResourceMetadata},
			Needs:  "protected resource metadata whose resource is another one",
			Judge: func(v *View) Result {
				return each(v.ResourceMetadata, func(d Document) Result {
					if !d.usable() || v.identifies(text(d.JSON, "resource")) {
						return unseen()
					}
					for _, a := range v.Authorizations {
						if a.ID > d.ID {
							return bad("no authorization on the word of metadata for another resource",
								"went on to authorize with metadata of "+quote(text(d.JSON, "resource")), d.ID, a.ID)
						}
					}
					return good("did not go on with metadata of another resource", d.ID)
				})
			},
		},
		{
			ID: "discovery/no-offline-access", Scenario: "C.1", Stage: DoorResourceMetadata,
			Needs: "protected resource metadata",
			Judge: func(v *View) Result {
				return each(v.ResourceMetadata, func(d Document) Result {
					if !d.usable() {
						return unseen()
					}
					if slices.Contains(texts(d.JSON, "scopes_supported"), "offline_access") {
						return bad("no offline_access among the resource's scopes", "scopes_supported lists it", d.ID)
					}
					return good("not listed", d.ID)
				})
			},
		},
		{
			ID: "discovery/both-metadata-kinds", Scenario: "C.1", Stage: DoorServerMetadata,
			Breaks: []Stage{DoorServerMetadata},
			Needs:  "an issuer whose RFC 8414 document does not exist",
			Judge: func(v *View) Result {
				missing := 0
				for _, d := range v.ServerMetadata {
					openID := strings.Contains(pathOf(d.Request.URL), "/openid-configuration")
					switch {
					case openID && missing > 0:
						return good("went on to OpenID Connect Discovery", missing, d.ID)
					case openID:
					case d.Status >= 400 && d.Status < 500:
						missing = d.ID
					case d.usable():
						return unseen()
					}
				}
				if missing == 0 {
					return unseen()
				}
				return bad("then OpenID Connect Discovery", "never asked for it", missing)
			},
		},
		{
			ID: "discovery/as-metadata-order", Scenario: "C.1", Stage: DoorServerMetadata,
			Breaks: []Stage{DoorServerMetadata},
			Needs:  "requests for the metadata of the issuer that the resource metadata names",
			Judge:  serverMetadataOrder,
		},
		{
			ID: "discovery/as-metadata-published", Scenario: "C.1", Stage: DoorServerMetadata,
			Breaks: []Stage{DoorServerMetadata, DoorRegistration},
			Needs:  "metadata of the issuer that the resource metadata names, or requests for it at every well-known URI",
			Judge:  metadataPublished,
		},
		{
			ID: "discovery/metadata-issuer-matches", Scenario: "C.1", Stage: DoorServerMetadata,
			Breaks: []Stage{DoorServerMetadata},
			Needs:  "authorization server metadata of an issuer that the resource metadata names",
			Judge: func(v *View) Result {
				return each(v.ServerMetadata, func(d Document) Result {
					issuer := v.issuerOf(d)
					if !d.usable() || issuer == "" || v.misnamed(d) {
						return unseen()
					}
					if got := text(d.JSON, "issuer"); got != issuer {
						return bad("issuer "+quote(issuer), "issuer "+quote(got), d.ID)
					}
					return good("issuer "+quote(issuer), d.ID)
				})
			},
		},
		{
			ID: "discovery/metadata-names-issuer", Scenario: "C.1", Stage: DoorResourceMetadata,
			Breaks: []Stage{DoorServerMetadata},
			Needs:  "authorization server metadata of an issuer that the resource metadata names",
			Judge: func(v *View) Result {
				return each(v.ServerMetadata, v.namesIssuer)
			},
		},
		{
			ID: "discovery/metadata-issuer-validated", Scenario: "C.1", Stage: DoorServerMetadata,
			Guards: []Stage{DoorServerMetadata},
			Needs:  "authorization server metadata with another issuer than the one it was asked of",
			Judge: func(v *View) Result {
				return each(v.ServerMetadata, func(d Document) Result {
					issuer := v.issuerOf(d)
					if !d.usable() || issuer == "" || text(d.JSON, "issuer") == issuer {
						return unseen()
					}
					for _, a := range v.Authorizations {
						if a.ID > d.ID && withoutQuery(a.Request.URL) == text(d.JSON, "authorization_endpoint") {
							return bad("no use of a document with a foreign issuer",
								"authorized with metadata of "+quote(text(d.JSON, "issuer")), d.ID, a.ID)
						}
					}
					return good("did not use it", d.ID)
				})
			},
		},
	}
}

// identifies reports whether a resource identifier is that of the MCP server:
// the URL the client was given, or its origin. Scheme and host compare without
// case, and one trailing slash counts for nothing (RFC 3986 section 6.2.3).
func (v *View) identifies(resource string) bool {
	m, err := url.Parse(v.Rec.Setting.MCPURL)
	if err != nil || resource == "" {
		return false
	}
	r, err := url.Parse(resource)
	if err != nil || r.Fragment != "" {
		return false
	}
	trim := func(p string) string { return strings.TrimSuffix(p, "/") }
	return strings.EqualFold(r.Scheme, m.Scheme) && strings.EqualFold(r.Host, m.Host) &&
		(trim(r.Path) == trim(m.Path) || trim(r.Path) == "")
}

// wellKnownOf lists the metadata URLs of an issuer in the prescribed order.
func wellKnownOf(issuer string) []string {
	u, err := url.Parse(issuer)
	if err != nil {
		return nil
	}
	origin, path := u.Scheme+"://"+u.Host, strings.TrimSuffix(u.Path, "/")
	list := []string{
		origin + "/.well-known/oauth-authorization-server" + path,
		origin + "/.well-known/openid-configuration" + path,
	}
	if path != "" {
		list = append(list, origin+path+"/.well-known/openid-configuration")
	}
	return list
}

// named are the issuers that resource metadata named.
func (v *View) named() []string {
	var out []string
	for _, d := range v.ResourceMetadata {
		for _, s := range texts(d.JSON, "authorization_servers") {
			if d.usable() && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// issuerOf is the named issuer from which the document's URL was made.
func (v *View) issuerOf(d Document) string {
	for _, issuer := range v.named() {
		if slices.Contains(wellKnownOf(issuer), d.Request.URL) {
			return issuer
		}
	}
	return ""
}
