package judge

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

func redirectChecks() []Check {
	return []Check{
		{
			ID: "authorize/redirect-registered", Scenario: "C.4", Stage: DoorAuthorize,
			Breaks: []Stage{DoorAuthorize},
			Needs:  "an authorization request of a client whose registered redirect URIs are known",
			Judge: func(v *View) Result {
				return each(v.Authorizations, func(a Authorization) Result {
					uri := a.Params.Get("redirect_uri")
					registered := v.registeredRedirects(a)
					if uri == "" || len(registered) == 0 {
						return unseen()
					}
					for _, r := range registered {
						if sameButPort(r, uri) {
							return good(uri, a.ID)
						}
					}
					if slices.ContainsFunc(v.askedRedirects(a), func(r string) bool { return sameButPort(r, uri) }) {
						return unseen() // It came back as documented; the operator registered something else.
					}
					return bad("one of "+strings.Join(registered, ", "), uri, a.ID)
				})
			},
		},
		{
			ID: "authorize/loopback-any-port", Scenario: "C.4", Stage: DoorAuthorize,
			Breaks: []Stage{DoorAuthorize},
			Needs:  "an authorization request from another port of a loopback IP literal than the registered one",
			Judge: func(v *View) Result {
				return each(v.Authorizations, func(a Authorization) Result {
					uri := a.Params.Get("redirect_uri")
					registered := v.registeredRedirects(a)
					// The rule speaks of IP literals; the name localhost is left to the
					// server (RFC 8252 section 8.3).
					if slices.Contains(registered, uri) || !onLoopbackIP(uri) {
						return unseen()
					}
					i := slices.IndexFunc(registered, func(r string) bool { return sameButPort(r, uri) })
					if i < 0 {
						return unseen()
					}
					if x := v.Exchange(a.RefusedBy); x.Response != nil && x.Response.Status == http.StatusNotFound {
						return unseen() // nobody was there who could have refused it
					}
					if a.RefusedBy != 0 {
						return bad("any port accepted for "+registered[i],
							"refused "+uri+", which differs from the registered "+registered[i]+" in nothing but the port",
							a.ID, a.RefusedBy)
					}
					return good("accepted "+uri+" for "+registered[i], a.ID)
				})
			},
		},
	}
}

func onLoopbackIP(uri string) bool {
	u, err := url.Parse(uri)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return err == nil && ip.Unmap().IsLoopback()
}

// askedRedirects are the redirect URIs that the client's documentation asks an
// operator for, where the operator registered others.
func (v *View) askedRedirects(a Authorization) []string {
	for _, c := range v.Rec.Setting.Registered {
		if c.ClientID == a.Params.Get("client_id") {
			return c.Asked
		}
	}
	return nil
}

// registeredRedirects are the redirect URIs that the authorization server knows
// of the client: by hand, by dynamic registration or by its metadata document.
func (v *View) registeredRedirects(a Authorization) []string {
	id := a.Params.Get("client_id")
	for _, c := range v.Rec.Setting.Registered {
		if c.ClientID == id {
			return c.RedirectURIs
		}
	}
	for _, r := range v.Registrations {
		if r.ClientID == id && r.ID < a.ID {
			return r.Redirects
		}
	}
	for _, d := range v.ClientDocuments {
		if d.Request.URL == id && d.usable() {
			return texts(d.JSON, "redirect_uris")
		}
	}
	return nil
}
