package judge

import (
	"net/url"
	"strings"
)

func moreRequestChecks() []Check {
	return []Check{
		{
			ID: "registration/metadata-document-advertised", Scenario: "C.2", Stage: DoorRegistration,
			Breaks: []Stage{DoorAuthorize},
			Needs:  "an authorization request with the URL of a document as client_id, and the metadata",
			Judge: func(v *View) Result {
				return each(v.Authorizations, func(a Authorization) Result {
					id := a.Params.Get("client_id")
					meta, ok := v.metadataOf(a)
					if !ok || !isDocumentURL(id) || v.Rec.Setting.Configured != nil {
						return unseen()
					}
					if flag, _ := meta.JSON["client_id_metadata_document_supported"].(bool); !flag {
						return bad("another client_id, as metadata documents are not advertised", "client_id "+quote(id), meta.ID, a.ID)
					}
					return good("advertised", meta.ID, a.ID)
				})
			},
		},
		{
			ID: "registration/metadata-document-secretless", Scenario: "C.2", Stage: DoorRegistration,
			Breaks: []Stage{DoorAuthorize},
			Needs:  "a client ID metadata document that was fetched",
			Judge: func(v *View) Result {
				return each(v.ClientDocuments, func(d Document) Result {
					switch method := text(d.JSON, "token_endpoint_auth_method"); {
					case !d.usable():
						return unseen()
					case strings.HasPrefix(method, "client_secret_"):
						return bad("none, or a method with the client's own keys", method, d.ID)
					case d.JSON["client_secret"] != nil:
						return bad("no client_secret", "client_secret", d.ID)
					}
					return good("no shared secret", d.ID)
				})
			},
		},
		{
			ID: "authorize/resource-absolute", Scenario: "C.4", Stage: DoorAuthorize,
			Breaks: []Stage{DoorAuthorize, DoorToken},
			Codes:  []string{"invalid_target", "invalid_request"},
			Needs:  "a resource in an authorization or token request",
			Judge: func(v *View) Result {
				return v.everyResource(func(r string, id int) Result {
					u, err := url.Parse(r)
					if err != nil || !u.IsAbs() || u.Host == "" || strings.Contains(r, "#") {
						return bad("an absolute URI without a fragment", "resource="+r, id)
					}
					return good("resource="+r, id)
				})
			},
		},
		{
			ID: "authorize/resource-most-specific", Scenario: "C.4", Stage: DoorAuthorize,
			Needs: "an authorization request with a resource that identifies the MCP server",
			Judge: func(v *View) Result {
				return each(v.Authorizations, func(a Authorization) Result {
					r := a.Params.Get("resource")
					if !v.identifies(r) {
						return unseen()
					}
					if want := strings.Trim(pathOf(v.Rec.Setting.MCPURL), "/"); strings.Trim(pathOf(r), "/") != want && !v.publishes(r) {
						return bad("resource="+v.Rec.Setting.MCPURL, "resource="+r, a.ID)
					}
					return good("resource="+r, a.ID)
				})
			},
		},
	}
}

// everyResource judges each resource that was sent.
func (v *View) everyResource(fn func(resource string, id int) Result) Result {
	one := func(p Params, id int) Result {
		return each(p.All("resource"), func(r string) Result { return fn(r, id) })
	}
	asked := each(v.Authorizations, func(a Authorization) Result { return one(a.Params, a.ID) })
	if asked.State == Bad {
		return asked
	}
	if t := each(v.Tokens, func(t TokenRequest) Result { return one(t.Form, t.ID) }); t.State != Unseen {
		return t
	}
	return asked
}

// publishes reports whether resource metadata gives the resource as its own, so
// that a client does right to send it.
func (v *View) publishes(resource string) bool {
	for _, d := range v.ResourceMetadata {
		if d.usable() && text(d.JSON, "resource") == resource {
			return true
		}
	}
	return false
}
