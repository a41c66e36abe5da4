package server

import (
	"net/http"
	"time"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// requests judges the client's POSTs to the MCP endpoint that were answered.
func requests(judge func(v *reading.View, m reading.MCPRequest) check.Result) func(v *reading.View) check.Result {
	return func(v *reading.View) check.Result {
		return check.Each(v.MCP, func(m reading.MCPRequest) check.Result {
			if m.Response == nil || m.Request.Method != http.MethodPost {
				return check.Unseen()
			}
			return judge(v, m)
		})
	}
}

// demandsToken is the refusal that shows that a request like this one needs a
// token: the same method and tool without one was answered 401. Without it a
// server that served a bad token may have served anybody.
func demandsToken(v *reading.View, m reading.MCPRequest) (int, bool) {
	for _, other := range v.MCP {
		if other.Token == "" && other.Status == http.StatusUnauthorized && other.Method == m.Method && other.Tool == m.Tool {
			return other.ID, true
		}
	}
	return 0, false
}

func accessAnswerChecks() []check.Check {
	call := []reading.Door{reading.DoorCall, reading.DoorRefresh}
	about := []check.Topic{check.AccessToken}
	return []check.Check{
		{
			ID: "call/invalid-token-status", Scenario: "C.9", Stage: reading.DoorCall, Breaks: call, About: about,
			Needs: "an answer that says that the token is not valid",
			Judge: requests(func(_ *reading.View, m reading.MCPRequest) check.Result {
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
			Needs: "a request with a JWT access token that has expired, where a request without a token is refused",
			Judge: requests(func(v *reading.View, m reading.MCPRequest) check.Result {
				expired, ok := expiredAt(v, m)
				demanded, asks := demandsToken(v, m)
				switch {
				case !ok || !asks:
					return check.Unseen()
				case m.Result:
					return check.Bad("401 for a token that expired at "+expired.UTC().Format(time.RFC3339), reading.Status(m.Exchange), demanded, m.ID)
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
				case !m.QueryToken || m.Token != "" || !asks || !tokenShown(v):
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
				case m.Token != "" || m.QueryToken || m.Request.Header.Get("Mcp-Session-Id") == "" || !asks || demanded == m.ID || !tokenShown(v):
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
				case m.Result:
					return check.Bad("a bound token refused without its proof", reading.Status(m.Exchange)+" for the scheme "+m.Scheme, m.ID)
				}
				return check.Good(reading.Status(m.Exchange), m.ID)
			}),
		},
	}
}

// expiredAt is when the JWT access token of a request had expired, well before the
// request was sent; false for others. Clocks may differ by a few minutes.
func expiredAt(v *reading.View, m reading.MCPRequest) (time.Time, bool) {
	const skew = 10 * time.Minute
	token, ok := trace.ParseMasked(m.Token)
	if !ok || token.JWT == nil || v.Rec.Started.IsZero() {
		return time.Time{}, false
	}
	at, ok := token.JWT.Time("exp")
	return at, ok && v.Rec.Started.Add(m.At).After(at.Add(skew))
}
