package server

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func metadataChecks() []check.Check {
	return []check.Check{
		{
			ID: "discovery/metadata-names-authorization-server", Scenario: "C.1", Stage: reading.DoorResourceMetadata,
			Breaks: []reading.Door{reading.DoorServerMetadata},
			Needs:  "protected resource metadata",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.ResourceMetadata, func(d reading.Document) check.Result {
					if !d.Usable() {
						return check.Unseen()
					}
					if s := reading.Texts(d.JSON, "authorization_servers"); len(s) > 0 {
						return check.Good(strings.Join(s, ", "), d.ID)
					}
					return check.Bad("authorization_servers with an entry", "none", d.ID)
				})
			},
		},
		{
			ID: "discovery/metadata-resource-matches", Scenario: "C.1", Stage: reading.DoorResourceMetadata,
			Breaks: []reading.Door{reading.DoorResourceMetadata, reading.DoorServerMetadata, reading.DoorAuthorize},
			About:  []check.Topic{check.Resource},
			Needs:  "protected resource metadata",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.ResourceMetadata, func(d reading.Document) check.Result {
					if !d.Usable() {
						return check.Unseen()
					}
					if r := reading.Text(d.JSON, "resource"); !identifiesResource(v, d, r) {
						return check.Bad("resource "+reading.Quote(resourceOf(v, d)), "resource "+reading.Quote(r), d.ID)
					}
					return check.Good("resource "+reading.Quote(reading.Text(d.JSON, "resource")), d.ID)
				})
			},
		},
		{
			ID: "discovery/no-offline-access", Scenario: "C.1", Stage: reading.DoorResourceMetadata,
			Needs: "protected resource metadata",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.ResourceMetadata, func(d reading.Document) check.Result {
					if !d.Usable() {
						return check.Unseen()
					}
					if slices.Contains(reading.Texts(d.JSON, "scopes_supported"), "offline_access") {
						return check.Bad("no offline_access among the resource's scopes", "scopes_supported lists it", d.ID)
					}
					return check.Good("not listed", d.ID)
				})
			},
		},
		{
			ID: "discovery/as-metadata-published", Scenario: "C.1", Stage: reading.DoorServerMetadata,
			Breaks: []reading.Door{reading.DoorServerMetadata, reading.DoorRegistration},
			Needs:  "metadata of the issuer that the resource metadata names, or requests for it at every well-known URI",
			Judge:  metadataPublished,
		},
		{
			ID: "discovery/metadata-issuer-matches", Scenario: "C.1", Stage: reading.DoorServerMetadata,
			Breaks: []reading.Door{reading.DoorServerMetadata},
			Needs:  "authorization server metadata of an issuer that the resource metadata names",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.ServerMetadata, func(d reading.Document) check.Result {
					issuer := issuerFor(v, d)
					if !d.Usable() || issuer == "" || misnamed(v, d) {
						return check.Unseen()
					}
					if got := reading.Text(d.JSON, "issuer"); got != issuer {
						return check.Bad("issuer "+reading.Quote(issuer), "issuer "+reading.Quote(got), d.ID)
					}
					return check.Good("issuer "+reading.Quote(issuer), d.ID)
				})
			},
		},
		{
			ID: "discovery/metadata-names-issuer", Scenario: "C.1", Stage: reading.DoorResourceMetadata,
			Breaks: []reading.Door{reading.DoorServerMetadata},
			Needs:  "authorization server metadata of an issuer that the resource metadata names",
			Judge: func(v *reading.View) check.Result {
				listed := check.Each(v.ResourceMetadata, namesDocuments)
				if listed.State == check.Broken {
					return listed
				}
				return check.Each(v.ServerMetadata, func(d reading.Document) check.Result { return namesIssuer(v, d) })
			},
		},
	}
}

// namesDocuments finds URLs of metadata documents where issuers are to be named.
func namesDocuments(d reading.Document) check.Result {
	for _, issuer := range reading.Texts(d.JSON, "authorization_servers") {
		if d.Usable() && strings.Contains(reading.PathOf(issuer), "/.well-known/") {
			return check.Bad("the identifier of an issuer", "the URL of a document, "+reading.Quote(issuer), d.ID)
		}
	}
	return check.Unseen()
}
