package server

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// called judges the last request of an attempt to the MCP server, as the ones
// before it only set the scene.
func called(id string, fn func(m reading.MCPRequest) check.Result) func(v *reading.View) check.Result {
	return probed(id, func(_ *reading.View, p reading.Probe) check.Result {
		if len(p.MCP) == 0 {
			return check.Unseen()
		}
		return answeredOnly(fn)(p.MCP[len(p.MCP)-1])
	})
}

func probedAccess() []check.Check {
	return []check.Check{
		{
			ID: "probe/invalid-token", Scenario: "C.9", Stage: reading.DoorCall,
			Needs: "a request with a token that nobody issued",
			Judge: called("probe/invalid-token", func(m reading.MCPRequest) check.Result { return wantStatus(m, 401) }),
		},
		{
			ID: "probe/invalid-token/named", Scenario: "C.9", Stage: reading.DoorCall,
			Needs: "a 401 answer to a token that nobody issued",
			Judge: called("probe/invalid-token", func(m reading.MCPRequest) check.Result {
				switch e := m.Challenge.Param("error"); {
				case m.Status != 401:
					return check.Unseen()
				case e != "invalid_token":
					return check.Bad(`error="invalid_token"`, check.OrNone(e), m.ID)
				}
				return check.Good(`error="invalid_token"`, m.ID)
			}),
		},
		{
			ID: "probe/malformed", Scenario: "C.9", Stage: reading.DoorCall,
			Needs: "a request with an Authorization header that cannot be read",
			Judge: called("probe/malformed", func(m reading.MCPRequest) check.Result { return wantStatus(m, 400, 401) }),
		},
		{
			ID: "probe/query-token", Scenario: "C.7", Stage: reading.DoorCall,
			Needs: "a request with a good token in the query",
			Judge: called("probe/query-token", func(m reading.MCPRequest) check.Result { return wantStatus(m, 400, 401, 403) }),
		},
		{
			ID: "probe/session-only", Scenario: "C.9", Stage: reading.DoorCall,
			Needs: "a request with the handle of a session and no token",
			Judge: called("probe/session-only", func(m reading.MCPRequest) check.Result {
				if m.Token != "" {
					return check.Unseen()
				}
				return wantStatus(m, 401)
			}),
		},
		{
			ID: "probe/forged-token", Scenario: "C.9", Stage: reading.DoorCall,
			Needs: "a request with a forged JWT, where the genuine one is accepted",
			Judge: called("probe/forged-token", func(m reading.MCPRequest) check.Result { return wantStatus(m, 401) }),
		},
		{
			ID: "probe/expired-token", Scenario: "C.9", Stage: reading.DoorCall,
			Needs: "a request with a token that was accepted before it expired",
			Judge: called("probe/expired-token", func(m reading.MCPRequest) check.Result { return wantStatus(m, 401) }),
		},
		{
			ID: "probe/audience", Scenario: "C.9", Stage: reading.DoorCall,
			Needs: "a request with a genuine token for another audience",
			Judge: called("probe/audience", func(m reading.MCPRequest) check.Result {
				t, ok := trace.ParseMasked(m.Token)
				if ok && t.JWT != nil && slices.Contains(t.JWT.Audience(), m.Request.URL) {
					return check.Unseen() // it is meant for this server after all
				}
				return wantStatus(m, 401, 403)
			}),
		},
		{
			ID: "probe/insufficient-scope/status", Scenario: "C.7", Stage: reading.DoorStepUp,
			Needs: "a call of a tool for which the token's scope does not suffice",
			Judge: probed("probe/insufficient-scope", func(_ *reading.View, p reading.Probe) check.Result {
				if len(p.MCP) == 0 || p.MCP[0].Response == nil {
					return check.Unseen()
				}
				return wantStatus(p.MCP[0], 403)
			}),
		},
		{
			ID: "probe/insufficient-scope/challenge", Scenario: "C.7", Stage: reading.DoorStepUp,
			Needs: "a 403 answer to a call for which the token's scope does not suffice",
			Judge: probed("probe/insufficient-scope", func(_ *reading.View, p reading.Probe) check.Result {
				if len(p.MCP) == 0 || p.MCP[0].Status != 403 {
					return check.Unseen()
				}
				m := p.MCP[0]
				if m.Challenge.Param("error") != "insufficient_scope" || m.Challenge.Param("scope") == "" {
					return check.Bad(`error="insufficient_scope" and scope`,
						check.OrNone(strings.Join(m.Response.Header.Values("WWW-Authenticate"), ", ")), m.ID)
				}
				return check.Good("scope="+reading.Quote(m.Challenge.Param("scope")), m.ID)
			}),
		},
		{
			ID: "probe/insufficient-scope/complete", Scenario: "C.7", Stage: reading.DoorStepUp,
			Needs: "a call with the scopes that a step-up challenge named, beside those granted before",
			Judge: probed("probe/insufficient-scope", func(_ *reading.View, p reading.Probe) check.Result {
				if len(p.MCP) < 2 || p.MCP[0].Status != 403 {
					return check.Unseen()
				}
				again := p.MCP[1]
				if again.Status == 403 && again.Challenge.Param("error") == "insufficient_scope" {
					return check.Bad("all scopes for the operation in one challenge",
						"another challenge, for scope "+reading.Quote(again.Challenge.Param("scope")), p.MCP[0].ID, again.ID)
				}
				return check.Good("one challenge was enough", p.MCP[0].ID, again.ID)
			}),
		},
	}
}

func probedProofs() []check.Check {
	return []check.Check{
		{
			ID: "probe/dpop-token", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "a token response to a request with a DPoP proof in order",
			Judge: probed("probe/dpop-token", func(_ *reading.View, p reading.Probe) check.Result {
				return check.Each(p.Tokens, func(t reading.TokenRequest) check.Result {
					if !t.OK {
						return check.Unseen()
					}
					if typ := reading.Text(t.Answer, "token_type"); !strings.EqualFold(typ, "DPoP") {
						return check.Bad("token_type DPoP", "token_type "+check.OrNone(typ), t.ID)
					}
					m, ok := trace.ParseMasked(t.Access)
					if ok && m.JWT != nil && m.JWT.Confirmation() == "" {
						return check.Bad("a token bound to the key (cnf.jkt)", "a token without cnf", t.ID)
					}
					return check.Good("token_type DPoP", t.ID)
				})
			}),
		},
		{
			ID: "probe/dpop-proof", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "a token request with a wrong DPoP proof, where one in order is accepted",
			Judge: func(v *reading.View) check.Result {
				if !provesAtToken(v) {
					return check.Unseen()
				}
				return probed("probe/dpop-proof", func(_ *reading.View, p reading.Probe) check.Result {
					if len(p.Tokens) == 0 {
						return check.Unseen()
					}
					return noToken("no token for a wrong proof", p.Tokens[len(p.Tokens)-1])
				})(v)
			},
		},
		{
			ID: "probe/dpop-request", Scenario: "C.7", Stage: reading.DoorCall,
			Needs: "a request with a bound token and a wrong DPoP proof, where one in order is accepted",
			Judge: called("probe/dpop-request", func(m reading.MCPRequest) check.Result { return wantStatus(m, 401) }),
		},
		{
			ID: "probe/dpop-bearer", Scenario: "C.7", Stage: reading.DoorCall,
			Needs: "a request with a bound token as Bearer",
			Judge: called("probe/dpop-bearer", func(m reading.MCPRequest) check.Result { return wantStatus(m, 401) }),
		},
	}
}

// provesAtToken shows that refusals of other proofs are about them.
func provesAtToken(v *reading.View) bool {
	for _, p := range v.Probe("probe/dpop-token") {
		for _, t := range p.Tokens {
			if t.OK {
				return true
			}
		}
	}
	return false
}
