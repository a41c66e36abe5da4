package client

import (
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// narrowChecks are about what a client asks for and hosts: scope, redirect URIs,
// its metadata document, and the metadata that it found.
func narrowChecks() []check.Check {
	return []check.Check{
		{
			ID: "authorize/scope-not-beyond-challenge", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Breaks: []reading.Door{reading.DoorAuthorize},
			Codes:  []string{"invalid_scope", "access_denied"},
			About:  []check.Topic{check.Scope},
			Needs:  "a first authorization request with scope, after a challenge with scope",
			Judge:  scopeNotBeyond,
		},
		{
			ID: "registration/loopback-by-http", Scenario: "C.2", Stage: reading.DoorRegistration,
			Breaks: []reading.Door{reading.DoorRegistration, reading.DoorAuthorize},
			Codes:  aboutMetadata(),
			About:  []check.Topic{check.RedirectURI},
			Needs:  "a loopback redirect URI in a registration or an authorization request",
			Judge: func(v *reading.View) check.Result {
				regs := check.Each(v.Registrations, func(r reading.Registration) check.Result {
					return loopbackByHTTP(reading.Texts(r.Body, "redirect_uris"), r.ID)
				})
				if regs.State == check.Broken {
					return regs
				}
				auths := check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					return loopbackByHTTP(a.Params.All("redirect_uri"), a.ID)
				})
				if auths.State != check.NotSeen {
					return auths
				}
				return regs
			},
		},
		{
			ID: "registration/metadata-document-hosted", Scenario: "C.2", Stage: reading.DoorRegistration,
			Breaks: []reading.Door{reading.DoorAuthorize, reading.DoorToken},
			About:  []check.Topic{check.ClientDocument, check.ClientID},
			Needs:  "a request for the client ID metadata document of an authorization request",
			Judge:  documentHosted,
		},
		{
			ID: "discovery/found-metadata-used", Scenario: "C.1", Stage: reading.DoorServerMetadata,
			Breaks: []reading.Door{reading.DoorRegistration, reading.DoorAuthorize},
			Needs:  "metadata of an issuer with a path, and what the client did after it",
			Judge:  foundMetadataUsed,
		},
	}
}

// scopeNotBeyond looks at the first authorization request of a client that holds
// no token. offline_access and openid ask for a kind of token, not for more of
// the MCP server.
func scopeNotBeyond(v *reading.View) check.Result {
	if len(v.Authorizations) == 0 {
		return check.Unseen()
	}
	a := v.Authorizations[0]
	asked := strings.Fields(a.Params.Get("scope"))
	var want []string
	at := 0
	for _, m := range v.MCP {
		if m.ID > a.ID {
			break
		}
		if m.Token != "" || m.Status == 403 || m.Status/100 == 2 && !v.Recorded.Authorization() {
			return check.Unseen() // it holds a token, or may hold one
		}
		if s := m.Challenge.Param("scope"); s != "" {
			want, at = strings.Fields(s), m.ID
		}
	}
	if at == 0 || len(asked) == 0 {
		return check.Unseen()
	}
	for _, s := range asked {
		if !slices.Contains(want, s) && s != "offline_access" && s != "openid" {
			return check.Bad("no scope beyond "+reading.Quote(strings.Join(want, " "))+", as the challenge says", check.AskedFor(asked), at, a.ID)
		}
	}
	return check.Good(check.AskedFor(asked), at, a.ID)
}

func loopbackByHTTP(uris []string, id int) check.Result {
	out := check.Unseen()
	for _, raw := range uris {
		u, err := url.Parse(raw)
		if err != nil || reading.KindOf(raw) != reading.OnLoopback {
			continue
		}
		if u.Scheme != "http" {
			return check.Bad("http for a loopback redirect URI", raw, id)
		}
		out = check.Good(raw, id)
	}
	return out
}

// documentHosted judges documents that could not be had, by the last request
// for each. Where the authorization server lets the client in all the same, it
// has a copy.
func documentHosted(v *reading.View) check.Result {
	return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
		id := a.Params.Get("client_id")
		if !reading.IsDocumentURL(id) {
			return check.Unseen()
		}
		var last trace.Exchange
		for _, x := range v.Exchanges {
			if x.Request.URL == id && x.Request.Method == "GET" && x.From != trace.UserAgent && x.Response != nil {
				last = x
			}
		}
		if last.ID == 0 {
			return check.Unseen()
		}
		body := last.Response.Body
		switch status := last.Response.Status; {
		case status == 200 && reading.Object(body.Text) != nil:
			return check.Good("200, a JSON document", last.ID)
		case status == 200 && (body.Text == "" || body.Truncated), status == 304, a.Accepted():
			return check.Unseen()
		}
		return check.Bad("200 and a JSON document", reading.Status(last), last.ID, a.ID)
	})
}

// foundMetadataUsed is for a client that had the metadata of an issuer with a
// path, looked for it again at places that are none of that issuer, and used
// none of its endpoints.
func foundMetadataUsed(v *reading.View) check.Result {
	named := v.Named()
	return check.Each(v.ServerMetadata, func(d reading.Document) check.Result {
		issuer := v.IssuerOf(d)
		if !d.Usable() || issuer == "" || strings.Trim(reading.PathOf(issuer), "/") == "" || v.Unfit(d) {
			return check.Unseen()
		}
		if at := usesEndpoint(v, d); at != 0 {
			return check.Good("used it", d.ID, at)
		}
		for _, later := range v.ServerMetadata {
			if later.ID > d.ID && sameOrigin(later.Request.URL, issuer) && !slices.ContainsFunc(named, func(s string) bool {
				return slices.Contains(reading.WellKnownOf(s), later.Request.URL)
			}) {
				return check.Bad("the metadata of "+issuer+", which it had",
					"asked at "+reading.PathOf(later.Request.URL)+" and used none of its endpoints", d.ID, later.ID)
			}
		}
		return check.Unseen()
	})
}

// usesEndpoint is the first request to an endpoint of a metadata document after
// it, 0 for none.
func usesEndpoint(v *reading.View, d reading.Document) int {
	ends := map[string]bool{}
	for _, name := range []string{
		"registration_endpoint", "authorization_endpoint", "token_endpoint", "pushed_authorization_request_endpoint",
	} {
		if u := reading.Text(d.JSON, name); u != "" {
			ends[reading.WithoutQuery(u)] = true
		}
	}
	for _, x := range v.Exchanges {
		if x.ID > d.ID && ends[reading.WithoutQuery(x.Request.URL)] {
			return x.ID
		}
	}
	return 0
}
