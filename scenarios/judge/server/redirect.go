package server

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func redirectChecks() []check.Check {
	return []check.Check{
		{
			ID: "authorize/loopback-any-port", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Breaks: []reading.Door{reading.DoorAuthorize},
			About:  []check.Topic{check.RedirectURI},
			Needs:  "an authorization request from another port of a loopback IP literal than the registered one",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					uri := a.Params.Get("redirect_uri")
					registered := v.RegisteredRedirects(a)
					// The rule speaks of IP literals; the name localhost is left to the
					// server (RFC 8252 section 8.3).
					if slices.Contains(registered, uri) || !onLoopbackIP(uri) {
						return check.Unseen()
					}
					i := slices.IndexFunc(registered, func(r string) bool { return reading.SameButPort(r, uri) })
					if i < 0 {
						return check.Unseen()
					}
					if x := v.Exchange(a.RefusedBy); x.Response != nil && x.Response.Status == http.StatusNotFound {
						return check.Unseen() // nobody was there who could have refused it
					}
					if a.RefusedBy != 0 {
						return check.Bad("any port accepted for "+registered[i],
							"refused "+uri+", which differs from the registered "+registered[i]+" in nothing but the port",
							a.ID, a.RefusedBy)
					}
					return check.Good("accepted "+uri+" for "+registered[i], a.ID)
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
