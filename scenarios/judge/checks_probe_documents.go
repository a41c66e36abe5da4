package judge

import (
	"net/url"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

func probedDocuments() []Check {
	document := func(id, expected string) Check {
		return Check{
			ID: id, Scenario: "C.2", Stage: DoorRegistration,
			Needs: "an authorization request with the URL of such a document as client_id, where a sound one is accepted",
			Judge: func(v *View) Result {
				if !v.soundDocumentAccepted() {
					return unseen()
				}
				return probed(id, wantNoCode(expected))(v)
			},
		}
	}
	return []Check{
		{
			ID: "probe/document/supported", Scenario: "C.2", Stage: DoorRegistration,
			Needs: "authorization server metadata",
			Judge: probed("probe/server-metadata", func(_ *View, p Probe) Result {
				return each(p.ServerMetadata, func(d Document) Result {
					switch flag, _ := d.JSON["client_id_metadata_document_supported"].(bool); {
					case !d.usable():
						return unseen()
					case !flag:
						return bad("client_id_metadata_document_supported: true", "not advertised", d.ID)
					}
					return good("advertised", d.ID)
				})
			}),
		},
		{
			ID: "probe/document", Scenario: "C.2", Stage: DoorRegistration,
			Needs: "an authorization request with the URL of a sound document as client_id",
			Judge: probed("probe/document", func(v *View, p Probe) Result {
				return each(p.Authorizations, func(a Authorization) Result {
					if a.Callback == nil || !a.Callback.granted() {
						return bad("a code for the client of a sound document", v.howRefused(a), a.ID)
					}
					return good("accepted "+a.Params.Get("client_id"), a.ID)
				})
			}),
		},
		document("probe/document-content", "no code for a client whose document is not its own, or not complete"),
		document("probe/document-redirect-uri", "no code for a redirect URI that the document does not list"),
		document("probe/document-size", "a document of 2 MiB refused"),
		document("probe/document-redirects", "no redirect followed"),
		document("probe/document-time", "a document that never comes given up"),
		{
			ID: "probe/document-address", Scenario: "C.2", Stage: DoorRegistration,
			Needs: "an authorization request whose document would be at a special-use address",
			Judge: probed("probe/document-address", func(v *View, p Probe) Result {
				if len(p.ClientDocuments) > 0 {
					d := p.ClientDocuments[0]
					return bad("no request to a special-use address", "requested "+d.Request.URL, d.ID)
				}
				return wantNoCode("no document from a special-use address")(v, p)
			}),
		},
		{
			ID: "probe/document-cached", Scenario: "C.2", Stage: DoorRegistration,
			Needs: "two authorization requests with one document",
			Judge: documentsCached,
		},
		{
			ID: "probe/consent-host", Scenario: "C.4", Stage: DoorConsent,
			Needs: "a consent page for a client of a document, with a hosted redirect URI",
			Judge: probed("probe/consent-host", func(_ *View, p Probe) Result {
				return each(p.Authorizations, func(a Authorization) Result {
					if a.Callback == nil || !a.Callback.granted() {
						return unseen()
					}
					host := hostOf(a.Params.Get("redirect_uri"))
					for _, x := range p.Exchanges {
						if x.ID <= a.Callback.ID && x.From == trace.UserAgent && x.Response != nil && strings.Contains(x.Response.Body.Text, host) {
							return good("the page names "+host, x.ID)
						}
					}
					return bad("a page that names "+host, "no page on the way did", a.ID, a.Callback.ID)
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
func (v *View) soundDocumentAccepted() bool {
	for _, p := range v.Probe("probe/document") {
		for _, a := range p.Authorizations {
			if a.Callback != nil && a.Callback.granted() {
				return true
			}
		}
	}
	return false
}

// documentsCached wants the headers of a document respected: one that may be
// kept is fetched once, one that may not is fetched for every request.
func documentsCached(v *View) Result {
	if !v.soundDocumentAccepted() {
		return unseen()
	}
	result, seen := unseen(), map[string]bool{}
	for _, p := range v.Probe("probe/document-cached") {
		for _, a := range p.Authorizations {
			id := a.Params.Get("client_id")
			again := seen[id] || v.fetchedBefore(id, a.ID)
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
			kept := v.mayKeep(id)
			switch {
			case !kept && fetched == 0:
				return bad("a document with Cache-Control: no-store fetched again", "it was kept", a.ID)
			case kept && fetched != 0:
				return bad("a document with max-age kept", "it was fetched again", a.ID, fetched)
			}
			result = good("kept as the headers say", append(result.Exchanges, a.ID)...)
		}
	}
	return result
}

func (v *View) fetchedBefore(id string, before int) bool {
	for _, d := range v.ClientDocuments {
		if d.Request.URL == id && d.ID < before {
			return true
		}
	}
	return false
}

// mayKeep reports whether the headers of a document let it be kept.
func (v *View) mayKeep(id string) bool {
	for _, d := range v.ClientDocuments {
		if d.Request.URL == id && d.Response != nil {
			return !strings.Contains(strings.ToLower(d.Response.Header.Get("Cache-Control")), "no-store")
		}
	}
	return false
}
