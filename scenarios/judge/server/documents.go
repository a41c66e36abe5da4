package server

import (
	"slices"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func metadataDocumentChecks() []check.Check {
	return []check.Check{
		{
			ID: "registration/metadata-document-fetched", Scenario: "C.2", Stage: reading.DoorRegistration,
			Breaks: []reading.Door{reading.DoorAuthorize},
			About:  []check.Topic{check.ClientDocument, check.ClientID},
			Needs: "a client_id that is a URL at an authorization server that advertises support, and the request for the document " +
				"or the refusal of the client",
			Judge: metadataDocumentFetched,
		},
	}
}

// metadataDocumentFetched looks for the authorization server's request for a
// client's document. Where none is seen, a code shows nothing: a server in a
// container or on another host fetches unseen, and keeps what it has fetched.
func metadataDocumentFetched(v *reading.View) check.Result {
	flag := slices.ContainsFunc(v.ServerMetadata, func(d reading.Document) bool {
		f, _ := d.JSON["client_id_metadata_document_supported"].(bool)
		return f && d.Usable()
	})
	refused := check.Unseen()
	for _, a := range v.Authorizations {
		id := a.Params.Get("client_id")
		// Without the authorization server's own side on the recording (an
		// imported HAR file) nothing can be said.
		if !flag || !reading.CanBeDocument(id) || v.Rec.Setting.Deployment == "" {
			continue
		}
		for _, d := range v.ClientDocuments {
			if d.Request.URL == id {
				return check.Good("fetched "+id, a.ID, d.ID)
			}
		}
		if refused.State == check.NotSeen && !a.Accepted() {
			refused = check.Bad("a request for "+id, "none", a.ID)
		}
	}
	return refused
}
