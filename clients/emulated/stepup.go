package emulated

import (
	"context"
	"errors"
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
	if b.Response == StepUpRefreshes || b.Response == StepUpRefreshesFirst && (s.refreshes(*sent) || a.refreshes > 0) {
		if a.refreshes > 0 || !s.refreshes(*sent) {
			return fail("the MCP server wants scope %q, which a refresh does not bring%s", missing, c.words())
		}
		a.refreshes++
		return s.refresh(ctx, *sent)
	}
	scope := b.scope(sent.requested, c.scopes())
	if containsAll(sent.requested, scope) && b.Repeats != StepUpRepeated {
		return fail("the MCP server wants scope %q, which was asked for and not granted%s", missing, c.words())
	}
	return s.loginForStepUp(ctx, c, sent, scope)
}

// scope is what is asked for when some was asked for before and some is
// missing.
func (b StepUp) scope(requested, missing []string) []string {
	switch b.Scope {
	case StepUpChallenge:
		return missing
	case StepUpSame:
		return requested
	default:
		return union(requested, missing)
	}
}

func (s *Session) loginForStepUp(ctx context.Context, c *challenge, sent *tokens, scope []string) error {
	b := s.behaviour.StepUp
	l := login{challenge: c, scope: scope, stepUp: true}
	if b.Discovery != RediscoverAll {
		l.known = sent.found
	}
	if err := s.login(ctx, l); err != nil {
		return err
	}
	if b.After == HandshakeAfterStepUp && s.program.Load().conn.Load() != nil {
		return errConnectAnew
	}
	return nil
}

// errConnectAnew says that the connection ended with the step-up.
var errConnectAnew = errors.New("the client has to connect anew after the login")
