package judge

import (
	"strings"
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
		{
			ID: "probe/denial", Scenario: "C.9", Stage: DoorConsent,
			Needs: "a user who was asked for consent and said no",
			Judge: probed("probe/denial", func(_ *View, p Probe) Result {
				return each(p.Authorizations, func(a Authorization) Result {
					switch {
					case a.Response == nil, a.Callback != nil && a.Callback.granted():
						return unseen() // the user was not asked
					case a.Callback == nil:
						return bad("a redirect with error=access_denied", "the browser was not sent back", a.ID)
					case a.Callback.Params.Get("error") != "access_denied":
						return bad("error=access_denied", "error="+orNone(a.Callback.Params.Get("error")), a.Callback.ID)
					}
					return good("error=access_denied", a.Callback.ID)
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
					if isDocumentURL(a.Params.Get("client_id")) && !v.takesDocuments() {
						return unseen()
					}
					if a.Callback == nil {
						return bad("any port accepted for a loopback redirect URI", v.howRefused(a)+" "+uri, a.ID)
					}
					return good("accepted "+uri, a.ID)
				})
			}),
		},
	}
}

// takesDocuments reports whether a client that is known by its document was let
// in.
func (v *View) takesDocuments() bool {
	for _, p := range v.Probe("probe/document") {
		for _, a := range p.Authorizations {
			if a.Callback != nil && a.Callback.granted() {
				return true
			}
		}
	}
	return false
}
