package client

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// attemptsBound is how often a request may be repeated in vain before it counts
// as a loop. The specification asks for a bound without naming one; no released
// client that stops at all was seen to need more than five.
const attemptsBound = 5

func registrationChecks() []check.Check {
	return []check.Check{
		{
			ID: "registration/client-id-before-authorize", Scenario: "C.2", Stage: reading.DoorRegistration,
			Breaks: []reading.Door{reading.DoorAuthorize},
			About:  []check.Topic{check.ClientID},
			Needs:  "an authorization request",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					if id := a.Params.Get("client_id"); id != "" {
						return check.Good("client_id "+reading.Quote(id), a.ID)
					}
					return check.Bad("a client_id", "none", a.ID)
				})
			},
		},
		{
			ID: "registration/configured-client-used", Scenario: "C.2", Stage: reading.DoorRegistration,
			Breaks: []reading.Door{reading.DoorRegistration, reading.DoorAuthorize},
			About:  []check.Topic{check.ClientID},
			Needs:  "a client that was given a client_id, and what it did about registration",
			Judge:  configuredClientUsed,
		},
		{
			ID: "registration/redirect-uris-safe", Scenario: "C.2", Stage: reading.DoorRegistration,
			Breaks: []reading.Door{reading.DoorRegistration},
			Codes:  aboutMetadata(),
			About:  []check.Topic{check.RedirectURI},
			Needs:  "redirect URIs in a registration or an authorization request",
			Judge: func(v *reading.View) check.Result {
				regs := check.Each(v.Registrations, func(r reading.Registration) check.Result {
					return safeRedirects(reading.Texts(r.Body, "redirect_uris"), r.ID)
				})
				if regs.State == check.Broken {
					return regs
				}
				auths := check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					return safeRedirects(a.Params.All("redirect_uri"), a.ID)
				})
				if auths.State != check.NotSeen {
					return auths
				}
				return regs
			},
		},
		{
			ID: "registration/application-type-sent", Scenario: "C.2", Stage: reading.DoorRegistration,
			Breaks: []reading.Door{reading.DoorRegistration},
			Codes:  []string{"invalid_redirect_uri"}, // a server that takes the default, web, refuses loopback
			About:  []check.Topic{check.ApplicationType},
			Needs:  "a dynamic registration of a native client",
			Judge:  func(v *reading.View) check.Result { return applicationType(v, isNative) },
		},
		{
			// The default is right for it, so that no server turns it away.
			ID: "registration/web-application-type-sent", Scenario: "C.2", Stage: reading.DoorRegistration,
			Needs: "a dynamic registration of a web client",
			Judge: func(v *reading.View) check.Result {
				return applicationType(v, func(uris []string) bool { return !isNative(uris) })
			},
		},
		{
			ID: "registration/application-type-suits", Scenario: "C.2", Stage: reading.DoorRegistration,
			Breaks: []reading.Door{reading.DoorRegistration},
			Codes:  aboutMetadata(),
			About:  []check.Topic{check.ApplicationType},
			Needs:  "a dynamic registration with application_type and redirect_uris",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Registrations, func(r reading.Registration) check.Result {
					typ, uris := reading.Text(r.Body, "application_type"), reading.Texts(r.Body, "redirect_uris")
					if typ == "" || len(uris) == 0 {
						return check.Unseen()
					}
					want := "web"
					if isNative(uris) {
						want = "native"
					}
					if typ != want {
						return check.Bad(want+" for "+strings.Join(uris, ", "), typ, r.ID)
					}
					return check.Good(typ, r.ID)
				})
			},
		},
		{
			ID: "registration/refresh-grant-declared", Scenario: "C.2", Stage: reading.DoorRegistration,
			Breaks: []reading.Door{reading.DoorRefresh},
			About:  []check.Topic{check.GrantType},
			Needs:  "a dynamic registration by a client that asks for offline_access or refreshes",
			Judge: func(v *reading.View) check.Result {
				wants := slices.ContainsFunc(v.Tokens, func(t reading.TokenRequest) bool { return t.Grant == "refresh_token" }) ||
					slices.ContainsFunc(v.Authorizations, func(a reading.Authorization) bool {
						return slices.Contains(strings.Fields(a.Params.Get("scope")), "offline_access")
					})
				return check.Each(v.Registrations, func(r reading.Registration) check.Result {
					if !wants || r.Body == nil || len(reading.Texts(r.Body, "redirect_uris")) == 0 {
						return check.Unseen()
					}
					if g := reading.Texts(r.Body, "grant_types"); slices.Contains(g, "refresh_token") {
						return check.Good(strings.Join(g, ", "), r.ID)
					}
					return check.Bad("refresh_token among grant_types", strings.Join(reading.Texts(r.Body, "grant_types"), ", "), r.ID)
				})
			},
		},
		{
			ID: "registration/refusal-handled", Scenario: "C.2", Stage: reading.DoorRegistration,
			Needs: "a refused registration",
			Judge: func(v *reading.View) check.Result {
				refused := 0
				var ids []int
				for _, r := range v.Registrations {
					if r.Response != nil && r.ClientID == "" && !r.Unrecorded {
						refused, ids = refused+1, append(ids, r.ID)
					}
				}
				if refused == 0 {
					return check.Unseen()
				}
				if refused > attemptsBound {
					return check.Bad("a bounded number of tries", check.Count(refused, "refused registration"), ids...)
				}
				for _, a := range v.Authorizations {
					if a.Params.Get("client_id") == "" {
						return check.Bad("no authorization request without a client_id", "sent one", append(ids, a.ID)...)
					}
				}
				return check.Good("stopped after "+check.Count(refused, "refused registration"), ids...)
			},
		},
	}
}

// applicationType looks for application_type in the registrations of one kind of
// client.
func applicationType(v *reading.View, of func(redirects []string) bool) check.Result {
	return check.Each(v.Registrations, func(r reading.Registration) check.Result {
		t := reading.Text(r.Body, "application_type")
		switch {
		case r.Body == nil || !of(reading.Texts(r.Body, "redirect_uris")):
			return check.Unseen()
		case t == "":
			return check.Bad("application_type native or web", "none", r.ID)
		}
		return check.Good(t, r.ID)
	})
}

// isNative reports whether one of the redirect URIs is of a native client:
// loopback, or a private-use scheme. A client without any is taken for one.
func isNative(uris []string) bool {
	return len(uris) == 0 || slices.ContainsFunc(uris, func(u string) bool { return reading.KindOf(u) != reading.Hosted })
}

func configuredClientUsed(v *reading.View) check.Result {
	given := v.Rec.Setting.Configured
	if given == nil {
		return check.Unseen()
	}
	if len(v.Registrations) > 0 {
		return check.Bad("client_id "+reading.Quote(given.ClientID)+", which it was given", "registered anew instead", v.Registrations[0].ID)
	}
	if len(v.Authorizations) > 0 {
		a := v.Authorizations[0]
		if id := a.Params.Get("client_id"); id != given.ClientID {
			return check.Bad("client_id "+reading.Quote(given.ClientID)+", which it was given", "client_id "+reading.Quote(id), a.ID)
		}
		for _, later := range v.Attempts { // one that comes back has it still
			span := reading.Span{First: later.First, Last: later.Last}
			if later.Status == "ok" || later.First <= a.ID || v.Progress(span).Broken != reading.DoorRegistration {
				continue
			}
			s := reading.Span{First: later.First, Last: later.Last}
			return check.Bad("client_id "+reading.Quote(given.ClientID)+", which it was given", "did not use it again",
				reading.LastOf(v.ServerMetadata, s, reading.Document.Usable))
		}
		return check.Good("client_id "+reading.Quote(given.ClientID), a.ID)
	}
	if v.Progress(v.Whole()).Broken != reading.DoorRegistration {
		return check.Unseen()
	}
	at := reading.LastOf(v.ServerMetadata, v.Whole(), reading.Document.Usable)
	return check.Bad("client_id "+reading.Quote(given.ClientID)+", which it was given",
		"stopped before it asked for authorization", at)
}

func safeRedirects(uris []string, id int) check.Result {
	if len(uris) == 0 {
		return check.Unseen()
	}
	for _, u := range uris {
		if k := reading.KindOf(u); k != reading.Hosted && k != reading.OnLoopback {
			return check.Bad("loopback or https redirect URIs", u, id)
		}
	}
	return check.Good(strings.Join(uris, ", "), id)
}
