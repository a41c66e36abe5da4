package client

import (
	"net/url"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func moreRequestChecks() []check.Check {
	return []check.Check{
		{
			ID: "registration/metadata-document-advertised", Scenario: "C.2", Stage: reading.DoorRegistration,
			Breaks: []reading.Door{reading.DoorAuthorize},
			About:  []check.Topic{check.ClientID, check.ClientDocument},
			Needs:  "an authorization request with the URL of a document as client_id, and the metadata",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					id := a.Params.Get("client_id")
					meta, ok := v.MetadataOf(a)
					if !ok || !reading.IsDocumentURL(id) || v.Rec.Setting.Configured != nil {
						return check.Unseen()
					}
					if flag, _ := meta.JSON["client_id_metadata_document_supported"].(bool); !flag {
						return check.Bad("another client_id, as metadata documents are not advertised", "client_id "+reading.Quote(id), meta.ID, a.ID)
					}
					return check.Good("advertised", meta.ID, a.ID)
				})
			},
		},
		{
			ID: "registration/metadata-document-secretless", Scenario: "C.2", Stage: reading.DoorRegistration,
			Breaks: []reading.Door{reading.DoorAuthorize},
			About:  []check.Topic{check.ClientDocument, check.ClientAuth},
			Needs:  "a client ID metadata document that was fetched",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.ClientDocuments, func(d reading.Document) check.Result {
					switch method := reading.Text(d.JSON, "token_endpoint_auth_method"); {
					case !d.Usable():
						return check.Unseen()
					case strings.HasPrefix(method, "client_secret_"):
						return check.Bad("none, or a method with the client's own keys", method, d.ID)
					case d.JSON["client_secret"] != nil:
						return check.Bad("no client_secret", "client_secret", d.ID)
					}
					return check.Good("no shared secret", d.ID)
				})
			},
		},
		{
			ID: "authorize/resource-absolute", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Breaks: []reading.Door{reading.DoorAuthorize, reading.DoorToken},
			Codes:  []string{"invalid_target", "invalid_request"},
			About:  []check.Topic{check.Resource},
			Needs:  "a resource in an authorization or token request",
			Judge: func(v *reading.View) check.Result {
				return everyResource(v, func(r string, id int) check.Result {
					u, err := url.Parse(r)
					if err != nil || !u.IsAbs() || u.Host == "" || strings.Contains(r, "#") {
						return check.Bad("an absolute URI without a fragment", "resource="+r, id)
					}
					return check.Good("resource="+r, id)
				})
			},
		},
	}
}

// everyResource judges each resource that was sent.
func everyResource(v *reading.View, fn func(resource string, id int) check.Result) check.Result {
	one := func(p reading.Params, id int) check.Result {
		return check.Each(p.All("resource"), func(r string) check.Result { return fn(r, id) })
	}
	asked := check.Each(v.Authorizations, func(a reading.Authorization) check.Result { return one(a.Params, a.ID) })
	if asked.State == check.Broken {
		return asked
	}
	if t := check.Each(v.Tokens, func(t reading.TokenRequest) check.Result { return one(t.Form, t.ID) }); t.State != check.NotSeen {
		return t
	}
	return asked
}

// publishes reports whether resource metadata gives the resource as its own, so
// that a client does right to send it.
func publishes(v *reading.View, resource string) bool {
	for _, d := range v.ResourceMetadata {
		if d.Usable() && reading.Text(d.JSON, "resource") == resource {
			return true
		}
	}
	return false
}
