package judge

import (
	"net/http"
	"slices"
	"strings"
)

func callChecks() []Check {
	return []Check{
		{
			ID: "call/token-in-header", Scenario: "C.7", Stage: DoorCall,
			Breaks: []Stage{DoorCall},
			Needs:  "a request to the MCP endpoint after a token was issued or typed in",
			Judge:  tokenInHeader,
		},
		{
			ID: "call/no-token-in-query", Scenario: "C.7", Stage: DoorCall,
			Breaks: []Stage{DoorCall},
			Needs:  "a request to the MCP endpoint after a token was issued or typed in",
			Judge: func(v *View) Result {
				issued := v.firstToken()
				if v.typedToken() {
					issued = 1
				}
				return each(v.MCP, func(m MCPRequest) Result {
					if issued == 0 || m.ID < issued {
						return unseen()
					}
					if m.QueryToken {
						return bad("the token in the Authorization header only", "access_token in the query", m.ID)
					}
					return good("no token in the query", m.ID)
				})
			},
		},
		{
			ID: "call/token-from-its-issuer", Scenario: "C.7", Stage: DoorCall,
			Breaks: []Stage{DoorCall},
			Needs:  "a request with a token, and a token response",
			Judge: func(v *View) Result {
				if v.firstToken() == 0 {
					return unseen()
				}
				return each(v.MCP, func(m MCPRequest) Result {
					if m.Token == "" || m.ID < v.firstToken() {
						return unseen()
					}
					for _, t := range v.Tokens {
						if t.OK && t.ID < m.ID && t.Access == m.Token {
							return good("the token of exchange "+number(t.ID), t.ID, m.ID)
						}
					}
					return bad("a token that the authorization server issued here", "another token", m.ID)
				})
			},
		},
	}
}

// firstToken is the first exchange in which a token was issued, 0 for none.
func (v *View) firstToken() int {
	for _, t := range v.Tokens {
		if t.OK {
			return t.ID
		}
	}
	return 0
}

// tokenInHeader judges every request of a client that holds a token: from the
// answer that issued it until a 401 takes it away. A client that begins anew
// may first ask without one, to learn the challenge; a program that was started
// again is known by its handshake. A token that the user typed in is held from
// its first use.
func tokenInHeader(v *View) Result {
	out, held, typed := unseen(), false, v.typedToken()
	redirected := false // the request before had the token, and was redirected
	begins := map[int]bool{}
	for _, a := range v.Attempts {
		begins[a.First] = a.Tool == ""
	}
	tokens, requests := byID(v.Tokens), byID(v.MCP)
	for id := 1; id <= len(v.Rec.Exchanges); id++ {
		held = held && !begins[id]
		if t, ok := tokens[id]; ok && t.OK {
			held = true
		}
		m, ok := requests[id]
		switch {
		case !ok:
		case m.Token != "":
			held = (held || typed) && m.Status != 401
			out = good("Authorization on every request", append(out.Exchanges, id)...)
			redirected = m.moved()
		case held && redirected:
			return bad("Authorization on every request", m.Request.Method+" "+m.Method+" without Authorization after a redirect", id)
		case probes(m):
			held = false
		case held:
			return bad("Authorization on every request", strings.TrimSpace(m.Request.Method+" "+m.Method)+" without Authorization", id)
		}
	}
	if v.firstToken() == 0 && !typed {
		return unseen()
	}
	return out
}

// probes reports whether a request may be the first one of a program that was
// just started, or a look at the challenge.
func probes(m MCPRequest) bool {
	return m.Request.Method != http.MethodDelete && slices.Contains([]string{"", "initialize", "server/discover", "ping"}, m.Method)
}

func byID[T numbered](list []T) map[int]T {
	out := make(map[int]T, len(list))
	for _, e := range list {
		out[e.number()] = e
	}
	return out
}

func callServerChecks() []Check {
	return []Check{
		{
			ID: "call/invalid-token-401", Scenario: "C.9", Stage: DoorCall,
			Breaks: []Stage{DoorRefresh, DoorCall},
			Needs:  "a request with a token after tokens were expired or revoked",
			Judge: func(v *View) Result {
				at, ok := v.switched(SwitchExpire)
				if !ok {
					return unseen()
				}
				old := v.issuedBefore(at)
				return each(v.MCP, func(m MCPRequest) Result {
					if m.ID <= at || m.Response == nil || !slices.Contains(old, m.Token) {
						return unseen()
					}
					// A redirect says where to ask, and nothing about the token.
					if m.Status/100 == 3 {
						return unseen()
					}
					if m.Status != 401 {
						return bad("401 for an expired token", status(m.Exchange), m.ID)
					}
					return good("401", m.ID)
				})
			},
		},
		{
			ID: "call/challenge-names-error", Scenario: "C.9", Stage: DoorCall,
			Breaks: []Stage{DoorRefresh},
			Needs:  "a 401 answer to a request with a token",
			Judge: func(v *View) Result {
				return each(v.MCP, func(m MCPRequest) Result {
					if m.Token == "" || m.Status != 401 {
						return unseen()
					}
					if e := m.Challenge.Param("error"); e == "" {
						return bad(`error="invalid_token"`, "no error in the challenge", m.ID)
					}
					return good("error="+quote(m.Challenge.Param("error")), m.ID)
				})
			},
		},
		{
			ID: "call/audience-verified", Scenario: "C.9", Stage: DoorCall,
			Needs: "a request with a JWT access token for another audience",
			Judge: func(v *View) Result {
				return each(v.MCP, func(m MCPRequest) Result {
					aud, ok := v.audienceOf(m.Token)
					if !ok || m.Response == nil || slices.ContainsFunc(aud, v.identifies) {
						return unseen()
					}
					if m.Status == 401 || m.Status == 403 {
						return good("refused aud "+strings.Join(aud, ", "), m.ID)
					}
					return bad("401 for a token with aud "+strings.Join(aud, ", "), status(m.Exchange), m.ID)
				})
			},
		},
	}
}

// issuedBefore lists the access tokens that were issued up to an exchange.
func (v *View) issuedBefore(id int) []string {
	var out []string
	for _, t := range v.Tokens {
		if t.OK && t.ID <= id {
			out = append(out, t.Access)
		}
	}
	return out
}
