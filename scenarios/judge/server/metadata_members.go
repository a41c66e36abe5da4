package server

import (
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func metadataMemberChecks() []check.Check {
	published := func(judge func(v *reading.View, d reading.Document) check.Result) func(v *reading.View) check.Result {
		return func(v *reading.View) check.Result {
			return check.Each(v.ServerMetadata, func(d reading.Document) check.Result {
				if !d.Usable() {
					return check.Unseen()
				}
				return judge(v, d)
			})
		}
	}
	client := []string{""} // It is the client that turns away; no server refuses anything because of it.
	return []check.Check{
		{
			ID: "discovery/as-metadata-complete", Scenario: "C.1", Stage: reading.DoorServerMetadata,
			Breaks: []reading.Door{reading.DoorServerMetadata}, Codes: client,
			Needs: "authorization server metadata",
			Judge: published(func(_ *reading.View, d reading.Document) check.Result { return metadataComplete(d) }),
		},
		{
			ID: "discovery/as-metadata-form", Scenario: "C.1", Stage: reading.DoorServerMetadata,
			Breaks: []reading.Door{reading.DoorServerMetadata}, Codes: client,
			Needs: "authorization server metadata with the headers of the answer",
			Judge: published(func(v *reading.View, d reading.Document) check.Result {
				media := d.Response.Header.Get("Content-Type")
				if media == "" && !v.Recorded.ResponseHeader("Content-Type") {
					return check.Unseen()
				}
				if kind, _, _ := strings.Cut(strings.ToLower(media), ";"); strings.TrimSpace(kind) != "application/json" {
					return check.Bad("application/json", check.OrNone(media), d.ID)
				}
				return check.Good(media, d.ID)
			}),
		},
		{
			ID: "discovery/as-metadata-inserted", Scenario: "C.1", Stage: reading.DoorServerMetadata,
			Breaks: []reading.Door{reading.DoorServerMetadata}, Codes: client, About: []check.Topic{check.Issuer},
			Needs: "a look at the well-known URI of an issuer with a path, and its metadata at another place",
			Judge: metadataInserted,
		},
		{
			ID: "discovery/as-endpoints-https", Scenario: "C.1", Stage: reading.DoorServerMetadata,
			Breaks: []reading.Door{reading.DoorServerMetadata}, Codes: client,
			Needs: "authorization server metadata",
			Judge: published(func(_ *reading.View, d reading.Document) check.Result {
				for _, kind := range []string{"authorization_endpoint", "token_endpoint", "registration_endpoint"} {
					if u := reading.Text(d.JSON, kind); u != "" && !reading.SafeToOpen(u) {
						return check.Bad("https, or http on loopback", kind+" "+u, d.ID)
					}
				}
				return check.Good("https, or http on loopback", d.ID)
			}),
		},
		{
			ID: "pkce/advertised-in-metadata", Scenario: "C.3", Stage: reading.DoorServerMetadata,
			Breaks: []reading.Door{reading.DoorServerMetadata}, Codes: client, About: []check.Topic{check.PKCE},
			Needs: "authorization server metadata of RFC 8414",
			Judge: published(func(_ *reading.View, d reading.Document) check.Result {
				if openid(d) {
					return check.Unseen()
				}
				return listsS256(d)
			}),
		},
	}
}

// metadataComplete wants the members that RFC 8414 section 2 requires, and OpenID
// Connect Discovery section 3 too, each of its type. Which endpoints are required
// depends on the grant types; absent ones mean authorization_code and implicit.
func metadataComplete(d reading.Document) check.Result {
	grants := reading.Texts(d.JSON, "grant_types_supported")
	uses := func(names ...string) bool {
		return len(grants) == 0 || slices.ContainsFunc(grants, func(g string) bool { return slices.Contains(names, g) })
	}
	onlyImplicit := len(grants) == 1 && grants[0] == "implicit"
	for _, m := range []struct {
		name     string
		required bool
	}{
		{"issuer", true},
		{"authorization_endpoint", uses("authorization_code", "implicit")},
		{"token_endpoint", !onlyImplicit},
		{"response_types_supported", true},
	} {
		if value, there := d.JSON[m.name]; m.required && (!there || value == nil || value == "") {
			return check.Bad(m.name, "none", d.ID)
		}
	}
	for _, m := range metadataMembers() {
		if value, there := d.JSON[m.name]; there && !m.fits(value) {
			return check.Bad(m.name+" as "+m.kind, kindOf(value), d.ID)
		}
	}
	return check.Good("all required members", d.ID)
}

func openid(d reading.Document) bool {
	return strings.Contains(d.Request.URL, "/.well-known/openid-configuration")
}

func listsS256(d reading.Document) check.Result {
	methods := reading.Texts(d.JSON, "code_challenge_methods_supported")
	if !slices.Contains(methods, "S256") {
		return check.Bad("code_challenge_methods_supported with S256", check.OrNone(strings.Join(methods, ", ")), d.ID)
	}
	return check.Good(strings.Join(methods, ", "), d.ID)
}

// appended is the place at which the metadata of an issuer with a path would be
// if the well-known part were appended to it, as OpenID Connect does, and not
// inserted (RFC 8414 section 3.1).
func appended(issuer string) string {
	return strings.TrimSuffix(issuer, "/") + "/.well-known/oauth-authorization-server"
}

// issuerFor is the named issuer from which the URL of a document was made, by the
// rules or by appending.
func issuerFor(v *reading.View, d reading.Document) string {
	if issuer := v.IssuerOf(d); issuer != "" {
		return issuer
	}
	for _, issuer := range v.Named() {
		if appended(issuer) == d.Request.URL {
			return issuer
		}
	}
	return ""
}

// metadataInserted looks for issuers whose RFC 8414 metadata is at another place
// than the one that section 3 prescribes. One that has OpenID Connect metadata at
// a place of MCP's needs no other.
func metadataInserted(v *reading.View) check.Result {
	for _, issuer := range v.Named() {
		u, err := url.Parse(issuer)
		if err != nil || strings.Trim(u.Path, "/") == "" {
			continue
		}
		places := reading.WellKnownOf(issuer)
		var missed []int
		inserted, elsewhere := reading.Document{}, 0
		for _, d := range v.ServerMetadata {
			switch {
			case slices.Contains(places, d.Request.URL) && d.Usable():
				inserted = d
			case d.Request.URL == places[0] && d.Response != nil && d.Status/100 == 4:
				missed = append(missed, d.ID)
			case d.Request.URL == appended(issuer) && d.Usable():
				elsewhere = d.ID
			case reading.Text(d.JSON, "issuer") == issuer && d.Usable():
				elsewhere = d.ID
			}
		}
		switch {
		case inserted.ID != 0:
			return check.Good("metadata at "+inserted.Request.URL, inserted.ID)
		case elsewhere != 0 && len(missed) > 0:
			return check.Bad("metadata at "+places[0], "at "+v.Exchange(elsewhere).Request.URL+" only", append(missed, elsewhere)...)
		}
	}
	return check.Unseen()
}
