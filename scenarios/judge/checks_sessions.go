package judge

import "slices"

// secondSession is the action of an attempt in the second session of an
// installation.
const secondSession = "second-session"

// sessionChecks are about two sessions of one installation, and about a session
// that outlives what it knows of the servers.
func sessionChecks() []Check {
	return []Check{
		{
			ID: "persistence/sessions-share-tokens", Scenario: "C.10", Stage: DoorRefresh,
			Breaks: []Stage{DoorRefresh},
			Needs:  "a refresh in one session of an installation, and then a request of the other",
			Judge:  sessionsShareTokens,
		},
		{
			ID: "persistence/server-found-again", Scenario: "C.10", Stage: DoorServerMetadata,
			Breaks: []Stage{DoorCall, DoorRefresh, DoorAuthorize},
			Needs:  "an authorization request after a challenge whose metadata names another authorization server than before",
			Judge:  serverFoundAgain,
		},
	}
}

// sessionsShareTokens looks for a session that goes on with the refresh token
// that another session of the installation has had replaced. A server cannot
// tell that from a stolen one, and ends the grant of both (RFC 9700 section
// 4.14.2).
func sessionsShareTokens(v *View) Result {
	out := unseen()
	replaced := map[string]TokenRequest{}
	for _, t := range v.Tokens {
		sent := t.Form.Get("refresh_token")
		if t.Grant != "refresh_token" || sent == "" {
			continue
		}
		if by, old := replaced[sent]; old && v.second(by.ID) != v.second(t.ID) && t.At >= by.At+by.Took {
			return bad("the refresh token of exchange "+number(by.ID)+", which the other session was given",
				"sent the refresh token that it replaced", by.ID, t.ID)
		}
		if !t.OK || t.Refresh == "" || t.Refresh == sent {
			continue
		}
		replaced[sent] = t
		other := slices.IndexFunc(v.MCP, func(m MCPRequest) bool {
			return m.ID > t.ID && m.Token == t.Access && v.second(m.ID) != v.second(t.ID) && v.besides(m.ID)
		})
		if other >= 0 {
			out = good("went on with what the other session had renewed", t.ID, v.MCP[other].ID)
		}
	}
	return out
}

// second reports whether an exchange belongs to the second session.
func (v *View) second(id int) bool {
	return slices.ContainsFunc(v.Attempts, func(a Attempt) bool { return a.Action == secondSession && a.Within(id) })
}

// besides reports whether an exchange took place while there were two sessions.
func (v *View) besides(id int) bool {
	return slices.ContainsFunc(v.Attempts, func(a Attempt) bool { return a.Action == secondSession && a.First <= id })
}

// serverFoundAgain looks at the first login after the MCP server has named
// another authorization server and has refused a token with a challenge that
// leads to its metadata.
func serverFoundAgain(v *View) Result {
	moved := v.migrated()
	challenged := 0
	for _, m := range v.MCP {
		if moved > 0 && m.ID > moved && m.Status == 401 && m.Challenge.Param("resource_metadata") != "" {
			challenged = m.ID
			break
		}
	}
	if challenged == 0 {
		return unseen()
	}
	former := map[string]bool{}
	for _, a := range v.Authorizations {
		endpoint := withoutQuery(a.Request.URL)
		switch {
		case a.ID <= moved:
			former[endpoint] = true
		case a.ID < challenged:
		case former[endpoint]:
			return bad("an authorization request to the authorization server that the metadata names now",
				"asked the former one again, at "+endpoint, challenged, a.ID)
		default:
			return good("asked the authorization server that the metadata names now", challenged, a.ID)
		}
	}
	return unseen()
}
