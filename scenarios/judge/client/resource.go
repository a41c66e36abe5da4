package client

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// resourceChecks are about the form of resource, and that it stays what it was.
func resourceChecks() []check.Check {
	return []check.Check{
		{
			ID: "authorize/resource-most-specific", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Breaks: resourceDoors(), Codes: aboutResource(), About: []check.Topic{check.Resource},
			Needs: "an authorization or token request with a resource in the origin of the MCP server",
			Judge: func(v *reading.View) check.Result {
				return everyResource(v, func(r string, id int) check.Result {
					if !sameOrigin(r, v.Rec.Setting.MCPURL) || strings.Contains(r, "#") {
						return check.Unseen()
					}
					want := strings.Trim(reading.PathOf(v.Rec.Setting.MCPURL), "/")
					if got := strings.Trim(reading.PathOf(r), "/"); got != want && got == "" && !publishes(v, r) {
						return check.Bad("resource="+v.Rec.Setting.MCPURL, "resource="+r, id)
					}
					return check.Good("resource="+r, id)
				})
			},
		},
		{
			ID: "authorize/resource-without-slash", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Breaks: resourceDoors(), Codes: aboutResource(), About: []check.Topic{check.Resource},
			Needs: "an authorization or token request with a resource in the origin of the MCP server",
			Judge: func(v *reading.View) check.Result {
				return everyResource(v, func(r string, id int) check.Result {
					mcp := v.Rec.Setting.MCPURL
					if !sameOrigin(r, mcp) || strings.Contains(r, "#") {
						return check.Unseen()
					}
					if strings.HasSuffix(r, "/") && !strings.HasSuffix(mcp, "/") && !publishes(v, r) {
						return check.Bad("resource="+strings.TrimSuffix(r, "/"), "resource="+r, id)
					}
					return check.Good("resource="+r, id)
				})
			},
		},
		{
			ID: "refresh/resource-authorized", Scenario: "C.6", Stage: reading.DoorRefresh,
			Breaks: []reading.Door{reading.DoorRefresh, reading.DoorCall},
			Codes:  aboutResource(),
			About:  []check.Topic{check.Resource, check.AccessToken},
			Needs:  "a refresh request with resource, of a grant that was asked for with resource",
			Judge:  refreshedForTheSame,
		},
	}
}

func resourceDoors() []reading.Door {
	return []reading.Door{reading.DoorAuthorize, reading.DoorToken, reading.DoorCall, reading.DoorRefresh}
}

// aboutResource are the codes with which a resource is refused, and a token for
// another one.
func aboutResource() []string { return []string{"invalid_target", "invalid_request", "invalid_token"} }

// refreshedForTheSame follows every grant from its authorization request over
// its refresh tokens. A refresh may ask for less (RFC 8707 section 2.2).
func refreshedForTheSame(v *reading.View) check.Result {
	type grant struct {
		resources []string
		at        int
	}
	grants := map[string]grant{}
	return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
		g, known := grants[t.Form.Get("refresh_token")]
		switch {
		case t.Grant == "authorization_code" && t.Auth >= 0:
			a := v.Authorizations[t.Auth]
			g = grant{slices.Concat(a.Params.All("resource"), t.Form.All("resource")), a.ID}
		case t.Grant != "refresh_token" || !known:
			return check.Unseen()
		}
		if t.Refresh != "" {
			grants[t.Refresh] = g
		}
		asked := t.Form.All("resource")
		if t.Grant != "refresh_token" || len(asked) == 0 || len(g.resources) == 0 {
			return check.Unseen()
		}
		for _, r := range asked {
			if !slices.Contains(g.resources, r) {
				return check.Bad("resource="+strings.Join(slices.Compact(g.resources), ", "), "resource="+r, g.at, t.ID)
			}
		}
		return check.Good("the resource that was authorized", g.at, t.ID)
	})
}
