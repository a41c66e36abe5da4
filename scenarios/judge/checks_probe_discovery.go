package judge

import (
	"maps"
	"net/url"
	"slices"
	"strings"
)

func probedDiscovery() []Check {
	const challenge, resource, server = "probe/challenge", "probe/resource-metadata", "probe/server-metadata"
	unauthenticated := func(fn func(m MCPRequest) Result) func(v *View) Result {
		return probed(challenge, func(_ *View, p Probe) Result { return each(p.MCP, answeredOnly(fn)) })
	}
	described := func(fn func(v *View, d Document) Result) func(v *View) Result {
		return probed(resource, func(v *View, p Probe) Result {
			return each(p.ResourceMetadata, func(d Document) Result {
				if !d.usable() {
					return unseen()
				}
				return fn(v, d)
			})
		})
	}
	published := func(fn func(v *View, d Document) Result) func(v *View) Result {
		return probed(server, func(v *View, p Probe) Result {
			return each(p.ServerMetadata, func(d Document) Result {
				if !d.usable() {
					return unseen()
				}
				return fn(v, d)
			})
		})
	}
	return []Check{
		{
			ID: "probe/challenge/status", Scenario: "C.1", Stage: DoorChallenge,
			Needs: "an answer to a request without a token",
			Judge: unauthenticated(func(m MCPRequest) Result { return wantStatus(m, 401) }),
		},
		{
			ID: "probe/challenge/scheme", Scenario: "C.1", Stage: DoorChallenge,
			Needs: "an answer to a request without a token",
			Judge: unauthenticated(func(m MCPRequest) Result {
				if m.Challenge.Scheme == "" {
					return bad("WWW-Authenticate with Bearer or DPoP",
						orNone(strings.Join(m.Response.Header.Values("WWW-Authenticate"), ", ")), m.ID)
				}
				return good(m.Challenge.Scheme, m.ID)
			}),
		},
		{
			ID: "probe/challenge/scope", Scenario: "C.1", Stage: DoorChallenge,
			Needs: "a 401 answer with a challenge",
			Judge: unauthenticated(func(m MCPRequest) Result {
				switch s := m.Challenge.Param("scope"); {
				case m.Challenge.Scheme == "":
					return unseen()
				case s == "":
					return bad("scope in the challenge", "none", m.ID)
				default:
					return good("scope="+quote(s), m.ID)
				}
			}),
		},
		{
			ID: "probe/challenge/no-offline-access", Scenario: "C.1", Stage: DoorChallenge,
			Needs: "a challenge with scope, or resource metadata with scopes_supported",
			Judge: offlineAccessNotNamed,
		},
		{
			ID: "probe/resource-metadata/findable", Scenario: "C.1", Stage: DoorResourceMetadata,
			Needs: "a look at the URL of the challenge and at the well-known URIs",
			Judge: probed(resource, func(_ *View, p Probe) Result {
				var tried []int
				for _, d := range p.ResourceMetadata {
					if d.usable() {
						return good(pathOf(d.Request.URL), d.ID)
					}
					tried = append(tried, d.ID)
				}
				if tried == nil {
					return unseen()
				}
				return bad("protected resource metadata", "none at any of "+count(len(tried), "place"), tried...)
			}),
		},
		{
			ID: "probe/resource-metadata/url", Scenario: "C.1", Stage: DoorChallenge,
			Needs: "a challenge with resource_metadata",
			Judge: func(v *View) Result {
				return probed(challenge, func(_ *View, p Probe) Result {
					return each(p.MCP, func(m MCPRequest) Result { return v.namedMetadata(m, resource) })
				})(v)
			},
		},
		{
			ID: "probe/resource-metadata/resource", Scenario: "C.1", Stage: DoorResourceMetadata,
			Needs: "protected resource metadata",
			Judge: described(func(v *View, d Document) Result {
				if r := text(d.JSON, "resource"); r != v.resourceOf(d) {
					return bad("resource "+quote(v.resourceOf(d)), "resource "+quote(r), d.ID)
				}
				return good("resource "+quote(text(d.JSON, "resource")), d.ID)
			}),
		},
		{
			ID: "probe/resource-metadata/authorization-servers", Scenario: "C.1", Stage: DoorResourceMetadata,
			Needs: "protected resource metadata",
			Judge: described(func(_ *View, d Document) Result {
				if s := texts(d.JSON, "authorization_servers"); len(s) > 0 {
					return good(strings.Join(s, ", "), d.ID)
				}
				return bad("authorization_servers with an entry", "none", d.ID)
			}),
		},
		{
			ID: "probe/server-metadata/published", Scenario: "C.1", Stage: DoorServerMetadata,
			Needs: "a look at the well-known URIs of the issuer",
			Judge: probed(server, func(_ *View, p Probe) Result {
				var tried []int
				for _, d := range p.ServerMetadata {
					if d.usable() {
						return good(pathOf(d.Request.URL), d.ID)
					}
					tried = append(tried, d.ID)
				}
				if tried == nil {
					return unseen()
				}
				return bad("RFC 8414 or OpenID Connect metadata", "none at any of "+count(len(tried), "place"), tried...)
			}),
		},
		{
			ID: "probe/server-metadata/form", Scenario: "C.1", Stage: DoorServerMetadata,
			Needs: "authorization server metadata",
			Judge: published(func(_ *View, d Document) Result {
				if t := d.Response.Header.Get("Content-Type"); !strings.HasPrefix(strings.ToLower(t), "application/json") {
					return bad("application/json", orNone(t), d.ID)
				}
				for _, name := range []string{"issuer", "authorization_endpoint", "token_endpoint"} {
					if text(d.JSON, name) == "" {
						return bad(name, "none", d.ID)
					}
				}
				if len(texts(d.JSON, "response_types_supported")) == 0 {
					return bad("response_types_supported", "none", d.ID)
				}
				for _, name := range slices.Sorted(maps.Keys(d.JSON)) {
					if d.JSON[name] == nil {
						return bad(name+" with a value, or not there", name+": null", d.ID)
					}
				}
				return good("application/json with all required members", d.ID)
			}),
		},
		{
			ID: "probe/server-metadata/issuer", Scenario: "C.1", Stage: DoorServerMetadata,
			Needs: "authorization server metadata of an issuer that the resource metadata names",
			Judge: published(func(v *View, d Document) Result {
				want, got := v.issuerOf(d), text(d.JSON, "issuer")
				switch {
				case want == "" || v.misnamed(d):
					return unseen()
				case got != want:
					return bad("issuer "+quote(want), "issuer "+quote(got), d.ID)
				}
				return good("issuer "+quote(want), d.ID)
			}),
		},
		{
			ID: "probe/server-metadata/named", Scenario: "C.1", Stage: DoorResourceMetadata,
			Needs: "authorization server metadata of an issuer that the resource metadata names",
			Judge: published((*View).namesIssuer),
		},
		{
			ID: "probe/server-metadata/s256", Scenario: "C.3", Stage: DoorServerMetadata,
			Needs: "authorization server metadata",
			Judge: published(func(_ *View, d Document) Result {
				methods := texts(d.JSON, "code_challenge_methods_supported")
				if !slices.Contains(methods, "S256") {
					return bad("code_challenge_methods_supported with S256", orNone(strings.Join(methods, ", ")), d.ID)
				}
				return good(strings.Join(methods, ", "), d.ID)
			}),
		},
		{
			ID: "probe/server-metadata/endpoints", Scenario: "C.1", Stage: DoorServerMetadata,
			Needs: "authorization server metadata",
			Judge: published(func(_ *View, d Document) Result {
				for _, kind := range []string{"authorization_endpoint", "token_endpoint", "registration_endpoint"} {
					if u := text(d.JSON, kind); u != "" && !safeToOpen(u) {
						return bad("https, or http on loopback", kind+" "+u, d.ID)
					}
				}
				return good("https, or http on loopback", d.ID)
			}),
		},
	}
}

// answeredOnly leaves out requests to which no answer came.
func answeredOnly(fn func(m MCPRequest) Result) func(m MCPRequest) Result {
	return func(m MCPRequest) Result {
		if m.Response == nil {
			return unseen()
		}
		return fn(m)
	}
}

func wantStatus(m MCPRequest, want ...int) Result {
	if slices.Contains(want, m.Status) {
		return good(status(m.Exchange), m.ID)
	}
	words := make([]string, 0, len(want))
	for _, w := range want {
		words = append(words, number(w)[1:])
	}
	return bad(strings.Join(words, " or "), status(m.Exchange), m.ID)
}

func offlineAccessNotNamed(v *View) Result {
	result := unseen()
	for _, p := range v.Probe("probe/challenge") {
		for _, m := range p.MCP {
			if s := strings.Fields(m.Challenge.Param("scope")); slices.Contains(s, "offline_access") {
				return bad("no offline_access in the challenge", "scope="+quote(m.Challenge.Param("scope")), m.ID)
			} else if len(s) > 0 {
				result = good("not named", m.ID)
			}
		}
	}
	for _, p := range v.Probe("probe/resource-metadata") {
		for _, d := range p.ResourceMetadata {
			if s := texts(d.JSON, "scopes_supported"); slices.Contains(s, "offline_access") {
				return bad("no offline_access among the resource's scopes", "scopes_supported lists it", d.ID)
			} else if len(s) > 0 {
				result = good("not listed", d.ID)
			}
		}
	}
	return result
}

// namedMetadata judges the URL that a challenge names: absolute, and with the
// document behind it.
func (v *View) namedMetadata(m MCPRequest, probe string) Result {
	named := m.Challenge.Param("resource_metadata")
	if named == "" {
		return unseen()
	}
	if u, err := url.Parse(named); err != nil || !u.IsAbs() || u.Host == "" {
		return bad("an absolute URL", "resource_metadata="+quote(named), m.ID)
	}
	for _, p := range v.Probe(probe) {
		for _, d := range p.ResourceMetadata {
			if d.Request.URL != named {
				continue
			}
			if !d.usable() {
				return bad("the document at "+named, status(d.Exchange), m.ID, d.ID)
			}
			return good(named, m.ID, d.ID)
		}
	}
	return unseen()
}

// resourceOf is the resource identifier that a metadata document must have:
// the one from which its well-known URL was made (RFC 9728 section 3.3), or
// the URL that was requested where the challenge named another place. The
// document at the root may also be that of the MCP server's own URL.
func (v *View) resourceOf(d Document) string {
	u, err := url.Parse(d.Request.URL)
	if err != nil {
		return v.Rec.Setting.MCPURL
	}
	origin := u.Scheme + "://" + u.Host
	if u.Path == "/.well-known/oauth-protected-resource" && strings.TrimSuffix(text(d.JSON, "resource"), "/") == origin {
		return text(d.JSON, "resource")
	}
	return v.Rec.Setting.MCPURL
}
