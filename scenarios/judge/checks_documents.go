package judge

import (
	"net/url"
	"slices"
	"strings"
)

// isDocumentURL reports whether a client_id is the URL of a client ID metadata
// document.
func isDocumentURL(id string) bool {
	return strings.HasPrefix(id, "https://") || strings.HasPrefix(id, "http://")
}

// canBeDocument reports whether a client_id may be the URL of a document: https
// with a path.
func canBeDocument(id string) bool {
	u, err := url.Parse(id)
	return err == nil && u.Scheme == "https" && strings.Trim(u.Path, "/") != ""
}

func metadataDocumentChecks() []Check {
	return []Check{
		{
			ID: "registration/metadata-document-used", Scenario: "C.2", Stage: DoorRegistration,
			Breaks: []Stage{DoorRegistration},
			Needs:  "an authorization server that advertises client ID metadata documents, and a client that had no client_id yet",
			Judge:  documentUsed,
		},
		{
			ID: "registration/metadata-document-url", Scenario: "C.2", Stage: DoorRegistration,
			Breaks: []Stage{DoorAuthorize},
			Needs:  "a client_id that is a URL",
			Judge: func(v *View) Result {
				return each(v.Authorizations, func(a Authorization) Result {
					id := a.Params.Get("client_id")
					if !isDocumentURL(id) {
						return unseen()
					}
					if !canBeDocument(id) {
						return bad("an https URL with a path", id, a.ID)
					}
					return good(id, a.ID)
				})
			},
		},
		{
			ID: "registration/metadata-document-valid", Scenario: "C.2", Stage: DoorRegistration,
			Breaks: []Stage{DoorAuthorize},
			Needs:  "a client ID metadata document that was fetched",
			Judge: func(v *View) Result {
				return each(v.ClientDocuments, func(d Document) Result {
					if !d.usable() {
						return unseen()
					}
					switch {
					case text(d.JSON, "client_id") != d.Request.URL:
						return bad("client_id "+quote(d.Request.URL), "client_id "+quote(text(d.JSON, "client_id")), d.ID)
					case text(d.JSON, "client_name") == "":
						return bad("client_name", "none", d.ID)
					case len(texts(d.JSON, "redirect_uris")) == 0:
						return bad("redirect_uris", "none", d.ID)
					}
					return good("client_id, client_name and redirect_uris", d.ID)
				})
			},
		},
		{
			ID: "registration/metadata-document-fetched", Scenario: "C.2", Stage: DoorRegistration,
			Breaks: []Stage{DoorAuthorize},
			Needs: "a client_id that is a URL at an authorization server that advertises support, and the request for the document " +
				"or the refusal of the client",
			Judge: metadataDocumentFetched,
		},
	}
}

// metadataDocumentFetched looks for the authorization server's request for a
// client's document. Where none is seen, a code shows nothing: a server in a
// container or on another host fetches unseen, and keeps what it has fetched.
func metadataDocumentFetched(v *View) Result {
	flag := slices.ContainsFunc(v.ServerMetadata, func(d Document) bool {
		f, _ := d.JSON["client_id_metadata_document_supported"].(bool)
		return f && d.usable()
	})
	refused := unseen()
	for _, a := range v.Authorizations {
		id := a.Params.Get("client_id")
		// Without the authorization server's own side on the recording (an
		// imported HAR file) nothing can be said.
		if !flag || !canBeDocument(id) || v.Rec.Setting.Deployment == "" {
			continue
		}
		for _, d := range v.ClientDocuments {
			if d.Request.URL == id {
				return good("fetched "+id, a.ID, d.ID)
			}
		}
		if refused.State == Unseen && !a.accepted() {
			refused = bad("a request for "+id, "none", a.ID)
		}
	}
	return refused
}

func documentUsed(v *View) Result {
	at := 0
	var methods []string
	for _, d := range v.ServerMetadata {
		if flag, _ := d.JSON["client_id_metadata_document_supported"].(bool); flag && d.usable() {
			at, methods = d.ID, texts(d.JSON, "token_endpoint_auth_methods_supported")
			break
		}
	}
	if at == 0 || v.Rec.Setting.Configured != nil {
		return unseen()
	}
	const want = "the URL of its metadata document as client_id"
	public := len(methods) == 0 || slices.Contains(methods, "none")
	if len(v.Registrations) > 0 {
		r := v.Registrations[0]
		// A public client need not offer a document to a server whose metadata
		// says that it takes none.
		if text(r.Body, "token_endpoint_auth_method") == "none" && !public {
			return unseen()
		}
		return bad(want, "registered dynamically", at, r.ID)
	}
	if len(v.Authorizations) == 0 && public && v.connect().Broken == DoorRegistration {
		return bad(want, "went no further, though documents are advertised"+v.says(), at)
	}
	return each(v.Authorizations, func(a Authorization) Result {
		if !a.Params.Has("client_id") {
			return unseen()
		}
		if id := a.Params.Get("client_id"); !isDocumentURL(id) {
			return bad(want, "client_id "+quote(id), at, a.ID)
		}
		return good("client_id "+quote(a.Params.Get("client_id")), at, a.ID)
	})
}
