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
	if b.Response == StepUpRefreshes || b.Response == StepUpRefreshesFirst && (s.refreshes(*sent) || a.refreshes > 0) {
		return s.refreshForStepUp(ctx, c, sent, a)
	}
	scope := s.stepUpScope(c, sent)
	if containsAll(sent.requested, scope) && b.Repeats != StepUpRepeated {
		return fail("the MCP server wants scope %q, which was asked for and not granted%s", missing, c.words())
	}
	return s.loginForStepUp(ctx, c, sent, scope)
}

// refreshForStepUp is what clients do that take a missing scope for an old
// token.
func (s *Session) refreshForStepUp(ctx context.Context, c *challenge, sent *tokens, a *attempts) error {
	if a.refreshes > 0 || !s.refreshes(*sent) {
		return fail("the MCP server wants scope %q, which a refresh does not bring%s", strings.Join(c.scopes(), " "), c.words())
	}
	a.refreshes++
	if s.behaviour.StepUp.Discovery == RediscoverAll {
		if _, err := s.discoverAgain(ctx, c); err != nil {
			return err
		}
	}
	return s.refreshForServer(ctx, *sent)
}

// stepUpScope is what the client asks for when it steps up.
func (s *Session) stepUpScope(c *challenge, sent *tokens) []string {
	both := union(sent.requested, c.scopes())
	switch s.behaviour.StepUp.Scope {
	case StepUpChallenge:
		return c.scopes()
	case StepUpSame:
		return sent.requested
	case StepUpFirst:
		if m := sent.found.resource; m != nil && containsAll(m.Scopes, both) && containsAll(both, m.Scopes) {
			return s.store.first(s.facts.MCPURL, nil)
		}
	}
	return both
}

func (s *Session) loginForStepUp(ctx context.Context, c *challenge, sent *tokens, scope []string) error {
	b := s.behaviour.StepUp
	l := login{challenge: c, scope: scope, stepUp: true}
	switch {
	case b.Response == StepUpLogin:
		s.rereadForUser(ctx, c)
		l.challenge, l.stepUp = nil, false
	case b.Discovery != RediscoverAll:
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

// rereadForUser is what happens between a missing scope and the login that the
// user then starts: what the program reads when it says so, and what it reads
// at the beginning of every login.
func (s *Session) rereadForUser(ctx context.Context, c *challenge) {
	if s.behaviour.StepUp.Discovery == RediscoverAll {
		_, _ = s.discoverAgain(ctx, c)
	}
	s.lookAround(ctx)
}
