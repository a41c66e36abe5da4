package client

import (
	"slices"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func metadataDocumentChecks() []check.Check {
	return []check.Check{
		{
			ID: "registration/metadata-document-used", Scenario: "C.2", Stage: reading.DoorRegistration,
			Breaks: []reading.Door{reading.DoorRegistration},
			Codes:  registeringRefused(),
			About:  []check.Topic{check.ClientID, check.ClientDocument},
			Needs:  "an authorization server that advertises client ID metadata documents, and a client that had no client_id yet",
			Judge:  documentUsed,
		},
		{
			ID: "registration/metadata-document-url", Scenario: "C.2", Stage: reading.DoorRegistration,
			Breaks: []reading.Door{reading.DoorAuthorize},
			About:  []check.Topic{check.ClientDocument, check.ClientID},
			Needs:  "a client_id that is a URL",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					id := a.Params.Get("client_id")
					if !reading.IsDocumentURL(id) {
						return check.Unseen()
					}
					if !reading.CanBeDocument(id) {
						return check.Bad("an https URL with a path", id, a.ID)
					}
					return check.Good(id, a.ID)
				})
			},
		},
		{
			ID: "registration/metadata-document-valid", Scenario: "C.2", Stage: reading.DoorRegistration,
			Breaks: []reading.Door{reading.DoorAuthorize},
			About:  []check.Topic{check.ClientDocument, check.ClientID, check.RedirectURI},
			Needs:  "a client ID metadata document that was fetched",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.ClientDocuments, func(d reading.Document) check.Result {
					if !d.Usable() {
						return check.Unseen()
					}
					switch {
					case reading.Text(d.JSON, "client_id") != d.Request.URL:
						return check.Bad("client_id "+reading.Quote(d.Request.URL), "client_id "+reading.Quote(reading.Text(d.JSON, "client_id")), d.ID)
					case reading.Text(d.JSON, "client_name") == "":
						return check.Bad("client_name", "none", d.ID)
					case len(reading.Texts(d.JSON, "redirect_uris")) == 0:
						return check.Bad("redirect_uris", "none", d.ID)
					}
					return check.Good("client_id, client_name and redirect_uris", d.ID)
				})
			},
		},
	}
}

// registeringRefused are the codes with which a server says that it registers
// nobody, or not this client. With others it says that something in the request
// is wrong, which a metadata document would have as well.
func registeringRefused() []string {
	return []string{"", "401", "403", "404", "405", "501", "access_denied", "unauthorized_client", "invalid_client"}
}

func documentUsed(v *reading.View) check.Result {
	at := 0
	var methods []string
	for _, d := range v.ServerMetadata {
		if flag, _ := d.JSON["client_id_metadata_document_supported"].(bool); flag && d.Usable() {
			at, methods = d.ID, reading.Texts(d.JSON, "token_endpoint_auth_methods_supported")
			break
		}
	}
	if at == 0 || v.Rec.Setting.Configured != nil {
		return check.Unseen()
	}
	const want = "the URL of its metadata document as client_id"
	public := len(methods) == 0 || slices.Contains(methods, "none")
	if len(v.Registrations) > 0 {
		r := v.Registrations[0]
		// A public client need not offer a document to a server whose metadata
		// says that it takes none.
		if reading.Text(r.Body, "token_endpoint_auth_method") == "none" && !public {
			return check.Unseen()
		}
		return check.Bad(want, "registered dynamically", at, r.ID)
	}
	if len(v.Authorizations) == 0 && public && v.Connect().Broken == reading.DoorRegistration {
		return check.Bad(want, "went no further, though documents are advertised", at)
	}
	return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
		if !a.Params.Has("client_id") {
			return check.Unseen()
		}
		if id := a.Params.Get("client_id"); !reading.IsDocumentURL(id) {
			return check.Bad(want, "client_id "+reading.Quote(id), at, a.ID)
		}
		return check.Good("client_id "+reading.Quote(a.Params.Get("client_id")), at, a.ID)
	})
}
