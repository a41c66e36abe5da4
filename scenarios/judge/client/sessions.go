package client

import (
	"net/http"
	"slices"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// sessionChecks are about two sessions of one installation, and about a session
// that outlives what it knows of the servers.
func sessionChecks() []check.Check {
	return []check.Check{
		{
			ID: "persistence/sessions-share-tokens", Scenario: "C.10", Stage: reading.DoorRefresh,
			Breaks: []reading.Door{reading.DoorRefresh},
			About:  []check.Topic{check.RefreshToken},
			Needs:  "a refresh in one session of an installation, and then a request of the other",
			Judge:  SessionsShareTokens,
		},
		{
			ID: "persistence/server-found-again", Scenario: "C.10", Stage: reading.DoorServerMetadata,
			Breaks: []reading.Door{reading.DoorCall, reading.DoorRefresh, reading.DoorAuthorize},
			About:  []check.Topic{check.AccessToken, check.ClientID, check.RefreshToken, check.Issuer},
			Needs:  "an authorization request after a challenge whose metadata names another authorization server than before",
			Judge:  serverFoundAgain,
		},
	}
}

// SessionsShareTokens looks for a session that goes on with the refresh token
// that another session of the installation has had replaced. A server cannot
// tell that from a stolen one, and ends the grant of both (RFC 9700 section
// 4.14.2).
func SessionsShareTokens(v *reading.View) check.Result {
	out := check.Unseen()
	replaced := map[string]reading.TokenRequest{}
	for _, t := range v.Tokens {
		sent := t.Form.Get("refresh_token")
		if t.Grant != "refresh_token" || sent == "" {
			continue
		}
		if by, old := replaced[sent]; old && second(v, by.ID) != second(v, t.ID) && t.At >= by.At+by.Took {
			return check.Bad("the refresh token of exchange "+check.Number(by.ID)+", which the other session was given",
				"sent the refresh token that it replaced", by.ID, t.ID)
		}
		if !t.OK || t.Refresh == "" || t.Refresh == sent {
			continue
		}
		replaced[sent] = t
		other := slices.IndexFunc(v.MCP, func(m reading.MCPRequest) bool {
			return m.ID > t.ID && m.Token == t.Access && second(v, m.ID) != second(v, t.ID) && besides(v, m.ID)
		})
		if other >= 0 {
			out = check.Good("went on with what the other session had renewed", t.ID, v.MCP[other].ID)
		}
	}
	return out
}

// second reports whether an exchange belongs to the second session.
func second(v *reading.View, id int) bool {
	return slices.ContainsFunc(v.Attempts, func(a reading.Attempt) bool { return a.Action == reading.SecondSession && a.Within(id) })
}

// besides reports whether an exchange took place while there were two sessions.
func besides(v *reading.View, id int) bool {
	return slices.ContainsFunc(v.Attempts, func(a reading.Attempt) bool { return a.Action == reading.SecondSession && a.First <= id })
}

// serverFoundAgain looks at the first login after the MCP server has named
// another authorization server and has refused a token with a challenge that
// leads to its metadata.
func serverFoundAgain(v *reading.View) check.Result {
	moved := migrated(v)
	challenged := 0
	for _, m := range v.MCP {
		if moved > 0 && m.ID > moved && m.Status == 401 && m.Challenge.Param("resource_metadata") != "" {
			challenged = m.ID
			break
		}
	}
	if challenged == 0 {
		return check.Unseen()
	}
	former := map[string]bool{}
	for _, a := range v.Authorizations {
		endpoint := reading.WithoutQuery(a.Request.URL)
		switch {
		case a.ID <= moved:
			former[endpoint] = true
		case a.ID < challenged:
		case former[endpoint]:
			return check.Bad("an authorization request to the authorization server that the metadata names now",
				"asked the former one again, at "+endpoint, challenged, a.ID)
		default:
			return check.Good("asked the authorization server that the metadata names now", challenged, a.ID)
		}
	}
	return readAgain(v, challenged)
}

// readAgain is about a client that asked no authorization server after the
// challenge: it must at least have read the metadata that the challenge names.
func readAgain(v *reading.View, challenged int) check.Result {
	if len(v.Attempts) == 0 {
		return check.Unseen() // nobody knows whether the client had come to its end
	}
	s := v.AttemptSpan(challenged)
	for _, d := range v.ResourceMetadata {
		if d.ID > challenged && s.Has(d.ID) {
			return check.Unseen()
		}
	}
	refused := []int{challenged}
	for _, m := range v.MCP {
		switch {
		case m.ID <= challenged || !s.Has(m.ID):
		case m.Status == http.StatusUnauthorized:
			refused = append(refused, m.ID)
		case m.Result:
			return check.Unseen()
		}
	}
	return check.Bad("a request for the metadata that the challenge names", "did not read it again", refused...)
}
