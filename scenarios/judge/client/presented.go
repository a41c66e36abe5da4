package client

import (
	"net/http"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// presentedChecks are about how a client uses the access token that it was
// issued.
func presentedChecks() []check.Check {
	return []check.Check{
		{
			ID: "call/token-presented", Scenario: "C.7", Stage: reading.DoorCall,
			Breaks: []reading.Door{reading.DoorCall, reading.DoorRefresh},
			About:  []check.Topic{check.AccessToken},
			Needs:  "a request to the MCP endpoint after a token was issued, on a recording with Authorization headers",
			Judge:  tokenPresented,
		},
		{
			ID: "call/token-type-understood", Scenario: "C.7", Stage: reading.DoorCall,
			Breaks: []reading.Door{reading.DoorCall, reading.DoorRefresh},
			About:  []check.Topic{check.AccessToken, check.DPoP},
			Needs:  "a request with a token that was issued with a token_type",
			Judge: func(v *reading.View) check.Result {
				issued := issuedTokens(v)
				return check.Each(v.MCP, func(m reading.MCPRequest) check.Result {
					t, known := issued[m.Token]
					kind := reading.Text(t.Answer, "token_type")
					switch {
					case m.Token == "" || !known || kind == "" || !strings.EqualFold(m.Scheme, bearerType):
						return check.Unseen()
					case strings.EqualFold(kind, bearerType):
						return check.Good("a token of type "+kind, m.ID)
					case strings.EqualFold(kind, dpopType) && sentProof(t):
						return check.Unseen() // it understands the type; how it presents the token is another rule
					}
					return check.Bad("no use of a token of type "+kind+" as a Bearer token", "sent it with the Bearer scheme", t.ID, m.ID)
				})
			},
		},
		{
			ID: "call/dpop-token-with-proof", Scenario: "C.7", Stage: reading.DoorCall,
			Breaks: []reading.Door{reading.DoorCall},
			About:  []check.Topic{check.AccessToken, check.DPoP},
			Needs:  "a request with a token that was issued with the type DPoP to a client that had sent a proof",
			Judge:  dpopPresented,
		},
	}
}

// The token types that are registered for the Authorization header.
const (
	bearerType = "Bearer" // RFC 6750 section 4
	dpopType   = "DPoP"   // RFC 9449 section 5
	dpopHeader = "Dpop"   // as net/http writes it
)

// issuedTokens are the successful token responses by their access token.
func issuedTokens(v *reading.View) map[string]reading.TokenRequest {
	out := map[string]reading.TokenRequest{}
	for _, t := range v.Tokens {
		if t.OK {
			out[t.Access] = t
		}
	}
	return out
}

func sentProof(t reading.TokenRequest) bool { return t.Request.Header.Get(dpopHeader) != "" }

// tokenPresented looks for a client that was issued a token, came back without
// it, was refused, and never presented it, nor any later one. A program that
// begins anew may ask without a token first; it then presents one. A GET without
// one is a look at the challenge: a program of its own for logins does no more.
func tokenPresented(v *reading.View) check.Result {
	if !v.Recorded.Authorization() {
		return check.Unseen()
	}
	shown := v.Recorded.ShowsAuthorization()
	return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
		if !t.OK || !fromNamed(v, t) {
			return check.Unseen()
		}
		s := v.AttemptSpan(t.ID)
		refused := 0
		for _, m := range v.MCP {
			switch {
			case m.ID < t.ID:
			case m.Token != "" || m.QueryToken:
				return check.Good("presented", t.ID, m.ID)
			case refused == 0 && s.Has(m.ID) && m.Status == http.StatusUnauthorized && m.Method != "" && (shown || !toldOfToken(m)):
				refused = m.ID
			}
		}
		if refused == 0 {
			return check.Unseen()
		}
		return check.Bad("the token of exchange "+check.Number(t.ID)+" in the Authorization header",
			"came back without the token that it had been issued", t.ID, refused)
	})
}

func isDPoP(c reading.Challenge) bool { return strings.EqualFold(c.Scheme, dpopType) }

// dpopPresented judges clients that take part in DPoP. One that was challenged
// with Bearer alone may present the token so (RFC 9449 section 7.2).
func dpopPresented(v *reading.View) check.Result {
	issued := issuedTokens(v)
	challenged := false
	return check.Each(v.MCP, func(m reading.MCPRequest) check.Result {
		asked := challenged
		challenged = challenged || slices.ContainsFunc(m.Challenges, isDPoP)
		t, known := issued[m.Token]
		if m.Token == "" || !known || !strings.EqualFold(reading.Text(t.Answer, "token_type"), dpopType) || !sentProof(t) {
			return check.Unseen()
		}
		proof := m.Request.Header.Get(dpopHeader) != ""
		switch {
		case strings.EqualFold(m.Scheme, dpopType) && proof:
			return check.Good("the DPoP scheme, with a proof", m.ID)
		case strings.EqualFold(m.Scheme, dpopType):
			return check.Bad("a DPoP proof", "no DPoP header", t.ID, m.ID)
		case asked:
			return check.Bad("the DPoP scheme, with a proof", "the scheme "+m.Scheme, t.ID, m.ID)
		}
		return check.Unseen()
	})
}
