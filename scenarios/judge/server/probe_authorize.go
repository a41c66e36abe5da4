package server

import (
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// wantNoCode judges an attempt whose authorization request must not be granted.
func wantNoCode(expected string) func(v *reading.View, p reading.Probe) check.Result {
	return func(v *reading.View, p reading.Probe) check.Result {
		return check.Each(p.Authorizations, func(a reading.Authorization) check.Result {
			switch {
			case a.Callback != nil && a.Callback.Granted():
				return check.Bad(expected, "issued a code", a.ID, a.Callback.ID)
			case a.Response == nil:
				return check.Unseen()
			}
			return check.Good(howRefused(v, a), a.ID)
		})
	}
}

// howRefused says in words how an authorization request ended without a code.
func howRefused(v *reading.View, a reading.Authorization) string {
	switch {
	case a.Callback != nil:
		return "error " + reading.Quote(a.Callback.Params.Get("error"))
	case a.RefusedBy != 0:
		return "refused with " + reading.Status(v.Exchange(a.RefusedBy))
	}
	return "no code"
}

// responded judges the authorization responses of an attempt.
func responded(fn func(v *reading.View, a reading.Authorization) check.Result) func(v *reading.View, p reading.Probe) check.Result {
	return func(v *reading.View, p reading.Probe) check.Result {
		return check.Each(p.Authorizations, func(a reading.Authorization) check.Result {
			if a.Callback == nil {
				return check.Unseen()
			}
			return fn(v, a)
		})
	}
}

func probedAuthorization() []check.Check {
	return []check.Check{
		{
			ID: "probe/pkce-required", Scenario: "C.3", Stage: reading.DoorAuthorize,
			Needs: "an authorization request without code_challenge, by a client that gets in with one",
			Judge: probed("probe/pkce-required", wantNoCode("a code_challenge demanded")),
		},
		{
			ID: "probe/pkce-plain", Scenario: "C.3", Stage: reading.DoorAuthorize,
			Needs: "an authorization request with the method plain, by a client that gets in with S256",
			Judge: probed("probe/pkce-plain", wantNoCode("S256 demanded")),
		},
		{
			ID: "probe/state", Scenario: "C.4", Stage: reading.DoorCallback,
			Needs: "an authorization response to a request with a state of odd characters",
			Judge: probed("probe/state", responded(func(_ *reading.View, a reading.Authorization) check.Result {
				want, got := a.Params.Get("state"), a.Callback.Params.Get("state")
				if got != want {
					return check.Bad("state "+reading.Quote(reading.Clip(want)), "state "+reading.Quote(reading.Clip(got)), a.ID, a.Callback.ID)
				}
				return check.Good("state as sent", a.ID, a.Callback.ID)
			})),
		},
		{
			ID: "probe/iss", Scenario: "C.5", Stage: reading.DoorCallback,
			Needs: "an authorization response",
			Judge: probed("probe/iss", responded(func(_ *reading.View, a reading.Authorization) check.Result {
				if i := a.Callback.Params.Get("iss"); i != "" {
					return check.Good("iss="+i, a.Callback.ID)
				}
				return check.Bad("iss in the response", "none", a.Callback.ID)
			})),
		},
		{
			ID: "probe/iss/advertised", Scenario: "C.5", Stage: reading.DoorCallback,
			Needs: "an authorization response with iss, and the metadata",
			Judge: probed("probe/iss", responded(func(v *reading.View, a reading.Authorization) check.Result {
				meta, ok := v.MetadataOf(a)
				switch {
				case !ok || !a.Callback.Params.Has("iss"):
					return check.Unseen()
				case !reading.AdvertisesIss(meta):
					return check.Bad("authorization_response_iss_parameter_supported: true", "not advertised", meta.ID, a.Callback.ID)
				}
				return check.Good("advertised and sent", meta.ID, a.Callback.ID)
			})),
		},
		{
			ID: "probe/iss/value", Scenario: "C.5", Stage: reading.DoorCallback,
			Needs: "an authorization response with iss, and the metadata",
			Judge: probed("probe/iss", responded(func(v *reading.View, a reading.Authorization) check.Result {
				meta, ok := v.MetadataOf(a)
				if !ok || !a.Callback.Params.Has("iss") {
					return check.Unseen()
				}
				if want, got := reading.Text(meta.JSON, "issuer"), a.Callback.Params.Get("iss"); got != want {
					return check.Bad("iss="+want, "iss="+got, meta.ID, a.Callback.ID)
				}
				return check.Good("the issuer of the metadata", meta.ID, a.Callback.ID)
			})),
		},
		{
			ID: "probe/iss/promised", Scenario: "C.5", Stage: reading.DoorCallback,
			Needs: "metadata that advertises iss, and an authorization response",
			Judge: probed("probe/iss", responded(func(v *reading.View, a reading.Authorization) check.Result {
				meta, ok := v.MetadataOf(a)
				if !ok || !reading.AdvertisesIss(meta) {
					return check.Unseen()
				}
				if !a.Callback.Params.Has("iss") {
					return check.Bad("iss, as advertised", "none", meta.ID, a.Callback.ID)
				}
				return check.Good("iss, as advertised", meta.ID, a.Callback.ID)
			})),
		},
		{
			ID: "probe/authorize-errors", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Needs: "a faulty authorization request with a redirect URI that is in order",
			Judge: probed("probe/authorize-errors", func(v *reading.View, p reading.Probe) check.Result {
				return check.Each(p.Authorizations, func(a reading.Authorization) check.Result {
					switch {
					case a.Callback == nil && a.Response != nil:
						return check.Bad("a redirect with error", howRefused(v, a), a.ID)
					case a.Callback == nil:
						return check.Unseen()
					case a.Callback.Params.Get("error") == "":
						return check.Bad("error", "a response without error", a.Callback.ID)
					}
					return check.Good("error "+reading.Quote(a.Callback.Params.Get("error")), a.Callback.ID)
				})
			}),
		},
		{
			ID: "probe/denial", Scenario: "C.9", Stage: reading.DoorConsent,
			Needs: "a user who was asked for consent and said no",
			Judge: probed("probe/denial", func(_ *reading.View, p reading.Probe) check.Result {
				return check.Each(p.Authorizations, func(a reading.Authorization) check.Result {
					switch {
					case a.Response == nil, a.Callback != nil && a.Callback.Granted():
						return check.Unseen() // the user was not asked
					case a.Callback == nil:
						return check.Bad("a redirect with error=access_denied", "the browser was not sent back", a.ID)
					case a.Callback.Params.Get("error") != "access_denied":
						return check.Bad("error=access_denied", "error="+check.OrNone(a.Callback.Params.Get("error")), a.Callback.ID)
					}
					return check.Good("error=access_denied", a.Callback.ID)
				})
			}),
		},
	}
}

func probedRedirects() []check.Check {
	return []check.Check{
		{
			ID: "probe/redirect-exact", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Needs: "an authorization request with a redirect URI that is nearly the registered one",
			Judge: probed("probe/redirect-exact", func(v *reading.View, p reading.Probe) check.Result {
				return check.Each(p.Authorizations, func(a reading.Authorization) check.Result {
					switch {
					case a.Callback != nil:
						return check.Bad("no redirect to "+a.Params.Get("redirect_uri"), "redirected there", a.ID, a.Callback.ID)
					case a.Response == nil:
						return check.Unseen()
					}
					return check.Good(howRefused(v, a), a.ID)
				})
			}),
		},
		{
			ID: "probe/errors-stay", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Needs: "a faulty authorization request with a redirect URI that nobody registered",
			Judge: probed("probe/errors-stay", func(_ *reading.View, p reading.Probe) check.Result {
				for _, x := range p.Exchanges {
					if x.Response == nil {
						continue
					}
					l := reading.Resolve(x.Request.URL, x.Response.Header.Get("Location"))
					if reading.KindOf(l) == reading.Hosted && strings.Contains(l, ".invalid/") {
						return check.Bad("no redirect to "+reading.WithoutQuery(l), "redirected there", x.ID)
					}
				}
				for _, x := range p.Exchanges {
					if x.Response != nil {
						return check.Good("stayed, with "+reading.Status(x), x.ID)
					}
				}
				return check.Unseen()
			}),
		},
		{
			ID: "probe/loopback-port", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Needs: "an authorization request from a loopback port that is not the registered one",
			Judge: probed("probe/loopback-port", func(v *reading.View, p reading.Probe) check.Result {
				return check.Each(p.Authorizations, func(a reading.Authorization) check.Result {
					uri := a.Params.Get("redirect_uri")
					if reading.IsDocumentURL(a.Params.Get("client_id")) && !takesDocuments(v) {
						return check.Unseen()
					}
					if a.Callback == nil {
						return check.Bad("any port accepted for a loopback redirect URI", howRefused(v, a)+" "+uri, a.ID)
					}
					return check.Good("accepted "+uri, a.ID)
				})
			}),
		},
	}
}

// takesDocuments reports whether a client that is known by its document was let
// in.
func takesDocuments(v *reading.View) bool {
	for _, p := range v.Probe("probe/document") {
		for _, a := range p.Authorizations {
			if a.Callback != nil && a.Callback.Granted() {
				return true
			}
		}
	}
	return false
}
