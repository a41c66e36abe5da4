package client

import (
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func metadataChecks() []check.Check {
	return []check.Check{
		{
			ID: "discovery/metadata-resource-validated", Scenario: "C.1", Stage: reading.DoorResourceMetadata,
			Guards: []reading.Door{reading.DoorResourceMetadata},
			Needs:  "protected resource metadata whose resource is another one",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.ResourceMetadata, func(d reading.Document) check.Result {
					if !d.Usable() || v.Identifies(reading.Text(d.JSON, "resource")) {
						return check.Unseen()
					}
					for _, a := range v.Authorizations {
						if a.ID > d.ID {
							return check.Bad("no authorization on the word of metadata for another resource",
								"went on to authorize with metadata of "+reading.Quote(reading.Text(d.JSON, "resource")), d.ID, a.ID)
						}
					}
					return check.Good("did not go on with metadata of another resource", d.ID)
				})
			},
		},
		{
			ID: "discovery/both-metadata-kinds", Scenario: "C.1", Stage: reading.DoorServerMetadata,
			Breaks: []reading.Door{reading.DoorServerMetadata},
			Needs:  "an issuer whose RFC 8414 document does not exist",
			Judge: func(v *reading.View) check.Result {
				missing := 0
				for _, d := range v.ServerMetadata {
					openID := strings.Contains(reading.PathOf(d.Request.URL), "/openid-configuration")
					switch {
					case openID && missing > 0:
						return check.Good("went on to OpenID Connect Discovery", missing, d.ID)
					case openID:
					case d.Status >= 400 && d.Status < 500:
						missing = d.ID
					case d.Usable():
						return check.Unseen()
					}
				}
				if missing == 0 {
					return check.Unseen()
				}
				return check.Bad("then OpenID Connect Discovery", "never asked for it", missing)
			},
		},
		{
			ID: "discovery/as-metadata-order", Scenario: "C.1", Stage: reading.DoorServerMetadata,
			Breaks: []reading.Door{reading.DoorServerMetadata},
			Needs:  "requests for the metadata of the issuer that the resource metadata names",
			Judge:  serverMetadataOrder,
		},
		{
			ID: "discovery/metadata-issuer-validated", Scenario: "C.1", Stage: reading.DoorServerMetadata,
			Guards: []reading.Door{reading.DoorServerMetadata},
			Needs:  "authorization server metadata with another issuer than the one it was asked of",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.ServerMetadata, func(d reading.Document) check.Result {
					issuer := v.IssuerOf(d)
					if !d.Usable() || issuer == "" || reading.Text(d.JSON, "issuer") == issuer {
						return check.Unseen()
					}
					for _, a := range v.Authorizations {
						if a.ID > d.ID && reading.WithoutQuery(a.Request.URL) == reading.Text(d.JSON, "authorization_endpoint") {
							return check.Bad("no use of a document with a foreign issuer",
								"authorized with metadata of "+reading.Quote(reading.Text(d.JSON, "issuer")), d.ID, a.ID)
						}
					}
					return check.Good("did not use it", d.ID)
				})
			},
		},
	}
}
