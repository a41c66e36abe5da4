package server

import (
	"net/url"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func probedDocuments() []check.Check {
	document := func(id, expected string) check.Check {
		return check.Check{
			ID: id, Scenario: "C.2", Stage: reading.DoorRegistration,
			Needs: "an authorization request with the URL of such a document as client_id, where a sound one is accepted",
			Judge: func(v *reading.View) check.Result {
				if !soundDocumentAccepted(v) {
					return check.Unseen()
				}
				return probed(id, wantNoCode(expected))(v)
			},
		}
	}
	return []check.Check{
		{
			ID: "probe/document/supported", Scenario: "C.2", Stage: reading.DoorRegistration,
			Needs: "authorization server metadata",
			Judge: probed("probe/server-metadata", func(_ *reading.View, p reading.Probe) check.Result {
				return check.Each(p.ServerMetadata, func(d reading.Document) check.Result {
					switch flag, _ := d.JSON["client_id_metadata_document_supported"].(bool); {
					case !d.Usable():
						return check.Unseen()
					case !flag:
						return check.Bad("client_id_metadata_document_supported: true", "not advertised", d.ID)
					}
					return check.Good("advertised", d.ID)
				})
			}),
		},
		{
			ID: "probe/document", Scenario: "C.2", Stage: reading.DoorRegistration,
			Needs: "an authorization request with the URL of a sound document as client_id",
			Judge: probed("probe/document", func(v *reading.View, p reading.Probe) check.Result {
				return check.Each(p.Authorizations, func(a reading.Authorization) check.Result {
					if a.Callback == nil || !a.Callback.Granted() {
						return check.Bad("a code for the client of a sound document", howRefused(v, a), a.ID)
					}
					return check.Good("accepted "+a.Params.Get("client_id"), a.ID)
				})
			}),
		},
		document("probe/document-content", "no code for a client whose document is not its own, or not complete"),
		document("probe/document-redirect-uri", "no code for a redirect URI that the document does not list"),
		document("probe/document-size", "a document of 2 MiB refused"),
		document("probe/document-redirects", "no redirect followed"),
		document("probe/document-time", "a document that never comes given up"),
		{
			ID: "probe/document-address", Scenario: "C.2", Stage: reading.DoorRegistration,
			Needs: "an authorization request whose document would be at a special-use address",
			Judge: probed("probe/document-address", func(v *reading.View, p reading.Probe) check.Result {
				if len(p.ClientDocuments) > 0 {
					d := p.ClientDocuments[0]
					return check.Bad("no request to a special-use address", "requested "+d.Request.URL, d.ID)
				}
				return wantNoCode("no document from a special-use address")(v, p)
			}),
		},
		{
			ID: "probe/document-cached", Scenario: "C.2", Stage: reading.DoorRegistration,
			Needs: "two authorization requests with one document",
			Judge: documentsCached,
		},
		{
			ID: "probe/consent-host", Scenario: "C.4", Stage: reading.DoorConsent,
			Needs: "a consent page for a client of a document, with a hosted redirect URI",
			Judge: probed("probe/consent-host", func(_ *reading.View, p reading.Probe) check.Result {
				return check.Each(p.Authorizations, func(a reading.Authorization) check.Result {
					if a.Callback == nil || !a.Callback.Granted() {
						return check.Unseen()
					}
					host := hostOf(a.Params.Get("redirect_uri"))
					for _, x := range p.Exchanges {
						if x.ID <= a.Callback.ID && x.From == trace.UserAgent && x.Response != nil && strings.Contains(x.Response.Body.Text, host) {
							return check.Good("the page names "+host, x.ID)
						}
					}
					return check.Bad("a page that names "+host, "no page on the way did", a.ID, a.Callback.ID)
				})
			}),
		},
	}
}

func hostOf(u string) string {
	p, err := url.Parse(u)
	if err != nil {
		return ""
	}
	return p.Hostname()
}

// soundDocumentAccepted shows that refusals of other documents are about them.
func soundDocumentAccepted(v *reading.View) bool {
	for _, p := range v.Probe("probe/document") {
		for _, a := range p.Authorizations {
			if a.Callback != nil && a.Callback.Granted() {
				return true
			}
		}
	}
	return false
}

// documentsCached wants the headers of a document respected: one that may be
// kept is fetched once, one that may not is fetched for every request.
func documentsCached(v *reading.View) check.Result {
	if !soundDocumentAccepted(v) {
		return check.Unseen()
	}
	result, seen := check.Unseen(), map[string]bool{}
	for _, p := range v.Probe("probe/document-cached") {
		for _, a := range p.Authorizations {
			id := a.Params.Get("client_id")
			again := seen[id] || fetchedBefore(v, id, a.ID)
			seen[id] = true
			if !again {
				continue
			}
			fetched := 0
			for _, d := range p.ClientDocuments {
				if d.Request.URL == id {
					fetched = d.ID
				}
			}
			kept := mayKeep(v, id)
			switch {
			case !kept && fetched == 0:
				return check.Bad("a document with Cache-Control: no-store fetched again", "it was kept", a.ID)
			case kept && fetched != 0:
				return check.Bad("a document with max-age kept", "it was fetched again", a.ID, fetched)
			}
			result = check.Good("kept as the headers say", append(result.Exchanges, a.ID)...)
		}
	}
	return result
}

func fetchedBefore(v *reading.View, id string, before int) bool {
	for _, d := range v.ClientDocuments {
		if d.Request.URL == id && d.ID < before {
			return true
		}
	}
	return false
}

// mayKeep reports whether the headers of a document let it be kept.
func mayKeep(v *reading.View, id string) bool {
	for _, d := range v.ClientDocuments {
		if d.Request.URL == id && d.Response != nil {
			return !strings.Contains(strings.ToLower(d.Response.Header.Get("Cache-Control")), "no-store")
		}
	}
	return false
}
