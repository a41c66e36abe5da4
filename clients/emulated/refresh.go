package emulated

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// attempts bounds what one MCP request may set in motion.
type attempts struct {
	logins, refreshes, stepUps, nonces, races int
	// withheld is the token that a request went without; see Session.race.
	withheld *tokens
}

// fresh returns the token for the next request; nil means none. A token that
// is about to end is replaced first.
func (s *Session) fresh(ctx context.Context, a *attempts) (*tokens, error) {
	t, ok := s.token()
	if !ok {
		return nil, nil //nolint:nilnil // documented: no token is no error
	}
	if !s.ending(t) || a.refreshes > 0 || !s.refreshes(t) {
		return &t, nil
	}
	a.refreshes++
	s.reread(ctx, s.behaviour.Refresh.ProactiveDiscovery, nil)
	for range s.proactiveRefreshes() {
		if err := s.refresh(ctx, t); err != nil {
			if !isTokenError(err) {
				return nil, err
			}
			break
		}
		if t, ok = s.token(); !ok || !s.ending(t) || !s.refreshes(t) {
			break
		}
	}
	t, ok = s.token()
	if !ok {
		return nil, nil //nolint:nilnil // documented: no token is no error
	}
	return &t, nil
}

// repeatedRefreshes bounds the refreshes in a row of a client that knows no
// bound.
const repeatedRefreshes = 12

// proactiveRefreshes is how often a token is replaced before a request at
// most.
func (s *Session) proactiveRefreshes() int {
	if s.behaviour.Refresh.ShortLived == ShortLivedRepeated {
		return repeatedRefreshes
	}
	return 1
}

// ending tells whether a token is to be replaced before it is used.
func (s *Session) ending(t tokens) bool {
	early := time.Duration(s.behaviour.Refresh.ProactiveSeconds) * time.Second
	return !t.expires.IsZero() && time.Now().Add(early).After(t.expires)
}

func (s *Session) refreshes(t tokens) bool {
	return t.refresh != "" && s.behaviour.Refresh.Supported != NoRefresh
}

// refresh replaces the tokens (RFC 6749 section 6) unless somebody else has
// replaced them since. Only one refresh of an installation runs at a time: a
// rotated refresh token that is sent twice would end the grant.
func (s *Session) refresh(ctx context.Context, old tokens) error {
	select {
	case s.store.refreshing <- struct{}{}:
		defer func() { <-s.store.refreshing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if now, ok := s.token(); !ok || now.access != old.access {
		return nil
	}
	return s.redeem(ctx, old, old.registration)
}

// redeem sends a refresh token with the client_id of r.
func (s *Session) redeem(ctx context.Context, old tokens, r registration) error {
	var p pairs
	p = p.with("grant_type", "refresh_token")
	p = p.with("refresh_token", old.refresh)
	if s.behaviour.Refresh.Scope == RefreshScopeSent {
		p = p.with("scope", strings.Join(old.requested, " "))
	}
	p = p.with("resource", s.resourceValue(s.behaviour.Resource.Refresh, old.found.resourceName()))
	server, proves := old.found.server, old.kind == "DPoP"
	a, err := s.form(ctx, server.Token, p, server, r, proves)
	if err != nil {
		return err
	}
	t, err := readTokens(s.behaviour.TokenAuth.asJSON(a), proves)
	if err != nil {
		if isTokenError(err) {
			old.refresh = "" // it is spent; the user has to log in again
			s.setToken(old)
		}
		return err
	}
	if t.refresh == "" || s.behaviour.Refresh.Rotation == RotationIgnored {
		t.refresh = old.refresh
	}
	t.requested, t.found, t.registration = old.requested, old.found, old.registration
	s.setToken(t)
	return nil
}

// isTokenError tells an answer of the token endpoint from a failure to get one.
func isTokenError(err error) bool { return tokenErrorCode(err) != "" }

// tokenErrorCode is the code of an answer of the token endpoint; "" for
// everything else.
func tokenErrorCode(err error) string {
	if te, ok := errors.AsType[*tokenError](err); ok {
		return te.code
	}
	return ""
}

// unauthorized reacts to a 401. sent is the token that was refused, nil if
// none was sent. When it returns nil the request may be sent again.
func (s *Session) unauthorized(ctx context.Context, c *challenge, sent *tokens, a *attempts) error {
	if a.logins > 0 {
		return fail("the MCP server refuses the token that was just issued%s", c.words())
	}
	if s.knowsNoOAuth() {
		return turnedAway(c, sent)
	}
	if sent == nil {
		sent = a.withheld
	}
	if sent == nil || sent.typed() {
		a.logins++
		s.dropToken()
		return s.login(ctx, login{challenge: c})
	}
	if now, ok := s.token(); ok && now.access != sent.access && a.races == 0 {
		a.races++ // another session of the installation has renewed it
		return nil
	}
	anew := s.behaviour.Refresh.After == HandshakeAfterUnauthorized && s.program.Load().conn.Load() != nil
	if anew {
		s.leave(ctx, s.program.Load())
	}
	if err := s.regain(ctx, c, sent, a); err != nil {
		return err
	}
	if anew {
		return errConnectAnew
	}
	return nil
}

// regain comes by another token in place of one that was refused.
func (s *Session) regain(ctx context.Context, c *challenge, sent *tokens, a *attempts) error {
	if c == nil && s.behaviour.Refresh.Unchallenged == UnchallengedFails {
		return fail("the MCP server refuses the token without a challenge")
	}
	l := login{challenge: c}
	switch s.behaviour.Refresh.OnUnauthorized {
	case UnauthorizedFails:
		return fail("the MCP server refuses the token%s", c.words())
	case UnauthorizedAuthorizes, UnauthorizedRegisters:
		l.registerAnew = s.behaviour.Refresh.OnUnauthorized == UnauthorizedRegisters
		if s.behaviour.Refresh.Discovery == RediscoverNothing {
			l.known = sent.found.after(c)
		}
	default:
		refreshed := a.refreshes > 0
		t, done, err := s.renew(ctx, c, sent, a)
		if done {
			return err
		}
		if err := s.helpless(c, refreshed); err != nil {
			return err
		}
		l.unopened = s.behaviour.Refresh.Failed == RefreshFailureUnopened && s.program.Load().conn.Load() != nil
		l.known = t
	}
	a.logins++
	s.dropToken()
	return s.login(ctx, l)
}

// helpless is the error of a program that does not log in again by itself when
// a refresh has not helped. While it connects the user is there, and does.
func (s *Session) helpless(c *challenge, refreshed bool) error {
	failed := s.behaviour.Refresh.Failed
	if s.program.Load().conn.Load() != nil && (failed == RefreshFailureFails || failed == RefreshedTokenFails && refreshed) {
		return fail("the MCP server refuses the token, and no other is to be had%s", c.words())
	}
	return nil
}

// renew tries a refresh after a 401. done says that it was tried and settled
// the matter; otherwise the user must log in, at t if it is known.
func (s *Session) renew(ctx context.Context, c *challenge, sent *tokens, a *attempts) (t *target, done bool, err error) {
	t, moved := s.rediscover(ctx, c, sent)
	if moved || a.refreshes > 0 || !s.refreshes(*sent) {
		return t, false, nil
	}
	a.refreshes++
	if t != nil && s.behaviour.Refresh.Server == RefreshAtFound {
		elsewhere := *sent
		elsewhere.found, sent = t, &elsewhere
	}
	if err := s.refreshForServer(ctx, *sent); err == nil || !isTokenError(err) {
		return t, true, err
	} else if tokenErrorCode(err) == "invalid_client" {
		s.store.dropRegistration(sent.found.server.Issuer)
	}
	return t, false, nil
}

// rediscover reads again what the profile reads before a refresh. moved says
// that the MCP server names other authorization servers now, whose business
// the old tokens are not (MCP 2026-07-28, SEP-2352).
func (s *Session) rediscover(ctx context.Context, c *challenge, sent *tokens) (t *target, moved bool) {
	if sent.found.server.typed {
		return sent.found, false
	}
	switch s.behaviour.Refresh.Discovery {
	case RediscoverNothing:
		return nil, false
	case RediscoverAll:
		t, err := s.discoverAgain(ctx, c)
		if err != nil {
			return nil, false
		}
		if t.server.asked == sent.found.server.asked || s.behaviour.Refresh.Server == RefreshAtFound {
			return t, false
		}
	default:
		m, err := s.readResourceMetadata(ctx, c)
		if err != nil || m == nil {
			return nil, false
		}
		if slices.Contains(m.AuthorizationServers, sent.found.server.asked) {
			return &target{resource: m, server: sent.found.server, challenge: c}, false
		}
	}
	return nil, s.behaviour.Registration.Binding != BindingIgnored
}

// after is a target that was found before, with the newest challenge.
func (t *target) after(c *challenge) *target {
	next := *t
	next.challenge = c
	return &next
}

// words are the error of a challenge for a person.
func (c *challenge) words() string {
	if c.param("error") == "" {
		return ""
	}
	words := ": " + c.param("error")
	if d := c.param("error_description"); d != "" {
		words += ": " + d
	}
	return words
}
