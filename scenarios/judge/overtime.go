package judge

import (
	"net/http"
	"slices"

	"github.com/mcpcompat/mcpcompat/report"
)

// overTime measures how the client fared as time went by; nil where it had no
// token that could have come to its end.
func (v *View) overTime() *report.OverTime {
	if !slices.ContainsFunc(v.Tokens, func(t TokenRequest) bool { return t.OK }) {
		return nil
	}
	out := &report.OverTime{Restart: v.restarted()}
	for _, a := range v.Attempts {
		if a.Tool != "" {
			out.Calls++
		}
	}
	out.Second, out.Turn = v.secondSession()
	v.countRefreshes(out)
	row := unusedRefreshes(v)
	if out.Row = len(row); out.Row > 0 {
		first, last := row[0], row[len(row)-1]
		out.RowMS = (last.At + last.Took - first.At).Milliseconds()
	}
	return out
}

// countRefreshes reads token requests and refusals in the order in which they
// came.
func (v *View) countRefreshes(out *report.OverTime) {
	mcp, refused := v.MCP, false
	replaced := map[string]bool{}
	for _, t := range v.Tokens {
		for ; len(mcp) > 0 && mcp[0].ID < t.ID; mcp = mcp[1:] {
			refused = refused || mcp[0].refusesToken()
		}
		if t.Grant == "refresh_token" {
			sent := t.Form.Get("refresh_token")
			out.Refreshes++
			out.Unasked += one(!refused)
			out.Again += one(replaced[sent])
			replaced[sent] = replaced[sent] || t.OK && t.Refresh != "" && t.Refresh != sent
		}
		if t.OK {
			out.Lifetime, refused = shorter(out.Lifetime, t), false
		}
	}
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// shorter is the lifetime of the token in an answer where that is shorter, or
// the first that is known.
func shorter(than int, t TokenRequest) int {
	seconds, ok := t.Answer["expires_in"].(float64)
	if !ok || than > 0 && than <= int(seconds) {
		return than
	}
	return int(seconds)
}

// refusesToken reports whether the server would not take the token of a request.
func (m MCPRequest) refusesToken() bool {
	return m.Token != "" && (m.Status == http.StatusUnauthorized || m.Status == http.StatusForbidden)
}

// unusedRefreshes is the longest row of refreshes of whose tokens none was used.
func unusedRefreshes(v *View) []TokenRequest {
	used := map[string]bool{}
	for _, m := range v.MCP {
		used[m.Token] = true
	}
	var run, longest []TokenRequest
	for _, t := range v.Tokens {
		switch {
		case t.Grant != "refresh_token" || !t.OK:
			continue
		case used[t.Access]:
			run = nil
			continue
		}
		if run = append(run, t); len(run) > len(longest) {
			longest = run
		}
	}
	return longest
}

// restarted is how the client came back after its first restart with a login.
func (v *View) restarted() report.Resumption {
	for i, a := range v.Attempts {
		if a.Action != "restart" || !v.loggedInBefore(a.First) {
			continue
		}
		back := v.Attempts[i : i+1]
		if next := i + 1; next < len(v.Attempts) && v.Attempts[next].Action == "call" { // some ask for nothing before they have to
			back = v.Attempts[i : i+2]
		}
		return v.resumed(back)
	}
	return ""
}

// loggedInBefore reports whether the last token that was sent before an exchange
// was taken.
func (v *View) loggedInBefore(id int) bool {
	good := false
	for _, m := range v.MCP {
		if m.ID < id && m.Token != "" {
			good = m.Status/100 == 2
		}
	}
	return good
}

// secondSession is how a session beside the first one began, and how it went on
// when the token of both had ended.
func (v *View) secondSession() (begins, turn report.Resumption) {
	for i, a := range v.Attempts {
		switch {
		case a.Action != secondSession:
		case a.Tool == "" && v.loggedInBefore(a.First):
			begins = v.resumed(v.Attempts[i : i+1])
		case a.Tool != "":
			turn = v.resumed(v.Attempts[i : i+1])
		}
	}
	if turn != "" && sessionsShareTokens(v).State == Bad {
		turn = report.Collided
	}
	return begins, turn
}

// resumed is how a client went on in one attempt or in two that belong together.
// The last one says what came of it.
func (v *View) resumed(attempts []Attempt) report.Resumption {
	within := func(id int) bool { return slices.ContainsFunc(attempts, func(a Attempt) bool { return a.Within(id) }) }
	switch {
	case attempts[len(attempts)-1].Status != "ok":
		return report.Stopped
	case slices.ContainsFunc(v.Authorizations, func(a Authorization) bool { return within(a.ID) }):
		return report.LoggedIn
	case slices.ContainsFunc(v.Tokens, func(t TokenRequest) bool { return t.Grant == "refresh_token" && within(t.ID) }):
		return report.Renewed
	case slices.ContainsFunc(v.MCP, func(m MCPRequest) bool { return m.Token != "" && m.Status/100 == 2 && within(m.ID) }):
		return report.Kept
	}
	return ""
}
