package judge

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// called judges the last request of an attempt to the MCP server, as the ones
// before it only set the scene.
func called(id string, fn func(m MCPRequest) Result) func(v *View) Result {
	return probed(id, func(_ *View, p Probe) Result {
		if len(p.MCP) == 0 {
			return unseen()
		}
		return answeredOnly(fn)(p.MCP[len(p.MCP)-1])
	})
}

func probedAccess() []Check {
	return []Check{
		{
			ID: "probe/invalid-token", Scenario: "C.9", Stage: DoorCall,
			Needs: "a request with a token that nobody issued",
			Judge: called("probe/invalid-token", func(m MCPRequest) Result { return wantStatus(m, 401) }),
		},
		{
			ID: "probe/invalid-token/named", Scenario: "C.9", Stage: DoorCall,
			Needs: "a 401 answer to a token that nobody issued",
			Judge: called("probe/invalid-token", func(m MCPRequest) Result {
				switch e := m.Challenge.Param("error"); {
				case m.Status != 401:
					return unseen()
				case e != "invalid_token":
					return bad(`error="invalid_token"`, orNone(e), m.ID)
				}
				return good(`error="invalid_token"`, m.ID)
			}),
		},
		{
			ID: "probe/malformed", Scenario: "C.9", Stage: DoorCall,
			Needs: "a request with an Authorization header that cannot be read",
			Judge: called("probe/malformed", func(m MCPRequest) Result { return wantStatus(m, 400, 401) }),
		},
		{
			ID: "probe/query-token", Scenario: "C.7", Stage: DoorCall,
			Needs: "a request with a good token in the query",
			Judge: called("probe/query-token", func(m MCPRequest) Result { return wantStatus(m, 400, 401, 403) }),
		},
		{
			ID: "probe/session-only", Scenario: "C.9", Stage: DoorCall,
			Needs: "a request with the handle of a session and no token",
			Judge: called("probe/session-only", func(m MCPRequest) Result {
				if m.Token != "" {
					return unseen()
				}
				return wantStatus(m, 401)
			}),
		},
		{
			ID: "probe/forged-token", Scenario: "C.9", Stage: DoorCall,
			Needs: "a request with a forged JWT, where the genuine one is accepted",
			Judge: called("probe/forged-token", func(m MCPRequest) Result { return wantStatus(m, 401) }),
		},
		{
			ID: "probe/expired-token", Scenario: "C.9", Stage: DoorCall,
			Needs: "a request with a token that was accepted before it expired",
			Judge: called("probe/expired-token", func(m MCPRequest) Result { return wantStatus(m, 401) }),
		},
		{
			ID: "probe/audience", Scenario: "C.9", Stage: DoorCall,
			Needs: "a request with a genuine token for another audience",
			Judge: called("probe/audience", func(m MCPRequest) Result {
				t, ok := trace.ParseMasked(m.Token)
				if ok && t.JWT != nil && slices.Contains(t.JWT.Audience(), m.Request.URL) {
					return unseen() // it is meant for this server after all
				}
				return wantStatus(m, 401, 403)
			}),
		},
		{
			ID: "probe/insufficient-scope/status", Scenario: "C.7", Stage: DoorStepUp,
			Needs: "a call of a tool for which the token's scope does not suffice",
			Judge: probed("probe/insufficient-scope", func(_ *View, p Probe) Result {
				if len(p.MCP) == 0 || p.MCP[0].Response == nil {
					return unseen()
				}
				return wantStatus(p.MCP[0], 403)
			}),
		},
		{
			ID: "probe/insufficient-scope/challenge", Scenario: "C.7", Stage: DoorStepUp,
			Needs: "a 403 answer to a call for which the token's scope does not suffice",
			Judge: probed("probe/insufficient-scope", func(_ *View, p Probe) Result {
				if len(p.MCP) == 0 || p.MCP[0].Status != 403 {
					return unseen()
				}
				m := p.MCP[0]
				if m.Challenge.Param("error") != "insufficient_scope" || m.Challenge.Param("scope") == "" {
					return bad(`error="insufficient_scope" and scope`,
						orNone(strings.Join(m.Response.Header.Values("WWW-Authenticate"), ", ")), m.ID)
				}
				return good("scope="+quote(m.Challenge.Param("scope")), m.ID)
			}),
		},
		{
			ID: "probe/insufficient-scope/complete", Scenario: "C.7", Stage: DoorStepUp,
			Needs: "a call with the scopes that a step-up challenge named, beside those granted before",
			Judge: probed("probe/insufficient-scope", func(_ *View, p Probe) Result {
				if len(p.MCP) < 2 || p.MCP[0].Status != 403 {
					return unseen()
				}
				again := p.MCP[1]
				if again.Status == 403 && again.Challenge.Param("error") == "insufficient_scope" {
					return bad("all scopes for the operation in one challenge",
						"another challenge, for scope "+quote(again.Challenge.Param("scope")), p.MCP[0].ID, again.ID)
				}
				return good("one challenge was enough", p.MCP[0].ID, again.ID)
			}),
		},
	}
}

func probedProofs() []Check {
	return []Check{
		{
			ID: "probe/dpop-token", Scenario: "C.5", Stage: DoorToken,
			Needs: "a token response to a request with a DPoP proof in order",
			Judge: probed("probe/dpop-token", func(_ *View, p Probe) Result {
				return each(p.Tokens, func(t TokenRequest) Result {
					if !t.OK {
						return unseen()
					}
					if typ := text(t.Answer, "token_type"); !strings.EqualFold(typ, "DPoP") {
						return bad("token_type DPoP", "token_type "+orNone(typ), t.ID)
					}
					m, ok := trace.ParseMasked(t.Access)
					if ok && m.JWT != nil && m.JWT.Confirmation() == "" {
						return bad("a token bound to the key (cnf.jkt)", "a token without cnf", t.ID)
					}
					return good("token_type DPoP", t.ID)
				})
			}),
		},
		{
			ID: "probe/dpop-proof", Scenario: "C.5", Stage: DoorToken,
			Needs: "a token request with a wrong DPoP proof, where one in order is accepted",
			Judge: func(v *View) Result {
				if !v.provesAtToken() {
					return unseen()
				}
				return probed("probe/dpop-proof", func(_ *View, p Probe) Result {
					if len(p.Tokens) == 0 {
						return unseen()
					}
					return noToken("no token for a wrong proof", p.Tokens[len(p.Tokens)-1])
				})(v)
			},
		},
		{
			ID: "probe/dpop-request", Scenario: "C.7", Stage: DoorCall,
			Needs: "a request with a bound token and a wrong DPoP proof, where one in order is accepted",
			Judge: called("probe/dpop-request", func(m MCPRequest) Result { return wantStatus(m, 401) }),
		},
		{
			ID: "probe/dpop-bearer", Scenario: "C.7", Stage: DoorCall,
			Needs: "a request with a bound token as Bearer",
			Judge: called("probe/dpop-bearer", func(m MCPRequest) Result { return wantStatus(m, 401) }),
		},
	}
}

// provesAtToken shows that refusals of other proofs are about them.
func (v *View) provesAtToken() bool {
	for _, p := range v.Probe("probe/dpop-token") {
		for _, t := range p.Tokens {
			if t.OK {
				return true
			}
		}
	}
	return false
}
