package judge

import (
	"net/url"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// wantNoCode judges an attempt whose authorization request must not be granted.
func wantNoCode(expected string) func(v *View, p Probe) Result {
	return func(v *View, p Probe) Result {
		return each(p.Authorizations, func(a Authorization) Result {
			switch {
			case a.Callback != nil && a.Callback.granted():
				return bad(expected, "issued a code", a.ID, a.Callback.ID)
			case a.Response == nil:
				return unseen()
			}
			return good(v.howRefused(a), a.ID)
		})
	}
}

// howRefused says in words how an authorization request ended without a code.
func (v *View) howRefused(a Authorization) string {
	switch {
	case a.Callback != nil:
		return "error " + quote(a.Callback.Params.Get("error"))
	case a.RefusedBy != 0:
		return "refused with " + status(v.Exchange(a.RefusedBy))
	}
	return "no code"
}

// responded judges the authorization responses of an attempt.
func responded(fn func(v *View, a Authorization) Result) func(v *View, p Probe) Result {
	return func(v *View, p Probe) Result {
		return each(p.Authorizations, func(a Authorization) Result {
			if a.Callback == nil {
				return unseen()
			}
			return fn(v, a)
		})
	}
}

func probedAuthorization() []Check {
	return []Check{
		{
			ID: "probe/pkce-required", Scenario: "C.3", Stage: DoorAuthorize,
			Needs: "an authorization request without code_challenge, by a client that gets in with one",
			Judge: probed("probe/pkce-required", wantNoCode("a code_challenge demanded")),
		},
		{
			ID: "probe/pkce-plain", Scenario: "C.3", Stage: DoorAuthorize,
			Needs: "an authorization request with the method plain, by a client that gets in with S256",
			Judge: probed("probe/pkce-plain", wantNoCode("S256 demanded")),
		},
		{
			ID: "probe/state", Scenario: "C.4", Stage: DoorCallback,
			Needs: "an authorization response to a request with a state of odd characters",
			Judge: probed("probe/state", responded(func(_ *View, a Authorization) Result {
				want, got := a.Params.Get("state"), a.Callback.Params.Get("state")
				if got != want {
					return bad("state "+quote(clip(want)), "state "+quote(clip(got)), a.ID, a.Callback.ID)
				}
				return good("state as sent", a.ID, a.Callback.ID)
			})),
		},
		{
			ID: "probe/iss", Scenario: "C.5", Stage: DoorCallback,
			Needs: "an authorization response",
			Judge: probed("probe/iss", responded(func(_ *View, a Authorization) Result {
				if i := a.Callback.Params.Get("iss"); i != "" {
					return good("iss="+i, a.Callback.ID)
				}
				return bad("iss in the response", "none", a.Callback.ID)
			})),
		},
		{
			ID: "probe/iss/advertised", Scenario: "C.5", Stage: DoorCallback,
			Needs: "an authorization response with iss, and the metadata",
			Judge: probed("probe/iss", responded(func(v *View, a Authorization) Result {
				meta, ok := v.metadataOf(a)
				switch {
				case !ok || !a.Callback.Params.Has("iss"):
					return unseen()
				case !advertisesIss(meta):
					return bad("authorization_response_iss_parameter_supported: true", "not advertised", meta.ID, a.Callback.ID)
				}
				return good("advertised and sent", meta.ID, a.Callback.ID)
			})),
		},
		{
			ID: "probe/iss/value", Scenario: "C.5", Stage: DoorCallback,
			Needs: "an authorization response with iss, and the metadata",
			Judge: probed("probe/iss", responded(func(v *View, a Authorization) Result {
				meta, ok := v.metadataOf(a)
				if !ok || !a.Callback.Params.Has("iss") {
					return unseen()
				}
				if want, got := text(meta.JSON, "issuer"), a.Callback.Params.Get("iss"); got != want {
					return bad("iss="+want, "iss="+got, meta.ID, a.Callback.ID)
				}
				return good("the issuer of the metadata", meta.ID, a.Callback.ID)
			})),
		},
		{
			ID: "probe/iss/promised", Scenario: "C.5", Stage: DoorCallback,
			Needs: "metadata that advertises iss, and an authorization response",
			Judge: probed("probe/iss", responded(func(v *View, a Authorization) Result {
				meta, ok := v.metadataOf(a)
				if !ok || !advertisesIss(meta) {
					return unseen()
				}
				if !a.Callback.Params.Has("iss") {
					return bad("iss, as advertised", "none", meta.ID, a.Callback.ID)
				}
				return good("iss, as advertised", meta.ID, a.Callback.ID)
			})),
		},
		{
			ID: "probe/authorize-errors", Scenario: "C.4", Stage: DoorAuthorize,
			Needs: "a faulty authorization request with a redirect URI that is in order",
			Judge: probed("probe/authorize-errors", func(v *View, p Probe) Result {
				return each(p.Authorizations, func(a Authorization) Result {
					switch {
					case a.Callback == nil && a.Response != nil:
						return bad("a redirect with error", v.howRefused(a), a.ID)
					case a.Callback == nil:
						return unseen()
					case a.Callback.Params.Get("error") == "":
						return bad("error", "a response without error", a.Callback.ID)
					}
					return good("error "+quote(a.Callback.Params.Get("error")), a.Callback.ID)
				})
			}),
		},
	}
}

func probedRedirects() []Check {
	return []Check{
		{
			ID: "probe/redirect-exact", Scenario: "C.4", Stage: DoorAuthorize,
			Needs: "an authorization request with a redirect URI that is nearly the registered one",
			Judge: probed("probe/redirect-exact", func(v *View, p Probe) Result {
				return each(p.Authorizations, func(a Authorization) Result {
					switch {
					case a.Callback != nil:
						return bad("no redirect to "+a.Params.Get("redirect_uri"), "redirected there", a.ID, a.Callback.ID)
					case a.Response == nil:
						return unseen()
					}
					return good(v.howRefused(a), a.ID)
				})
			}),
		},
		{
			ID: "probe/errors-stay", Scenario: "C.4", Stage: DoorAuthorize,
			Needs: "a faulty authorization request with a redirect URI that nobody registered",
			Judge: probed("probe/errors-stay", func(_ *View, p Probe) Result {
				for _, x := range p.Exchanges {
					if x.Response == nil {
						continue
					}
					l := resolve(x.Request.URL, x.Response.Header.Get("Location"))
					if kindOf(l) == hosted && strings.Contains(l, ".invalid/") {
						return bad("no redirect to "+withoutQuery(l), "redirected there", x.ID)
					}
				}
				for _, x := range p.Exchanges {
					if x.Response != nil {
						return good("stayed, with "+status(x), x.ID)
					}
				}
				return unseen()
			}),
		},
		{
			ID: "probe/loopback-port", Scenario: "C.4", Stage: DoorAuthorize,
			Needs: "an authorization request from a loopback port that is not the registered one",
			Judge: probed("probe/loopback-port", func(v *View, p Probe) Result {
				return each(p.Authorizations, func(a Authorization) Result {
					uri := a.Params.Get("redirect_uri")
					if a.Callback == nil {
						return bad("any port accepted for a loopback redirect URI", v.howRefused(a)+" "+uri, a.ID)
					}
					return good("accepted "+uri, a.ID)
				})
			}),
		},
	}
}

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
