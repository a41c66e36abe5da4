package client

import (
	"net/http"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func callChecks() []check.Check {
	return []check.Check{
		{
			ID: "call/token-in-header", Scenario: "C.7", Stage: reading.DoorCall,
			Breaks: []reading.Door{reading.DoorCall},
			About:  []check.Topic{check.AccessToken},
			Needs:  "a request to the MCP endpoint after a token was issued or typed in",
			Judge:  tokenInHeader,
		},
		{
			ID: "call/no-token-in-query", Scenario: "C.7", Stage: reading.DoorCall,
			Breaks: []reading.Door{reading.DoorCall},
			About:  []check.Topic{check.AccessToken, check.RequestForm},
			Needs:  "a request to the MCP endpoint after a token was issued or typed in",
			Judge: func(v *reading.View) check.Result {
				issued := firstToken(v)
				if v.TypedToken() {
					issued = 1
				}
				return check.Each(v.MCP, func(m reading.MCPRequest) check.Result {
					if issued == 0 || m.ID < issued {
						return check.Unseen()
					}
					if m.QueryToken {
						return check.Bad("the token in the Authorization header only", "access_token in the query", m.ID)
					}
					return check.Good("no token in the query", m.ID)
				})
			},
		},
		{
			ID: "call/token-from-its-issuer", Scenario: "C.7", Stage: reading.DoorCall,
			Breaks: []reading.Door{reading.DoorCall},
			About:  []check.Topic{check.AccessToken, check.Issuer},
			Needs:  "a request with a token, and a token response",
			Judge: func(v *reading.View) check.Result {
				if firstToken(v) == 0 {
					return check.Unseen()
				}
				return check.Each(v.MCP, func(m reading.MCPRequest) check.Result {
					if m.Token == "" || m.ID < firstToken(v) {
						return check.Unseen()
					}
					for _, t := range v.Tokens {
						if t.OK && t.ID < m.ID && t.Access == m.Token {
							return check.Good("the token of exchange "+check.Number(t.ID), t.ID, m.ID)
						}
					}
					return check.Bad("a token that the authorization server issued here", "another token", m.ID)
				})
			},
		},
	}
}

// firstToken is the first exchange in which a token was issued, 0 for none.
func firstToken(v *reading.View) int {
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
// again is known by its handshake, and has no session yet. A token that the user typed in is held from
// its first use.
func tokenInHeader(v *reading.View) check.Result {
	if !v.Recorded.Authorization() {
		return check.Unseen()
	}
	out, held, typed := check.Unseen(), false, v.TypedToken()
	redirected := false // the request before had the token, and was redirected
	begins, sessions := map[int]bool{}, map[string]bool{}
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
			out = check.Good("Authorization on every request", append(out.Exchanges, id)...)
			redirected = m.Moved()
			for _, s := range sessionsOf(m) {
				sessions[s] = m.Status != 401
			}
		case held && redirected:
			return check.Bad("Authorization on every request", m.Request.Method+" "+m.Method+" without Authorization after a redirect", id)
		case held && !probes(m):
			return check.Bad("Authorization on every request", strings.TrimSpace(m.Request.Method+" "+m.Method)+" without Authorization", id)
		case sessions[m.Request.Header.Get("Mcp-Session-Id")]:
			return check.Bad("Authorization on every request",
				strings.TrimSpace(m.Request.Method+" "+m.Method)+" without Authorization in a session that had it", id)
		case probes(m):
			held = false
		}
	}
	if firstToken(v) == 0 && !typed {
		return check.Unseen()
	}
	return out
}

// sessionsOf are the MCP sessions of a request: the one that it names, and the one
// that its answer begins.
func sessionsOf(m reading.MCPRequest) []string {
	var out []string
	if s := m.Request.Header.Get("Mcp-Session-Id"); s != "" {
		out = append(out, s)
	}
	if m.Response != nil && m.Response.Header.Get("Mcp-Session-Id") != "" {
		out = append(out, m.Response.Header.Get("Mcp-Session-Id"))
	}
	return out
}

// probes reports whether a request may be the first one of a program that was
// just started, or a look at the challenge.
func probes(m reading.MCPRequest) bool {
	return m.Request.Method != http.MethodDelete && slices.Contains([]string{"", "initialize", "server/discover", "ping"}, m.Method)
}

func byID[T reading.Numbered](list []T) map[int]T {
	out := make(map[int]T, len(list))
	for _, e := range list {
		out[e.Number()] = e
	}
	return out
}
