package server

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func probedDiscovery() []check.Check {
	const challenge, resource, server = "probe/challenge", "probe/resource-metadata", "probe/server-metadata"
	unauthenticated := func(fn func(m reading.MCPRequest) check.Result) func(v *reading.View) check.Result {
		return probed(challenge, func(_ *reading.View, p reading.Probe) check.Result { return check.Each(p.MCP, answeredOnly(fn)) })
	}
	described := func(fn func(v *reading.View, d reading.Document) check.Result) func(v *reading.View) check.Result {
		return probed(resource, func(v *reading.View, p reading.Probe) check.Result {
			return check.Each(p.ResourceMetadata, func(d reading.Document) check.Result {
				if !d.Usable() {
					return check.Unseen()
				}
				return fn(v, d)
			})
		})
	}
	published := func(fn func(v *reading.View, d reading.Document) check.Result) func(v *reading.View) check.Result {
		return probed(server, func(v *reading.View, p reading.Probe) check.Result {
			return check.Each(p.ServerMetadata, func(d reading.Document) check.Result {
				if !d.Usable() {
					return check.Unseen()
				}
				return fn(v, d)
			})
		})
	}
	return []check.Check{
		{
			ID: "probe/challenge/status", Scenario: "C.1", Stage: reading.DoorChallenge,
			Needs: "an answer to a request without a token",
			Judge: unauthenticated(func(m reading.MCPRequest) check.Result { return wantStatus(m, 401) }),
		},
		{
			ID: "probe/challenge/scheme", Scenario: "C.1", Stage: reading.DoorChallenge,
			Needs: "an answer to a request without a token",
			Judge: unauthenticated(func(m reading.MCPRequest) check.Result {
				if m.Challenge.Scheme == "" {
					return check.Bad("WWW-Authenticate with Bearer or DPoP",
						check.OrNone(strings.Join(m.Response.Header.Values("WWW-Authenticate"), ", ")), m.ID)
				}
				return check.Good(m.Challenge.Scheme, m.ID)
			}),
		},
		{
			ID: "probe/challenge/scope", Scenario: "C.1", Stage: reading.DoorChallenge,
			Needs: "a 401 answer with a challenge",
			Judge: unauthenticated(func(m reading.MCPRequest) check.Result {
				switch s := m.Challenge.Param("scope"); {
				case m.Challenge.Scheme == "":
					return check.Unseen()
				case s == "":
					return check.Bad("scope in the challenge", "none", m.ID)
				default:
					return check.Good("scope="+reading.Quote(s), m.ID)
				}
			}),
		},
		{
			ID: "probe/challenge/no-offline-access", Scenario: "C.1", Stage: reading.DoorChallenge,
			Needs: "a challenge with scope, or resource metadata with scopes_supported",
			Judge: offlineAccessNotNamed,
		},
		{
			ID: "probe/resource-metadata/findable", Scenario: "C.1", Stage: reading.DoorResourceMetadata,
			Needs: "a look at the URL of the challenge and at the well-known URIs",
			Judge: probed(resource, func(_ *reading.View, p reading.Probe) check.Result {
				var tried []int
				for _, d := range p.ResourceMetadata {
					if d.Usable() {
						return check.Good(reading.PathOf(d.Request.URL), d.ID)
					}
					tried = append(tried, d.ID)
				}
				if tried == nil {
					return check.Unseen()
				}
				return check.Bad("protected resource metadata", "none at any of "+check.Count(len(tried), "place"), tried...)
			}),
		},
		{
			ID: "probe/resource-metadata/url", Scenario: "C.1", Stage: reading.DoorChallenge,
			Needs: "a challenge with resource_metadata",
			Judge: func(v *reading.View) check.Result {
				return probed(challenge, func(_ *reading.View, p reading.Probe) check.Result {
					return check.Each(p.MCP, func(m reading.MCPRequest) check.Result { return namedMetadata(v, m, resource) })
				})(v)
			},
		},
		{
			ID: "probe/resource-metadata/resource", Scenario: "C.1", Stage: reading.DoorResourceMetadata,
			Needs: "protected resource metadata",
			Judge: described(func(v *reading.View, d reading.Document) check.Result {
				if r := reading.Text(d.JSON, "resource"); r != resourceOf(v, d) {
					return check.Bad("resource "+reading.Quote(resourceOf(v, d)), "resource "+reading.Quote(r), d.ID)
				}
				return check.Good("resource "+reading.Quote(reading.Text(d.JSON, "resource")), d.ID)
			}),
		},
		{
			ID: "probe/resource-metadata/authorization-servers", Scenario: "C.1", Stage: reading.DoorResourceMetadata,
			Needs: "protected resource metadata",
			Judge: described(func(_ *reading.View, d reading.Document) check.Result {
				if s := reading.Texts(d.JSON, "authorization_servers"); len(s) > 0 {
					return check.Good(strings.Join(s, ", "), d.ID)
				}
				return check.Bad("authorization_servers with an entry", "none", d.ID)
			}),
		},
		{
			ID: "probe/server-metadata/published", Scenario: "C.1", Stage: reading.DoorServerMetadata,
			Needs: "a look at the well-known URIs of the issuer",
			Judge: probed(server, func(_ *reading.View, p reading.Probe) check.Result {
				var tried []int
				for _, d := range p.ServerMetadata {
					if d.Usable() {
						return check.Good(reading.PathOf(d.Request.URL), d.ID)
					}
					tried = append(tried, d.ID)
				}
				if tried == nil {
					return check.Unseen()
				}
				return check.Bad("RFC 8414 or OpenID Connect metadata", "none at any of "+check.Count(len(tried), "place"), tried...)
			}),
		},
		{
			ID: "probe/server-metadata/form", Scenario: "C.1", Stage: reading.DoorServerMetadata,
			Needs: "authorization server metadata",
			Judge: published(func(_ *reading.View, d reading.Document) check.Result {
				if t := d.Response.Header.Get("Content-Type"); !strings.HasPrefix(strings.ToLower(t), "application/json") {
					return check.Bad("application/json", check.OrNone(t), d.ID)
				}
				for _, name := range []string{"issuer", "authorization_endpoint", "token_endpoint"} {
					if reading.Text(d.JSON, name) == "" {
						return check.Bad(name, "none", d.ID)
					}
				}
				if len(reading.Texts(d.JSON, "response_types_supported")) == 0 {
					return check.Bad("response_types_supported", "none", d.ID)
				}
				for _, name := range slices.Sorted(maps.Keys(d.JSON)) {
					if d.JSON[name] == nil {
						return check.Bad(name+" with a value, or not there", name+": null", d.ID)
					}
				}
				return check.Good("application/json with all required members", d.ID)
			}),
		},
		{
			ID: "probe/server-metadata/issuer", Scenario: "C.1", Stage: reading.DoorServerMetadata,
			Needs: "authorization server metadata of an issuer that the resource metadata names",
			Judge: published(func(v *reading.View, d reading.Document) check.Result {
				want, got := v.IssuerOf(d), reading.Text(d.JSON, "issuer")
				switch {
				case want == "" || misnamed(v, d):
					return check.Unseen()
				case got != want:
					return check.Bad("issuer "+reading.Quote(want), "issuer "+reading.Quote(got), d.ID)
				}
				return check.Good("issuer "+reading.Quote(want), d.ID)
			}),
		},
		{
			ID: "probe/server-metadata/named", Scenario: "C.1", Stage: reading.DoorResourceMetadata,
			Needs: "authorization server metadata of an issuer that the resource metadata names",
			Judge: published(namesIssuer),
		},
		{
			ID: "probe/server-metadata/s256", Scenario: "C.3", Stage: reading.DoorServerMetadata,
			Needs: "authorization server metadata",
			Judge: published(func(_ *reading.View, d reading.Document) check.Result {
				methods := reading.Texts(d.JSON, "code_challenge_methods_supported")
				if !slices.Contains(methods, "S256") {
					return check.Bad("code_challenge_methods_supported with S256", check.OrNone(strings.Join(methods, ", ")), d.ID)
				}
				return check.Good(strings.Join(methods, ", "), d.ID)
			}),
		},
		{
			ID: "probe/server-metadata/endpoints", Scenario: "C.1", Stage: reading.DoorServerMetadata,
			Needs: "authorization server metadata",
			Judge: published(func(_ *reading.View, d reading.Document) check.Result {
				for _, kind := range []string{"authorization_endpoint", "token_endpoint", "registration_endpoint"} {
					if u := reading.Text(d.JSON, kind); u != "" && !reading.SafeToOpen(u) {
						return check.Bad("https, or http on loopback", kind+" "+u, d.ID)
					}
				}
				return check.Good("https, or http on loopback", d.ID)
			}),
		},
	}
}

// answeredOnly leaves out requests to which no answer came.
func answeredOnly(fn func(m reading.MCPRequest) check.Result) func(m reading.MCPRequest) check.Result {
	return func(m reading.MCPRequest) check.Result {
		if m.Response == nil {
			return check.Unseen()
		}
		return fn(m)
	}
}

func wantStatus(m reading.MCPRequest, want ...int) check.Result {
	if slices.Contains(want, m.Status) {
		return check.Good(reading.Status(m.Exchange), m.ID)
	}
	words := make([]string, 0, len(want))
	for _, w := range want {
		words = append(words, check.Number(w)[1:])
	}
	return check.Bad(strings.Join(words, " or "), reading.Status(m.Exchange), m.ID)
}

func offlineAccessNotNamed(v *reading.View) check.Result {
	result := check.Unseen()
	for _, p := range v.Probe("probe/challenge") {
		for _, m := range p.MCP {
			if s := strings.Fields(m.Challenge.Param("scope")); slices.Contains(s, "offline_access") {
				return check.Bad("no offline_access in the challenge", "scope="+reading.Quote(m.Challenge.Param("scope")), m.ID)
			} else if len(s) > 0 {
				result = check.Good("not named", m.ID)
			}
		}
	}
	for _, p := range v.Probe("probe/resource-metadata") {
		for _, d := range p.ResourceMetadata {
			if s := reading.Texts(d.JSON, "scopes_supported"); slices.Contains(s, "offline_access") {
				return check.Bad("no offline_access among the resource's scopes", "scopes_supported lists it", d.ID)
			} else if len(s) > 0 {
				result = check.Good("not listed", d.ID)
			}
		}
	}
	return result
}

// namedMetadata judges the URL that a challenge names: absolute, and with the
// document behind it.
func namedMetadata(v *reading.View, m reading.MCPRequest, probe string) check.Result {
	named := m.Challenge.Param("resource_metadata")
	if named == "" {
		return check.Unseen()
	}
	if u, err := url.Parse(named); err != nil || !u.IsAbs() || u.Host == "" {
		return check.Bad("an absolute URL", "resource_metadata="+reading.Quote(named), m.ID)
	}
	for _, p := range v.Probe(probe) {
		for _, d := range p.ResourceMetadata {
			if d.Request.URL != named {
				continue
			}
			if !d.Usable() {
				return check.Bad("the document at "+named, reading.Status(d.Exchange), m.ID, d.ID)
			}
			return check.Good(named, m.ID, d.ID)
		}
	}
	return check.Unseen()
}

// resourceOf is the resource identifier that a metadata document must have:
// the one from which its well-known URL was made (RFC 9728 section 3.3), or
// the URL that was requested where the challenge named another place. The
// document at the root may also be that of the MCP server's own URL.
func resourceOf(v *reading.View, d reading.Document) string {
	u, err := url.Parse(d.Request.URL)
	if err != nil {
		return v.Rec.Setting.MCPURL
	}
	origin := u.Scheme + "://" + u.Host
	if u.Path == "/.well-known/oauth-protected-resource" && strings.TrimSuffix(reading.Text(d.JSON, "resource"), "/") == origin {
		return reading.Text(d.JSON, "resource")
	}
	return v.Rec.Setting.MCPURL
}
