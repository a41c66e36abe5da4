package judge

import (
	"net/http"
	"slices"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/client"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// overTime measures how the client fared as time went by; nil where it had no
// token that could have come to its end.
func overTime(v *reading.View) *report.OverTime {
	if !slices.ContainsFunc(v.Tokens, func(t reading.TokenRequest) bool { return t.OK }) {
		return nil
	}
	out := &report.OverTime{Restart: restarted(v)}
	for _, a := range v.Attempts {
		if a.Tool != "" {
			out.Calls++
		}
	}
	out.Second, out.Turn = secondSession(v)
	countRefreshes(v, out)
	row := reading.UnusedRefreshes(v)
	if out.Row = len(row); out.Row > 0 {
		first, last := row[0], row[len(row)-1]
		out.RowMS = (last.At + last.Took - first.At).Milliseconds()
	}
	return out
}

// countRefreshes reads token requests and refusals in the order in which they
// came.
func countRefreshes(v *reading.View, out *report.OverTime) {
	mcp, refused := v.MCP, false
	replaced := map[string]bool{}
	for _, t := range v.Tokens {
		for ; len(mcp) > 0 && mcp[0].ID < t.ID; mcp = mcp[1:] {
			refused = refused || refusesToken(mcp[0])
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
func shorter(than int, t reading.TokenRequest) int {
	seconds, ok := t.Answer["expires_in"].(float64)
	if !ok || than > 0 && than <= int(seconds) {
		return than
	}
	return int(seconds)
}

// refusesToken reports whether the server would not take the token of a request.
func refusesToken(m reading.MCPRequest) bool {
	return m.Token != "" && (m.Status == http.StatusUnauthorized || m.Status == http.StatusForbidden)
}

// restarted is how the client came back after its first restart with a login.
func restarted(v *reading.View) report.Resumption {
	for i, a := range v.Attempts {
		if a.Action != "restart" || !loggedInBefore(v, a.First) {
			continue
		}
		back := v.Attempts[i : i+1]
		if next := i + 1; next < len(v.Attempts) && v.Attempts[next].Action == "call" { // some ask for nothing before they have to
			back = v.Attempts[i : i+2]
		}
		return resumed(v, back)
	}
	return ""
}

// loggedInBefore reports whether the last token that was sent before an exchange
// was taken.
func loggedInBefore(v *reading.View, id int) bool {
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
func secondSession(v *reading.View) (begins, turn report.Resumption) {
	for i, a := range v.Attempts {
		switch {
		case a.Action != reading.SecondSession:
		case a.Tool == "" && loggedInBefore(v, a.First):
			begins = resumed(v, v.Attempts[i:i+1])
		case a.Tool != "":
			turn = resumed(v, v.Attempts[i:i+1])
		}
	}
	if turn != "" && client.SessionsShareTokens(v).State == check.Broken {
		turn = report.Collided
	}
	return begins, turn
}

// resumed is how a client went on in one attempt or in two that belong together.
// The last one says what came of it.
func resumed(v *reading.View, attempts []reading.Attempt) report.Resumption {
	within := func(id int) bool {
		return slices.ContainsFunc(attempts, func(a reading.Attempt) bool { return a.Within(id) })
	}
	switch {
	case attempts[len(attempts)-1].Status != "ok":
		return report.Stopped
	case slices.ContainsFunc(v.Authorizations, func(a reading.Authorization) bool { return within(a.ID) }):
		return report.LoggedIn
	case slices.ContainsFunc(v.Tokens, func(t reading.TokenRequest) bool { return t.Grant == "refresh_token" && within(t.ID) }):
		return report.Renewed
	case slices.ContainsFunc(v.MCP, func(m reading.MCPRequest) bool { return m.Token != "" && m.Status/100 == 2 && within(m.ID) }):
		return report.Kept
	}
	return ""
}
