package judge

import (
	"slices"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// Scenario is one thing that is attempted in a cell, as the judge sees it.
type Scenario struct {
	ID   string
	Name string
	// Shows says what a green scenario has shown on the wire.
	Shows string
	// Promises are the checks that must have spoken before the scenario may
	// be green, as far as the revision has their requirement.
	Promises []string
	// goal reports whether the scenario came to where it should.
	goal func(v *reading.View) goal
	// later says that it is attempted only once the client is in.
	later bool
}

// goal is whether a scenario reached its end.
type goal struct {
	reached bool
	tried   bool // false: nothing was seen of it
	stage   reading.Door
	reason  string
	// obstacle is what stood in the way; nil where nothing did.
	obstacle *report.Obstacle
	says     string // the client's own words about it, "" for none
	later    bool   // of a scenario that comes after the way in
	apart    string // why the scenario does not apply; "" where it does
	// unowed is why nothing could be seen of what the scenario promises; "" where
	// it could.
	unowed string
	// remark is what a reader must know of a goal that was reached; "" for nothing.
	remark string
	// scenario is the ID of the one that was missed, "" for one that was not.
	scenario string
}

// Scenarios returns C.1 to C.10, the columns of the compatibility report
// template, in order.
func Scenarios() []Scenario {
	return []Scenario{
		{
			ID: "C.1", Name: "discovery", Promises: []string{"discovery/as-metadata-order"},
			Shows: "challenge, protected resource metadata (the challenge's URL first, then by path, then at the root), " +
				"authorization server metadata in the prescribed order",
			goal: passes(reading.DoorServerMetadata),
		},
		{
			ID: "C.2", Name: "registration", Promises: []string{"registration/client-id-before-authorize"},
			Shows: "a client_id: pre-registered, by metadata document, by dynamic registration; refusals handled",
			goal:  passes(reading.DoorRegistration),
		},
		{
			ID: "C.3", Name: "pkce", Promises: []string{"pkce/challenge-sent", "pkce/s256-used", "pkce/verifier-matches"},
			Shows: "S256, an authorization server that does not list it refused, the verifier matches",
			goal:  asks,
		},
		{
			ID: "C.4", Name: "authorization", Promises: []string{"authorize/required-parameters", "authorize/resource-sent", "authorize/state-sent"},
			Shows: "scope, resource, state, redirect URI and port; consent given in a browser",
			goal:  passes(reading.DoorConsent),
		},
		{
			ID: "C.5", Name: "token", Promises: []string{"token/resource-sent", "token/code-used-once", "token/one-auth-method"},
			Shows: "code exchange, client authentication, audience, scope, iss (RFC 9207)",
			goal:  passes(reading.DoorToken),
		},
		{
			ID: "C.6", Name: "refresh",
			Shows: "a call after the access token expired: refresh with rotation, or a new authorization where there is no refresh token",
			goal:  recovers, later: true,
		},
		{
			ID: "C.7", Name: "tool-call", Promises: []string{"call/token-in-header", "call/no-token-in-query"},
			Shows: "the token on every request, and a step-up for a tool that needs more scope",
			goal:  calls, later: true,
		},
		{
			ID: "C.8", Name: "end-to-end", Promises: []string{"call/token-in-header"},
			Shows: "from nothing to a tool result, as a user would",
			goal:  connects,
		},
		{
			ID: "C.9", Name: "errors", Promises: []string{"errors/bounded-attempts"},
			Shows: "denied consent, revoked tokens: a clear end or a new start, no loop, no storm",
			goal:  copes, later: true,
		},
		{
			ID: "C.10", Name: "persistence",
			Shows: "a restart, a second session at once, another authorization server: it works again",
			goal:  persists, later: true,
		},
	}
}

// passes makes the goal of a scenario that is about the way to one door.
func passes(door reading.Door) func(v *reading.View) goal {
	return func(v *reading.View) goal {
		switch {
		case v.TypedToken():
			return apart(withTypedToken + "nothing led up to it")
		case door == reading.DoorServerMetadata && v.TypedEndpoints():
			return apart(withTypedEndpoints + "there was nothing to discover")
		}
		p := v.Connect()
		switch {
		case p.Broken == "" || slices.Contains(p.Passed, door) || p.Broken.Index() > door.Index():
			g := goal{reached: true, tried: true}
			if door == reading.DoorServerMetadata {
				g.unowed = unnamed(v)
			}
			return g
		case p.Broken == door, door == reading.DoorServerMetadata, door == reading.DoorConsent && p.Broken == reading.DoorAuthorize,
			door == reading.DoorToken && p.Broken == reading.DoorCallback:
			return broke(v, p)
		}
		return goal{reason: "broke before, at " + string(p.Broken)}
	}
}

// asks is the goal of a scenario about the authorization request itself.
func asks(v *reading.View) goal {
	if len(v.Authorizations) > 0 {
		return goal{reached: true, tried: true}
	}
	if v.TypedToken() {
		return apart(withTypedToken + "no authorization was asked for")
	}
	return goal{reason: "broke before, at " + string(v.Connect().Broken)}
}

// broke is the goal of a first flow that ended at a door.
func broke(v *reading.View, p reading.Progress) goal {
	g := goal{tried: true, stage: p.Broken}
	if p.Broken == "" {
		g.reached = true
		return g
	}
	g.obstacle, g.says = obstacle(v, p), v.FirstWords()
	for _, a := range v.Attempts {
		if a.Status == "ok" && a.Answered {
			continue
		}
		if !a.Answered || a.Status == reading.StatusTimedOut || a.Status == reading.StatusBlocked {
			g.obstacle = inAttempt(v, a, p.Broken)
		}
		break // what the first failed attempt ended with decides
	}
	g.reason = g.obstacle.String()
	return g
}

func connects(v *reading.View) goal {
	return broke(v, v.Connect())
}
