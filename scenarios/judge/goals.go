package judge

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/client"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// works turns a list of attempts into a goal: each must end in a result.
func works(v *reading.View, attempts []reading.Attempt, stage func(reading.Attempt) reading.Door) goal {
	if len(attempts) == 0 {
		return goal{reason: "not attempted"}
	}
	for _, a := range attempts {
		if !a.Answered {
			return missed(v, a, stage(a), strings.TrimSpace(a.Action+" "+a.Tool)+": no answer in time")
		}
		if a.Status == "unsupported" {
			return goal{reason: "unsupported: " + reading.Clip(a.Words)}
		}
		if a.Status != "ok" || !served(v, a) {
			reason := reading.Clip(a.Words)
			if a.Status == "ok" {
				reason = strings.TrimSpace(a.Action+" "+a.Tool) + ": the client claims success, and no result was seen"
			}
			return missed(v, a, stage(a), reason)
		}
	}
	return goal{reached: true, tried: true}
}

// missed is the goal of an attempt that did not get through a door.
func missed(v *reading.View, a reading.Attempt, door reading.Door, reason string) goal {
	g := goal{tried: true, stage: door, reason: reason, obstacle: inAttempt(v, a, door)}
	if a.Status != "ok" {
		g.says = reading.Clip(a.Words)
	}
	return g
}

// served reports whether the wire bears out that the attempt succeeded: a
// client's own word is not enough.
func served(v *reading.View, a reading.Attempt) bool {
	return slices.ContainsFunc(v.MCP, func(m reading.MCPRequest) bool {
		return a.Within(m.ID) && m.Result && (a.Tool == "" || m.Tool == a.Tool)
	})
}

// doorOf is the door at which an attempt broke. A client that had a token and
// did not begin anew stands at the door that the refusal of the token leads to.
func doorOf(v *reading.View, a reading.Attempt) reading.Door {
	s := reading.Span{First: a.First, Last: a.Last}
	p := v.Progress(s)
	held := reading.LastOf(v.MCP, s, reading.MCPRequest.Authorized)
	switch {
	case p.Broken == "":
		return reading.DoorCall
	case held == 0, p.Broken.Index() >= reading.DoorRegistration.Index(),
		reading.LastOf(v.ServerMetadata, s, reading.Every[reading.Document]) > held:
		return p.Broken
	}
	for _, m := range v.MCP {
		switch {
		case m.ID != held:
		case m.Status == 401:
			return reading.DoorRefresh
		case m.LacksScope():
			return reading.DoorStepUp
		}
	}
	return reading.DoorCall
}

// afterExpiry is the door at which a client broke whose token had expired: one
// that began anew stands where it came to, another at the refresh.
func afterExpiry(v *reading.View, a reading.Attempt) reading.Door {
	if d := doorOf(v, a); d.Index() >= reading.DoorRegistration.Index() && d.Index() < reading.DoorCall.Index() {
		return d
	}
	return reading.DoorRefresh
}

func recovers(v *reading.View) goal {
	if v.TypedToken() && !v.Asked(v.Whole()) {
		return apart(withTypedToken + "its user renews it by hand")
	}
	if list := v.Scenario("C.6"); len(list) > 0 {
		at, ok := v.Switched(reading.SwitchExpire)
		if !ok {
			return goal{reason: "tokens could not be expired"}
		}
		if g := works(v, list, func(a reading.Attempt) reading.Door { return afterExpiry(v, a) }); !g.reached {
			return g
		}
		return renewed(v, reading.Span{First: at + 1, Last: list[len(list)-1].Last})
	}
	for _, t := range v.Tokens {
		if t.Grant != "refresh_token" {
			continue
		}
		used := slices.ContainsFunc(v.MCP, func(m reading.MCPRequest) bool { return m.ID > t.ID && m.Token == t.Access && m.Status/100 == 2 })
		if t.OK && used {
			return goal{reached: true, tried: true}
		}
	}
	if i := lastRefresh(v); i >= 0 {
		if t := v.Tokens[i]; t.OK && !slices.ContainsFunc(v.MCP, func(m reading.MCPRequest) bool { return m.ID > t.ID }) {
			return goal{reason: "the recording ends after the refresh"}
		}
		return goal{
			tried: true, stage: reading.DoorRefresh, reason: "no request succeeded with a refreshed token",
			obstacle: atTokenDoor(v, v.Tokens[i]),
		}
	}
	return outlives(v)
}

// outlives is the goal of a client whose token was refused after it had been
// good, where no refresh is on the recording.
func outlives(v *reading.View) goal {
	expired := v.Expired()
	if len(expired) == 0 || len(v.Attempts) > 0 {
		return goal{reason: "no expiry on the recording"}
	}
	e := expired[len(expired)-1]
	served := func(m reading.MCPRequest) bool {
		return m.ID > e.Refused && m.Token != "" && m.Token != e.Token && m.Status/100 == 2
	}
	switch {
	case slices.ContainsFunc(v.MCP, served):
		return renewed(v, reading.Span{First: e.Refused + 1, Last: v.Whole().Last})
	case !slices.ContainsFunc(v.Authorizations, func(a reading.Authorization) bool { return a.ID > e.Refused }):
		return goal{reason: "the recording ends after the expiry"}
	}
	return goal{reason: "the recording ends before another token was used"}
}

// renewed is the goal of a client whose call succeeded after its token had
// expired: it must be seen to have come by another. No rule obliges it to use a
// refresh token, but a login that the user would have been spared is said.
func renewed(v *reading.View, s reading.Span) goal {
	g := goal{reached: true, tried: true}
	refreshes := reading.Within(v.Tokens, s)
	renewed := slices.ContainsFunc(refreshes, func(t reading.TokenRequest) bool { return t.OK })
	refreshes = slices.DeleteFunc(slices.Clone(refreshes), func(t reading.TokenRequest) bool { return t.Grant != "refresh_token" })
	held := slices.ContainsFunc(v.Tokens, func(t reading.TokenRequest) bool { return t.ID < s.First && t.Refresh != "" })
	switch {
	case !renewed:
		return goal{reason: "nothing was seen by which the client came by another token"}
	case slices.ContainsFunc(refreshes, func(t reading.TokenRequest) bool { return t.OK }):
	case len(refreshes) > 0:
		g.remark = "logged in again after a refresh that was refused"
	case held:
		g.remark = "logged in again instead of refreshing; no rule obliges a client to use its refresh token"
	default:
		g.remark = "logged in again: there was no refresh token"
	}
	return g
}

func calls(v *reading.View) goal {
	if list := v.Scenario("C.7"); len(list) > 0 {
		return works(v, list, func(a reading.Attempt) reading.Door {
			if m, ok := v.StepUp(); ok && a.Within(m.ID) {
				return reading.DoorStepUp
			}
			return doorOf(v, a)
		})
	}
	if m, ok := v.StepUp(); ok {
		if ends := endsInStepUp(v, m); ends != "" {
			return goal{reason: ends}
		}
		done := slices.ContainsFunc(v.MCP, func(n reading.MCPRequest) bool { return n.ID > m.ID && n.Tool == m.Tool && n.Result })
		return goal{
			reached: done, tried: true, stage: reading.DoorStepUp, reason: "no result after the step-up",
			obstacle: afterChallenge(v, m),
		}
	}
	if slices.ContainsFunc(v.MCP, func(m reading.MCPRequest) bool { return m.Result && m.Token != "" }) {
		return goal{reached: true, tried: true}
	}
	return goal{reason: "no call on the recording"}
}

// endsInStepUp says why an imported recording does not show whether a client
// stepped up, "" where it does.
func endsInStepUp(v *reading.View, m reading.MCPRequest) string {
	a, again := v.SteppedUp(m.ID)
	switch {
	case len(v.Attempts) > 0:
		return ""
	case v.EndsWith(m.ID):
		return "the recording ends with the 403 answer"
	case !again:
		return ""
	}
	later := reading.Span{First: a.ID + 1, Last: v.Whole().Last}
	called := slices.ContainsFunc(reading.Within(v.MCP, later), func(n reading.MCPRequest) bool { return n.Tool == m.Tool })
	served := slices.ContainsFunc(reading.Within(v.MCP, later), func(n reading.MCPRequest) bool { return n.Result })
	if !called && served {
		return "the recording ends before the tool was called again"
	}
	return ""
}

// copes wants every attempt answered: a denial ends without a result, a
// revocation ends in a result or in a message.
func copes(v *reading.View) goal {
	list := v.Scenario("C.9")
	if len(list) == 0 {
		return goal{reason: "not attempted"}
	}
	for _, a := range list {
		switch {
		case !a.Answered:
			return missed(v, a, doorOf(v, a), a.Action+": no answer in time")
		case a.Status == "ok" && a.Denied && !v.TypedToken():
			return missed(v, a, reading.DoorConsent, "claims success although the user denied consent")
		case a.Status == "unsupported":
			return goal{reason: "unsupported: " + reading.Clip(a.Words)}
		case a.Status != "ok" && a.Words == "":
			return missed(v, a, doorOf(v, a), "failed without a message")
		}
	}
	if v.TypedToken() && client.BoundedAttempts(v).State == check.NotSeen {
		return apart(withTypedToken + "nobody was asked to consent, and no server refused it")
	}
	return goal{reached: true, tried: true}
}

func persists(v *reading.View) goal {
	return works(v, v.Scenario("C.10"), func(a reading.Attempt) reading.Door { return doorOf(v, a) })
}

// lastRefresh is the index of the last refresh request, -1 for none.
func lastRefresh(v *reading.View) int {
	for i, t := range slices.Backward(v.Tokens) {
		if t.Grant == "refresh_token" {
			return i
		}
	}
	return -1
}

// afterChallenge is the obstacle of a client that did not get through a step-up:
// what turned it away after the challenge, else the challenge itself.
func afterChallenge(v *reading.View, m reading.MCPRequest) *report.Obstacle {
	s := v.AttemptSpan(m.ID)
	s.First = m.ID + 1
	if o := lastRefusal(v, s, reading.DoorStepUp); o != nil {
		return o
	}
	return stopped(v, m.ID)
}
