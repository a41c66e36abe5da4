package judge

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

func discoveryChecks() []Check {
	return []Check{
		{
			ID: "discovery/challenge-on-401", Scenario: "C.1", Stage: DoorChallenge,
			Breaks: []Stage{DoorChallenge},
			Needs:  "a request to the MCP endpoint without a token",
			Judge: func(v *View) Result {
				return each(v.MCP, func(m MCPRequest) Result {
					switch {
					case m.Token != "" || m.QueryToken || m.Response == nil || m.moved() || m.Method == "" && m.Request.Method != http.MethodGet:
						return unseen()
					case m.Status == 401:
						return good("401", m.ID)
					case m.Request.Method == http.MethodGet && m.Status == 405:
						return unseen()
					}
					return bad("401 for a request without a token", status(m.Exchange), m.ID)
				})
			},
		},
		{
			ID: "discovery/challenge-points-to-metadata", Scenario: "C.1", Stage: DoorChallenge,
			Breaks: []Stage{DoorResourceMetadata},
			Needs:  "a 401 answer to a request without a token",
			Judge: func(v *View) Result {
				wellKnown := slices.ContainsFunc(v.ResourceMetadata, func(d Document) bool {
					return d.usable() && isResourceMetadata(d.Request.URL)
				})
				looked := v.lookedEverywhere()
				return each(v.MCP, func(m MCPRequest) Result {
					if m.Token != "" || m.Status != 401 {
						return unseen()
					}
					if u := m.Challenge.Param("resource_metadata"); u != "" {
						return good("resource_metadata="+quote(u), m.ID)
					}
					// Since 2025-11-25 the well-known URI alone is enough.
					if v.Rec.Setting.Revision != "2025-06-18" {
						if wellKnown {
							return good("metadata at the well-known URI", m.ID)
						}
						if !looked {
							return unseen()
						}
					}
					return bad("resource_metadata in WWW-Authenticate, or metadata at a well-known URI",
						"WWW-Authenticate: "+strings.Join(m.Response.Header.Values("WWW-Authenticate"), ", "), m.ID)
				})
			},
		},
		{
			ID: "discovery/challenge-names-scope", Scenario: "C.1", Stage: DoorChallenge,
			Needs: "a 401 answer to a request without a token",
			Judge: func(v *View) Result {
				return each(v.MCP, func(m MCPRequest) Result {
					if m.Token != "" || m.Status != 401 {
						return unseen()
					}
					if s := m.Challenge.Param("scope"); s != "" {
						return good("scope="+quote(s), m.ID)
					}
					return bad("scope in the challenge", "no scope in the challenge", m.ID)
				})
			},
		},
		{
			ID: "discovery/uses-resource-metadata", Scenario: "C.1", Stage: DoorResourceMetadata,
			Breaks: []Stage{DoorServerMetadata, DoorRegistration},
			Needs:  "the way from the first request to authorization server metadata, a registration or an authorization request",
			Judge: func(v *View) Result {
				next := firstAfterDiscovery(v)
				if next == 0 || len(v.MCP) > 0 && v.MCP[0].Token != "" && v.MCP[0].ID < next || v.typedEndpoints() {
					return unseen() // the recording begins after the discovery, or there was none to make
				}
				for _, d := range v.ResourceMetadata {
					if d.ID < next {
						return good("asked for the resource metadata first", d.ID)
					}
				}
				return bad("a request for protected resource metadata", "went to the authorization server without one", next)
			},
		},
		{
			ID: "discovery/challenge-url-first", Scenario: "C.1", Stage: DoorResourceMetadata,
			Breaks: []Stage{DoorResourceMetadata},
			Needs:  "a request for resource metadata after a challenge that names its URL",
			Judge: func(v *View) Result {
				named, at := "", 0
				for _, m := range v.MCP {
					// What leads into a private network is not to be followed, and
					// what leads elsewhere would not be seen.
					if u := resolve(m.Request.URL, m.Challenge.Param("resource_metadata")); u != "" && !v.inward(u) && v.records(u) {
						named, at = u, m.ID
						break
					}
				}
				for _, d := range v.ResourceMetadata {
					if at == 0 || d.ID < at {
						continue
					}
					if d.Request.URL == named {
						return good(named, at, d.ID)
					}
					return bad("first "+named, "first "+d.Request.URL, at, d.ID)
				}
				return unseen()
			},
		},
		{
			ID: "discovery/challenge-sought", Scenario: "C.1", Stage: DoorResourceMetadata,
			Breaks: []Stage{DoorResourceMetadata, DoorServerMetadata, DoorRegistration},
			Needs:  "a client that found no resource metadata at the well-known URIs",
			Judge:  challengeSought,
		},
		{
			ID: "discovery/well-known-order", Scenario: "C.1", Stage: DoorResourceMetadata,
			Breaks: []Stage{DoorResourceMetadata},
			Needs:  "requests for resource metadata although no challenge names its URL",
			Judge:  wellKnownOrder,
		},
	}
}

// records reports whether a request to a URL would be on the recording: some
// request to the same port is. The name of a host is not compared, as a server
// may have several.
func (v *View) records(address string) bool {
	place := func(raw string) string {
		u, err := url.Parse(raw)
		if err != nil {
			return ""
		}
		return u.Scheme + ":" + u.Port()
	}
	return slices.ContainsFunc(v.Rec.Exchanges, func(x trace.Exchange) bool { return place(x.Request.URL) == place(address) })
}

// firstAfterDiscovery is the first exchange that shows that the client chose an
// authorization server, 0 for none.
func firstAfterDiscovery(v *View) int {
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

// lookedEverywhere reports whether the client asked for resource metadata at
// both well-known URIs, by path and at the root.
func (v *View) lookedEverywhere() bool {
	asked := func(path string) bool {
		return slices.ContainsFunc(v.ResourceMetadata, func(d Document) bool { return pathOf(d.Request.URL) == path })
	}
	const root = "/.well-known/oauth-protected-resource"
	return asked(root) && asked(root+strings.TrimSuffix(pathOf(v.Rec.Setting.MCPURL), "/"))
}

// challengeSought finds clients that give the metadata up for lost without
// having asked the MCP server, whose challenge may name another place.
func challengeSought(v *View) Result {
	s := v.firstFlow()
	looked := within(v.ResourceMetadata, s)
	if len(looked) == 0 || slices.ContainsFunc(looked, Document.usable) || v.Rec.Setting.NoResourceMetadata {
		return unseen() // No challenge could have led to what there is not.
	}
	if asked := within(v.MCP, s); len(asked) > 0 {
		return good("asked the MCP server", asked[0].ID)
	}
	return bad("a request to the MCP server, whose challenge may name the metadata", "none", looked[0].ID)
}

func wellKnownOrder(v *View) Result {
	for _, m := range v.MCP {
		if m.Challenge.Param("resource_metadata") != "" {
			return unseen()
		}
	}
	u, err := url.Parse(v.Rec.Setting.MCPURL)
	if err != nil || len(v.ResourceMetadata) == 0 || strings.Trim(u.Path, "/") == "" {
		return unseen()
	}
	first := v.ResourceMetadata[0]
	if !strings.HasSuffix(pathOf(first.Request.URL), "/oauth-protected-resource"+u.Path) {
		return bad("first /.well-known/oauth-protected-resource"+u.Path, "first "+pathOf(first.Request.URL), first.ID)
	}
	if first.usable() {
		return good("path-inserted URI", first.ID)
	}
	for _, d := range v.ResourceMetadata[1:] {
		if pathOf(d.Request.URL) == "/.well-known/oauth-protected-resource" {
			return good("path-inserted URI, then the root", first.ID, d.ID)
		}
	}
	return bad("then /.well-known/oauth-protected-resource", "did not try the root URI", first.ID)
}
