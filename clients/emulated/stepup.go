package emulated

import (
	"context"
	"strings"
)

// defaultStepUps is how often one call steps up where the profile names no
// number.
const defaultStepUps = 3

// stepUp reacts to a 403 with error insufficient_scope (MCP 2026-07-28,
// step-up authorization flow). When it returns nil the request may be sent
// again.
func (s *Session) stepUp(ctx context.Context, c *challenge, sent *tokens, a *attempts) error {
	b := s.behaviour.StepUp
	missing := strings.Join(c.scopes(), " ")
	if b.Response == StepUpNever || sent == nil || s.knowsNoOAuth() {
		return fail("the MCP server wants scope %q%s", missing, c.words())
	}
	limit := b.MaxAttempts
	if limit == 0 {
		limit = defaultStepUps
	}
	if a.stepUps >= limit {
		return fail("the MCP server still wants scope %q after %d attempts%s", missing, a.stepUps, c.words())
	}
	a.stepUps++
	if b.Response == StepUpRefreshes {
		if a.refreshes > 0 || !s.refreshes(*sent) {
			return fail("the MCP server wants scope %q, which a refresh does not bring%s", missing, c.words())
		}
		a.refreshes++
		return s.refresh(ctx, *sent)
	}
	var scope []string
	switch b.Scope {
	case StepUpChallenge:
		scope = c.scopes()
	case StepUpSame:
		scope = sent.requested
	default:
		scope = union(sent.requested, c.scopes())
	}
	if containsAll(sent.requested, scope) && b.Repeats != StepUpRepeated {
		return fail("the MCP server wants scope %q, which was asked for and not granted%s", missing, c.words())
	}
	l := login{challenge: c, scope: scope, stepUp: true}
	if b.Discovery != RediscoverAll {
		l.known = sent.found
	}
	return s.login(ctx, l)
}
