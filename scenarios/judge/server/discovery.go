package server

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func discoveryChecks() []check.Check {
	return []check.Check{
		{
			ID: "discovery/challenge-on-401", Scenario: "C.1", Stage: reading.DoorChallenge,
			Breaks: []reading.Door{reading.DoorChallenge},
			Needs:  "a request to the MCP endpoint without a token that needs one",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.MCP, func(m reading.MCPRequest) check.Result {
					if !v.Bare(m) {
						return check.Unseen()
					}
					return challenged(m)
				})
			},
		},
		{
			ID: "discovery/challenge-points-to-metadata", Scenario: "C.1", Stage: reading.DoorChallenge,
			Breaks: []reading.Door{reading.DoorResourceMetadata},
			Needs:  "a 401 answer to a request without a token",
			Judge: func(v *reading.View) check.Result {
				wellKnown := slices.ContainsFunc(v.ResourceMetadata, func(d reading.Document) bool {
					return d.Usable() && reading.IsResourceMetadata(d.Request.URL)
				})
				revision, _ := v.Revision()
				looked := v.Rec.Setting.NoResourceMetadata || lookedEverywhere(v)
				shown := v.Recorded.ResponseHeader("WWW-Authenticate")
				return check.Each(v.MCP, func(m reading.MCPRequest) check.Result {
					if !v.Bare(m) || m.Status != 401 {
						return check.Unseen()
					}
					if u := m.Challenge.Param("resource_metadata"); u != "" {
						return check.Good("resource_metadata="+reading.Quote(u), m.ID)
					}
					// Since 2025-11-25 the well-known URI alone is enough.
					if revision != "2025-06-18" {
						if wellKnown {
							return check.Good("metadata at the well-known URI", m.ID)
						}
						if !looked {
							return check.Unseen()
						}
					}
					if !shown {
						return check.Unseen()
					}
					return check.Bad("resource_metadata in WWW-Authenticate, or metadata at a well-known URI",
						"WWW-Authenticate: "+strings.Join(m.Response.Header.Values("WWW-Authenticate"), ", "), m.ID)
				})
			},
		},
		{
			ID: "discovery/challenge-names-scope", Scenario: "C.1", Stage: reading.DoorChallenge,
			Needs: "a 401 answer to a request without a token",
			Judge: func(v *reading.View) check.Result {
				shown := v.Recorded.ResponseHeader("WWW-Authenticate")
				return check.Each(v.MCP, func(m reading.MCPRequest) check.Result {
					if !v.Bare(m) || m.Status != 401 || !shown {
						return check.Unseen()
					}
					if s := m.Challenge.Param("scope"); s != "" {
						return check.Good("scope="+reading.Quote(s), m.ID)
					}
					return check.Bad("scope in the challenge", "no scope in the challenge", m.ID)
				})
			},
		},
	}
}

// lookedEverywhere reports whether the client asked for resource metadata at
// both well-known URIs, by path and at the root.
func lookedEverywhere(v *reading.View) bool {
	asked := func(path string) bool {
		return slices.ContainsFunc(v.ResourceMetadata, func(d reading.Document) bool { return reading.PathOf(d.Request.URL) == path })
	}
	const root = "/.well-known/oauth-protected-resource"
	return asked(root) && asked(root+strings.TrimSuffix(reading.PathOf(v.Rec.Setting.MCPURL), "/"))
}
