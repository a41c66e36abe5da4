package emulated

import (
	"context"
)

// login is what leads to an authorization request.
type login struct {
	// challenge is what the server answered; nil without an MCP request.
	challenge *challenge
	// scope is asked for instead of what the metadata suggest; nil for the
	// first login.
	scope []string
	// stepUp says that a scope was missing.
	stepUp bool
	// registerAnew says that an earlier registration is not used again.
	registerAnew bool
	// unopened says that no browser is opened: all that comes before is done.
	unopened bool
	// known is what discovery found before, if it need not be repeated.
	known *target
}

// login goes from discovery to tokens, which it stores.
func (s *Session) login(ctx context.Context, l login) error {
	t := l.known
	if t == nil {
		var err error
		if t, err = s.discover(ctx, l.challenge); err != nil {
			return err
		}
	}
	if !l.stepUp {
		s.store.first(s.facts.MCPURL, t.challenge.scopes())
	}
	r, at, err := s.register(ctx, t, l)
	if err != nil {
		return err
	}
	if l.unopened {
		return fail("the user has to log in again")
	}
	scope := l.scope
	if scope == nil {
		scope = s.requestedScope(t)
	}
	granted, err := s.authorize(ctx, &grant{target: t, registration: r, redirect: at, scope: scope})
	if err != nil {
		return err
	}
	s.setToken(granted)
	s.program.Load().loggedIn.Store(true)
	return nil
}
