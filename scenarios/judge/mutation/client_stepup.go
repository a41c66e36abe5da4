package mutation

import (
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func clientStepUp() []Operator {
	return []Operator{
		client("step-up/not-done", func(s *scene) {
			x := s.first(lacksScope)
			if x == nil || s.first(granted, s.after(x)) == nil {
				return
			}
			s.end(x)
			y := s.put(x, x.again())
			z := s.put(y, y.again())
			s.blame("the same call again instead of a step-up", x, y, z)
		}, "MCP-STEP-4"),
		client("step-up/challenge-dropped", func(s *scene) {
			s.stepUpScope("only the scopes that were asked for before", func(before, _ string) string { return before })
		}, "MCP-STEP-5", "MCP-SBP-14", "MCP-SCOPE-4"),
		client("step-up/earlier-dropped", func(s *scene) {
			s.stepUpScope("only the scopes of the challenge", func(_, challenge string) string { return challenge })
		}, "MCP-STEP-5", "MCP-SBP-14", "MCP-SCOPE-7"),
		client("step-up/again-and-again", stepUpLoop, "MCP-STEP-6"),
		client("authorize/again-and-again", func(s *scene) {
			a := s.any(granted)
			if a == nil {
				return
			}
			s.end(a)
			base, back := a.location()
			a.setLocation(base, append(pairs{{"error", "access_denied"}}, back.without("code")...))
			at := []*step{a}
			for range 24 {
				x := s.put(at[len(at)-1], a.again())
				s.fresh(x)
				at = append(at, x)
			}
			s.blame("asks 25 times for what the user denied", at...)
		}, "MCP-STEP-6"),
	}
}

// lacksScope is a call that was refused for lack of scope.
func lacksScope(x *step) bool {
	return x.role == mcpCall && x.status() == 403 && param(x.challenge(), "error") == "insufficient_scope"
}

// stepUpScope changes the scope of the authorization request after a challenge.
func (s *scene) stepUpScope(what string, change func(before, challenge string) string) {
	c := s.first(lacksScope)
	if c == nil {
		return
	}
	a, before := s.first(granted, s.after(c)), s.first(granted, s.before(c))
	if a == nil || before == nil || before.query().get("scope") == "" {
		return
	}
	earlier, challenge := before.query().get("scope"), param(c.challenge(), "scope")
	scope := change(earlier, challenge)
	// Where the one holds the other there is nothing to leave out.
	if scope == withScope(earlier, strings.Fields(challenge)...) || scope == withScope(challenge, strings.Fields(earlier)...) {
		return
	}
	a.setQuery(a.query().with("scope", scope))
	s.blame(what, a)
}

// fresh gives a copy of an authorization request a state and a challenge of its
// own; it returns the verifier.
func (s *scene) fresh(a *step) string {
	verifier, challenge := s.verifier("legal")
	state := s.hex(32)
	a.setQuery(a.query().with("state", state).with("code_challenge", challenge))
	base, back := a.location()
	if back.has("code") {
		back = back.with("code", s.secret())
	}
	a.setLocation(base, back.with("state", state))
	return verifier
}

// stepUpLoop has the client authorize again and again for a call that goes on
// being refused.
func stepUpLoop(s *scene) {
	c := s.first(lacksScope)
	if c == nil {
		return
	}
	a := s.first(granted, s.after(c), func(x *step) bool { return s.redemption(x) != nil })
	if a == nil {
		return
	}
	t := s.redemption(a)
	s.end(t)
	last := t
	var at []*step
	for i := range 25 {
		if i > 0 {
			again := s.put(last, a.again())
			verifier := s.fresh(again)
			_, back := again.location()
			last = s.put(again, t.again())
			last.setForm(last.form().with("code", back.get("code")).with("code_verifier", verifier))
			last.editAnswer(func(doc map[string]any) { doc["access_token"] = s.secret() })
			at = append(at, again)
		}
		call := s.put(last, c.again())
		call.Request.Header.Set("Authorization", "Bearer "+reading.Text(last.answer(), "access_token"))
		last = call
		at = append(at, call)
	}
	s.blame("25 step-ups for one call", at...)
}
