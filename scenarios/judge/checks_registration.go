package judge

import (
	"net/url"
	"slices"
	"strings"
)

// attemptsBound is how often a request may be repeated in vain before it counts
// as a loop. The specification asks for a bound without naming one; no released
// client that stops at all was seen to need more than five.
const attemptsBound = 5

func registrationChecks() []Check {
	return []Check{
		{
			ID: "registration/client-id-before-authorize", Scenario: "C.2", Stage: DoorRegistration,
			Breaks: []Stage{DoorAuthorize},
			Needs:  "an authorization request",
			Judge: func(v *View) Result {
				return each(v.Authorizations, func(a Authorization) Result {
					if id := a.Params.Get("client_id"); id != "" {
						return good("client_id "+quote(id), a.ID)
					}
					return bad("a client_id", "none", a.ID)
				})
			},
		},
		{
			ID: "registration/configured-client-used", Scenario: "C.2", Stage: DoorRegistration,
			Breaks: []Stage{DoorRegistration, DoorAuthorize},
			Needs:  "a client that was given a client_id, and what it did about registration",
			Judge:  configuredClientUsed,
		},
		{
			ID: "registration/redirect-uris-safe", Scenario: "C.2", Stage: DoorRegistration,
			Breaks: []Stage{DoorRegistration},
			Codes:  aboutMetadata(),
			Needs:  "redirect URIs in a registration or an authorization request",
			Judge: func(v *View) Result {
				regs := each(v.Registrations, func(r Registration) Result {
					return safeRedirects(texts(r.Body, "redirect_uris"), r.ID)
				})
				if regs.State == Bad {
					return regs
				}
				auths := each(v.Authorizations, func(a Authorization) Result {
					return safeRedirects(a.Params.All("redirect_uri"), a.ID)
				})
				if auths.State != Unseen {
					return auths
				}
				return regs
			},
		},
		{
			ID: "registration/application-type-sent", Scenario: "C.2", Stage: DoorRegistration,
			Breaks: []Stage{DoorRegistration},
			Codes:  []string{"invalid_redirect_uri"}, // a server that takes the default, web, refuses loopback
			Needs:  "a dynamic registration",
			Judge: func(v *View) Result {
				return each(v.Registrations, func(r Registration) Result {
					if t := text(r.Body, "application_type"); t != "" {
						return good(t, r.ID)
					}
					return bad("application_type native or web", "none", r.ID)
				})
			},
		},
		{
			ID: "registration/application-type-suits", Scenario: "C.2", Stage: DoorRegistration,
			Breaks: []Stage{DoorRegistration},
			Codes:  aboutMetadata(),
			Needs:  "a dynamic registration with application_type and redirect_uris",
			Judge: func(v *View) Result {
				return each(v.Registrations, func(r Registration) Result {
					typ, uris := text(r.Body, "application_type"), texts(r.Body, "redirect_uris")
					if typ == "" || len(uris) == 0 {
						return unseen()
					}
					want := "web"
					if slices.ContainsFunc(uris, func(u string) bool { return kindOf(u) != hosted }) {
						want = "native"
					}
					if typ != want {
						return bad(want+" for "+strings.Join(uris, ", "), typ, r.ID)
					}
					return good(typ, r.ID)
				})
			},
		},
		{
			ID: "registration/refresh-grant-declared", Scenario: "C.2", Stage: DoorRegistration,
			Breaks: []Stage{DoorRefresh},
			Needs:  "a dynamic registration by a client that asks for offline_access or refreshes",
			Judge: func(v *View) Result {
				wants := slices.ContainsFunc(v.Tokens, func(t TokenRequest) bool { return t.Grant == "refresh_token" }) ||
					slices.ContainsFunc(v.Authorizations, func(a Authorization) bool {
						return slices.Contains(strings.Fields(a.Params.Get("scope")), "offline_access")
					})
				return each(v.Registrations, func(r Registration) Result {
					if !wants || r.Body == nil || len(texts(r.Body, "redirect_uris")) == 0 {
						return unseen()
					}
					if g := texts(r.Body, "grant_types"); slices.Contains(g, "refresh_token") {
						return good(strings.Join(g, ", "), r.ID)
					}
					return bad("refresh_token among grant_types", strings.Join(texts(r.Body, "grant_types"), ", "), r.ID)
				})
			},
		},
		{
			ID: "registration/refusal-handled", Scenario: "C.2", Stage: DoorRegistration,
			Needs: "a refused registration",
			Judge: func(v *View) Result {
				refused := 0
				var ids []int
				for _, r := range v.Registrations {
					if r.Response != nil && r.ClientID == "" {
						refused, ids = refused+1, append(ids, r.ID)
					}
				}
				if refused == 0 {
					return unseen()
				}
				if refused > attemptsBound {
					return bad("a bounded number of tries", count(refused, "refused registration"), ids...)
				}
				for _, a := range v.Authorizations {
					if a.Params.Get("client_id") == "" {
						return bad("no authorization request without a client_id", "sent one", append(ids, a.ID)...)
					}
				}
				return good("stopped after "+count(refused, "refused registration"), ids...)
			},
		},
		{
			ID: "registration/response-complete", Scenario: "C.2", Stage: DoorRegistration,
			Breaks: []Stage{DoorRegistration},
			Needs:  "a successful dynamic registration",
			Judge: func(v *View) Result {
				return each(v.Registrations, func(r Registration) Result {
					if r.Status/100 != 2 {
						return unseen()
					}
					switch {
					case r.ClientID == "":
						return bad("client_id", "none", r.ID)
					case r.Status != 201:
						return bad("201 Created", status(r.Exchange), r.ID)
					}
					// A server may register fewer than it was asked for, as long as
					// it says so (RFC 7591 section 3.2.1).
					asked, got := texts(r.Body, "redirect_uris"), texts(r.Answer, "redirect_uris")
					if len(asked) > 0 && len(got) == 0 || slices.ContainsFunc(got, func(u string) bool { return !slices.Contains(asked, u) }) {
						return bad("redirect_uris of the request", orNone(strings.Join(got, ", ")), r.ID)
					}
					return good("201 with client_id and redirect_uris", r.ID)
				})
			},
		},
	}
}

func configuredClientUsed(v *View) Result {
	given := v.Rec.Setting.Configured
	if given == nil {
		return unseen()
	}
	if len(v.Registrations) > 0 {
		return bad("client_id "+quote(given.ClientID)+", which it was given", "registered anew instead", v.Registrations[0].ID)
	}
	if len(v.Authorizations) > 0 {
		a := v.Authorizations[0]
		if id := a.Params.Get("client_id"); id != given.ClientID {
			return bad("client_id "+quote(given.ClientID)+", which it was given", "client_id "+quote(id), a.ID)
		}
		return good("client_id "+quote(given.ClientID), a.ID)
	}
	if v.progress(v.whole()).Broken != DoorRegistration {
		return unseen()
	}
	at := lastOf(v.ServerMetadata, v.whole(), Document.usable)
	return bad("client_id "+quote(given.ClientID)+", which it was given",
		"stopped before it asked for authorization"+v.says(), at)
}

// redirectKind is what sort of address a redirect URI is.
type redirectKind int

const (
	privateUse redirectKind = iota // RFC 8252 section 7.1
	onLoopback                     // RFC 8252 section 7.3
	hosted
	plainHTTP // http to another host
)

func kindOf(uri string) redirectKind {
	u, err := url.Parse(uri)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https":
		return privateUse
	case loopback(u.Hostname()):
		return onLoopback
	case u.Scheme == "https":
		return hosted
	}
	return plainHTTP
}

func safeRedirects(uris []string, id int) Result {
	if len(uris) == 0 {
		return unseen()
	}
	for _, u := range uris {
		if k := kindOf(u); k != hosted && k != onLoopback {
			return bad("loopback or https redirect URIs", u, id)
		}
	}
	return good(strings.Join(uris, ", "), id)
}
