package server

import (
	"math"
	"net/http"
	"time"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// answered judges the client's requests to the MCP endpoint that were answered.
func answered(judge func(v *reading.View, m reading.MCPRequest) check.Result) func(v *reading.View) check.Result {
	return func(v *reading.View) check.Result {
		return check.Each(v.MCP, func(m reading.MCPRequest) check.Result {
			if m.Response == nil {
				return check.Unseen()
			}
			return judge(v, m)
		})
	}
}

// requests are those of them that carry a message.
func requests(judge func(v *reading.View, m reading.MCPRequest) check.Result) func(v *reading.View) check.Result {
	return answered(func(v *reading.View, m reading.MCPRequest) check.Result {
		if m.Request.Method != http.MethodPost {
			return check.Unseen()
		}
		return judge(v, m)
	})
}

// demandsToken is the refusal that shows that a request like this one needs a
// token: the same method and tool, or the handshake that comes before all, was
// answered 401 without one. Without it a server that served a bad token may have
// served anybody.
func demandsToken(v *reading.View, m reading.MCPRequest) (int, bool) {
	for _, other := range v.MCP {
		handshake := other.Method == "initialize" || other.Method == "server/discover"
		if v.Bare(other) && other.Status == http.StatusUnauthorized && (handshake || other.Method == m.Method && other.Tool == m.Tool) {
			return other.ID, true
		}
	}
	return 0, false
}

// taken reports whether a server did what a request asks for: it has a result, or a
// notification was accepted.
func taken(m reading.MCPRequest) bool { return m.Result || m.Status == http.StatusAccepted }

func accessAnswerChecks() []check.Check {
	call := []reading.Door{reading.DoorCall, reading.DoorRefresh}
	about := []check.Topic{check.AccessToken}
	return []check.Check{
		{
			ID: "call/invalid-token-status", Scenario: "C.9", Stage: reading.DoorCall, Breaks: call, About: about,
			Needs: "an answer that says that the token is not valid",
			Judge: answered(func(_ *reading.View, m reading.MCPRequest) check.Result {
				body := reading.Object(m.Response.Body.Text)
				switch {
				case m.Token == "" || m.Status/100 == 2,
					m.Challenge.Param("error") != "invalid_token" && reading.Text(body, "error") != "invalid_token":
					return check.Unseen()
				case m.Status != http.StatusUnauthorized:
					return check.Bad("401 for a token that is not valid", reading.Status(m.Exchange), m.ID)
				}
				return check.Good("401", m.ID)
			}),
		},
		{
			ID: "call/expired-token-refused", Scenario: "C.9", Stage: reading.DoorCall, About: about,
			Needs: "a request with an access token that has expired, where a request without a token is refused",
			Judge: requests(func(v *reading.View, m reading.MCPRequest) check.Result {
				expired, ok := expiry(v, m)
				demanded, asks := demandsToken(v, m)
				switch {
				case !ok || !asks:
					return check.Unseen()
				case taken(m):
					return check.Bad("401 for a token that expired "+expired, reading.Status(m.Exchange), demanded, m.ID)
				case m.Status == http.StatusUnauthorized:
					return check.Good("401", m.ID)
				}
				return check.Unseen()
			}),
		},
		{
			ID: "call/query-token-refused", Scenario: "C.7", Stage: reading.DoorCall, About: about,
			Needs: "a request with a token in the query only, where a request without a token is refused",
			Judge: requests(func(v *reading.View, m reading.MCPRequest) check.Result {
				demanded, asks := demandsToken(v, m)
				switch {
				case !m.QueryToken || m.Token != "" || !asks || !v.Recorded.Authorization():
					return check.Unseen()
				case m.Result:
					return check.Bad("a token in the query refused", reading.Status(m.Exchange), demanded, m.ID)
				}
				return check.Good(reading.Status(m.Exchange), m.ID)
			}),
		},
		{
			ID: "call/session-is-no-token", Scenario: "C.9", Stage: reading.DoorCall, About: about,
			Needs: "a request with the handle of a session and no token, where a request without either is refused",
			Judge: requests(func(v *reading.View, m reading.MCPRequest) check.Result {
				demanded, asks := demandsToken(v, m)
				switch {
				case m.Token != "" || m.QueryToken || m.Request.Header.Get("Mcp-Session-Id") == "",
					!asks || demanded == m.ID || !v.Recorded.Authorization():
					return check.Unseen()
				case m.Result:
					return check.Bad("401 for a session without a token", reading.Status(m.Exchange), demanded, m.ID)
				case m.Status == http.StatusUnauthorized:
					return check.Good("401", m.ID)
				}
				return check.Unseen()
			}),
		},
		{
			ID: "call/bound-token-needs-proof", Scenario: "C.7", Stage: reading.DoorCall, About: []check.Topic{check.DPoP},
			Needs: "a bound token as Bearer, or without a proof, where a request without a token is refused",
			Judge: requests(func(v *reading.View, m reading.MCPRequest) check.Result {
				_, asks := demandsToken(v, m)
				token, ok := trace.ParseMasked(m.Token)
				switch {
				case !asks || !ok || token.JWT == nil || token.JWT.Confirmation() == "" || m.Scheme == "DPoP" && m.Request.Header.Get("DPoP") != "":
					return check.Unseen()
				case taken(m):
					return check.Bad("a bound token refused without its proof", reading.Status(m.Exchange)+" for the scheme "+m.Scheme, m.ID)
				}
				return check.Good(reading.Status(m.Exchange), m.ID)
			}),
		},
	}
}

// skew is how far clocks may differ, and how late a server may be to forget a
// token.
const skew = 10 * time.Minute

// expiry says when the access token of a request had expired, well before the
// request was sent; false where that is not so, or not known. A JWT says it
// itself, of any other token the answer that brought it has the lifetime (RFC 6749
// section 5.1).
func expiry(v *reading.View, m reading.MCPRequest) (string, bool) {
	token, ok := trace.ParseMasked(m.Token)
	if ok && token.JWT != nil && !v.Rec.Started.IsZero() {
		if at, dated := token.JWT.Time("exp"); dated {
			return "at " + at.UTC().Format(time.RFC3339), v.Rec.Started.Add(m.At).After(at.Add(skew))
		}
	}
	for _, t := range v.Tokens {
		seconds, dated := t.Answer["expires_in"].(float64)
		if !t.OK || t.Access != m.Token || t.ID > m.ID || !dated || seconds < 0 || seconds > math.MaxInt32 {
			continue
		}
		lifetime := time.Duration(seconds) * time.Second
		return lifetime.String() + " after exchange " + check.Number(t.ID), m.At > t.At+t.Took+lifetime+skew
	}
	return "", false
}
