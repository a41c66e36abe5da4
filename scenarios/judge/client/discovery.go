package client

import (
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func discoveryChecks() []check.Check {
	return []check.Check{
		{
			ID: "discovery/uses-resource-metadata", Scenario: "C.1", Stage: reading.DoorResourceMetadata,
			Breaks: []reading.Door{reading.DoorServerMetadata, reading.DoorRegistration},
			Needs:  "the way from the first request to authorization server metadata, a registration or an authorization request",
			Judge: func(v *reading.View) check.Result {
				next := firstAfterDiscovery(v)
				if next == 0 || len(v.MCP) > 0 && v.MCP[0].Token != "" && v.MCP[0].ID < next || v.TypedEndpoints() {
					return check.Unseen() // the recording begins after the discovery, or there was none to make
				}
				for _, d := range v.ResourceMetadata {
					if d.ID < next {
						return check.Good("asked for the resource metadata first", d.ID)
					}
				}
				return check.Bad("a request for protected resource metadata", "went to the authorization server without one", next)
			},
		},
		{
			ID: "discovery/challenge-url-first", Scenario: "C.1", Stage: reading.DoorResourceMetadata,
			Breaks: []reading.Door{reading.DoorResourceMetadata},
			Needs:  "a request for resource metadata after a challenge that names its URL",
			Judge: func(v *reading.View) check.Result {
				named, at := "", 0
				for _, m := range v.MCP {
					// What leads into a private network is not to be followed, and
					// what leads elsewhere would not be seen.
					if u := reading.Resolve(m.Request.URL, m.Challenge.Param("resource_metadata")); u != "" && !inward(v, u) && records(v, u) {
						named, at = u, m.ID
						break
					}
				}
				for _, d := range v.ResourceMetadata {
					if at == 0 || d.ID < at {
						continue
					}
					if d.Request.URL == named {
						return check.Good(named, at, d.ID)
					}
					return check.Bad("first "+named, "first "+d.Request.URL, at, d.ID)
				}
				return check.Unseen()
			},
		},
		{
			ID: "discovery/challenge-sought", Scenario: "C.1", Stage: reading.DoorResourceMetadata,
			Breaks: []reading.Door{reading.DoorResourceMetadata, reading.DoorServerMetadata, reading.DoorRegistration},
			Needs:  "a client that found no resource metadata at the well-known URIs",
			Judge:  challengeSought,
		},
		{
			ID: "discovery/well-known-order", Scenario: "C.1", Stage: reading.DoorResourceMetadata,
			Breaks: []reading.Door{reading.DoorResourceMetadata},
			Needs:  "requests for resource metadata although no challenge names its URL",
			Judge:  wellKnownOrder,
		},
	}
}

// records reports whether a request to a URL would be on the recording: some
// request to the same port is. The name of a host is not compared, as a server
// may have several.
func records(v *reading.View, address string) bool {
	place := func(raw string) string {
		u, err := url.Parse(raw)
		if err != nil {
			return ""
		}
		return u.Scheme + ":" + u.Port()
	}
	return slices.ContainsFunc(v.Exchanges, func(x trace.Exchange) bool { return place(x.Request.URL) == place(address) })
}

// firstAfterDiscovery is the first exchange that shows that the client chose an
// authorization server, 0 for none.
func firstAfterDiscovery(v *reading.View) int {
	first := 0
	note := func(id int) {
		if first == 0 || id < first {
			first = id
		}
	}
	for _, d := range v.ServerMetadata {
		note(d.ID)
	}
	for _, r := range v.Registrations {
		note(r.ID)
	}
	for _, a := range v.Authorizations {
		note(a.ID)
	}
	return first
}

// challengeSought finds clients that give the metadata up for lost without
// having asked the MCP server, whose challenge may name another place.
func challengeSought(v *reading.View) check.Result {
	s := v.FirstFlow()
	looked := reading.Within(v.ResourceMetadata, s)
	found := func(d reading.Document) bool { return d.Usable() || d.Unrecorded }
	if len(looked) == 0 || slices.ContainsFunc(looked, found) || v.Rec.Setting.NoResourceMetadata {
		return check.Unseen() // No challenge could have led to what there is not.
	}
	if asked := reading.Within(v.MCP, s); len(asked) > 0 {
		return check.Good("asked the MCP server", asked[0].ID)
	}
	return check.Bad("a request to the MCP server, whose challenge may name the metadata", "none", looked[0].ID)
}

func wellKnownOrder(v *reading.View) check.Result {
	for _, m := range v.MCP {
		if m.Challenge.Param("resource_metadata") != "" {
			return check.Unseen()
		}
	}
	u, err := url.Parse(v.Rec.Setting.MCPURL)
	if err != nil || len(v.ResourceMetadata) == 0 || strings.Trim(u.Path, "/") == "" ||
		len(v.MCP) > 0 && !v.Recorded.ResponseHeader("WWW-Authenticate") {
		return check.Unseen()
	}
	first := v.ResourceMetadata[0]
	if !strings.HasSuffix(reading.PathOf(first.Request.URL), "/oauth-protected-resource"+u.Path) {
		return check.Bad("first /.well-known/oauth-protected-resource"+u.Path, "first "+reading.PathOf(first.Request.URL), first.ID)
	}
	if first.Usable() || first.Unrecorded {
		return check.Good("path-inserted URI", first.ID)
	}
	for _, d := range v.ResourceMetadata[1:] {
		if reading.PathOf(d.Request.URL) == "/.well-known/oauth-protected-resource" {
			return check.Good("path-inserted URI, then the root", first.ID, d.ID)
		}
	}
	return check.Bad("then /.well-known/oauth-protected-resource", "did not try the root URI", first.ID)
}
