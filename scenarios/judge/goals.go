package judge

import (
	"slices"
	"strings"
)

// The goals of the scenarios that come after the connection. A recording of
// another origin (a HAR file) has no attempts; there they look for the thing
// itself.

// works turns a list of attempts into a goal: each must end in a result.
func (v *View) works(attempts []Attempt, stage func(Attempt) Stage) goal {
	if len(attempts) == 0 {
		return goal{reason: "not attempted"}
	}
	for _, a := range attempts {
		if !a.Answered {
			return goal{tried: true, stage: stage(a), reason: a.Action + " " + a.Tool + ": no answer"}
		}
		if a.Status == "unsupported" {
			return goal{reason: "unsupported: " + clip(a.Words)}
		}
		if a.Status != "ok" || !v.served(a) {
			reason := clip(a.Words)
			if a.Status == "ok" {
				reason = strings.TrimSpace(a.Action+" "+a.Tool) + ": the client claims success, and no result was seen"
			}
			return goal{tried: true, stage: stage(a), reason: reason, code: v.code(v.progress(span{a.First, a.Last}))}
		}
	}
	return goal{reached: true, tried: true}
}

// served reports whether the wire bears out that the attempt succeeded: a
// client's own word is not enough.
func (v *View) served(a Attempt) bool {
	return slices.ContainsFunc(v.MCP, func(m MCPRequest) bool {
		return a.Within(m.ID) && m.Result && (a.Tool == "" || m.Tool == a.Tool)
	})
}

// doorOf is the door at which an attempt broke. A client that had a token and
// did not begin anew stands at the door that the refusal of the token leads to.
func (v *View) doorOf(a Attempt) Stage {
	s := span{a.First, a.Last}
	p := v.progress(s)
	held := lastOf(v.MCP, s, MCPRequest.authorized)
	switch {
	case p.Broken == "":
		return DoorCall
	case held == 0, p.Broken.index() >= DoorRegistration.index(), lastOf(v.ServerMetadata, s, every[Document]) > held:
		return p.Broken
	}
	for _, m := range v.MCP {
		switch {
		case m.ID != held:
		case m.Status == 401:
			return DoorRefresh
		case m.lacksScope():
			return DoorStepUp
		}
	}
	return DoorCall
}

func recovers(v *View) goal {
	if v.typedToken() && !v.asked(v.whole()) {
		return apart(withTypedToken + "its user renews it by hand")
	}
	if list := v.scenario("C.6"); len(list) > 0 {
		at, ok := v.switched(SwitchExpire)
		if !ok {
			return goal{reason: "tokens could not be expired"}
		}
		if g := v.works(list, func(Attempt) Stage { return DoorRefresh }); !g.reached {
			return g
		}
		return v.renewed(span{at + 1, list[len(list)-1].Last})
	}
	for _, t := range v.Tokens {
		if t.Grant != "refresh_token" {
			continue
		}
		used := slices.ContainsFunc(v.MCP, func(m MCPRequest) bool { return m.ID > t.ID && m.Token == t.Access && m.Status/100 == 2 })
		if t.OK && used {
			return goal{reached: true, tried: true}
		}
	}
	if slices.ContainsFunc(v.Tokens, func(t TokenRequest) bool { return t.Grant == "refresh_token" }) {
		return goal{tried: true, stage: DoorRefresh, reason: "no request succeeded with a refreshed token"}
	}
	return goal{reason: "no expiry on the recording"}
}

// renewed is the goal of a client whose call succeeded after its token had
// expired: it must be seen to have come by another. No rule obliges it to use a
// refresh token, but a login that the user would have been spared is said.
func (v *View) renewed(s span) goal {
	g := goal{reached: true, tried: true}
	refreshes := within(v.Tokens, s)
	renewed := slices.ContainsFunc(refreshes, func(t TokenRequest) bool { return t.OK })
	refreshes = slices.DeleteFunc(slices.Clone(refreshes), func(t TokenRequest) bool { return t.Grant != "refresh_token" })
	held := slices.ContainsFunc(v.Tokens, func(t TokenRequest) bool { return t.ID < s.first && t.Refresh != "" })
	switch {
	case !renewed:
		return goal{reason: "nothing was seen by which the client came by another token"}
	case slices.ContainsFunc(refreshes, func(t TokenRequest) bool { return t.OK }):
	case len(refreshes) > 0:
		g.remark = "logged in again after a refresh that was refused"
	case held:
		g.remark = "logged in again instead of refreshing; no rule obliges a client to use its refresh token"
	default:
		g.remark = "logged in again: there was no refresh token"
	}
	return g
}

func calls(v *View) goal {
	if list := v.scenario("C.7"); len(list) > 0 {
		return v.works(list, func(a Attempt) Stage {
			if m, ok := v.stepUp(); ok && a.Within(m.ID) {
				return DoorStepUp
			}
			return v.doorOf(a)
		})
	}
	if m, ok := v.stepUp(); ok {
		done := slices.ContainsFunc(v.MCP, func(n MCPRequest) bool { return n.ID > m.ID && n.Tool == m.Tool && n.Result })
		return goal{reached: done, tried: true, stage: DoorStepUp, reason: "no result after the step-up"}
	}
	if slices.ContainsFunc(v.MCP, func(m MCPRequest) bool { return m.Result && m.Token != "" }) {
		return goal{reached: true, tried: true}
	}
	return goal{reason: "no call on the recording"}
}

// copes wants every attempt answered: a denial ends without a result, a
// revocation ends in a result or in a message.
func copes(v *View) goal {
	list := v.scenario("C.9")
	if len(list) == 0 {
		return goal{reason: "not attempted"}
	}
	for _, a := range list {
		switch {
		case !a.Answered:
			return goal{tried: true, stage: v.doorOf(a), reason: a.Action + ": no answer"}
		case a.Status == "ok" && a.Denied && !v.typedToken():
			return goal{tried: true, stage: DoorConsent, reason: "claims success although the user denied consent"}
		case a.Status == "unsupported":
			return goal{reason: "unsupported: " + clip(a.Words)}
		case a.Status != "ok" && a.Words == "":
			return goal{tried: true, stage: v.doorOf(a), reason: "failed without a message"}
		}
	}
	if v.typedToken() && boundedAttempts(v).State == Unseen {
		return apart(withTypedToken + "nobody was asked to consent, and no server refused it")
	}
	return goal{reached: true, tried: true}
}

func persists(v *View) goal { return v.works(v.scenario("C.10"), v.doorOf) }
