package emulated

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/mcpcompat/mcpcompat/clients"
)

// tokenFor returns the token for the next request on a connection; nil means
// none.
func (s *Session) tokenFor(ctx context.Context, conn *connection, a *attempts) (*tokens, error) {
	if conn.held != nil {
		return conn.held, nil
	}
	if conn.bare {
		conn.raced, conn.bare = false, false
		if t, ok := s.token(); ok {
			a.withheld = &t
		}
		return nil, nil //nolint:nilnil // documented: none
	}
	if conn.raced {
		conn.raced = false
		a.refreshes++
	}
	t, err := s.fresh(ctx, a)
	if err == nil && s.holds() {
		conn.held = t
	}
	return t, err
}

// holds tells whether the client goes on with a token once it has one.
func (s *Session) holds() bool {
	switch s.behaviour.Refresh.Held {
	case HeldConnection:
		return true
	case HeldFirstConnection:
		return s.program.Load().loggedIn.Load()
	default:
		return false
	}
}

// streamToken is the token for the GET stream; nil means none.
func (s *Session) streamToken(ctx context.Context, conn *connection) *tokens {
	if conn.held != nil {
		return conn.held
	}
	s.race(ctx, conn)
	if t, ok := s.token(); ok {
		return &t
	}
	return nil
}

// race refreshes twice with one refresh token, as two requests do that know
// nothing of each other: that of the GET stream and the one after it. They are
// sent one after the other so that every run is the same; a server cannot tell
// the difference. Where the second is refused, its request has no token.
func (s *Session) race(ctx context.Context, conn *connection) {
	t, ok := s.token()
	if !ok || s.behaviour.Refresh.Concurrency != RefreshRacing || !s.ending(t) || !s.refreshes(t) {
		return
	}
	if err := s.redeem(ctx, t, t.registration); err != nil {
		return
	}
	won, _ := s.token()
	err := s.redeem(ctx, t, t.registration)
	if err != nil {
		s.setToken(won)
	}
	conn.raced, conn.bare = true, err != nil
}

// refreshForServer is a refresh because the MCP server refused the token. Some
// clients register once more for it.
func (s *Session) refreshForServer(ctx context.Context, old tokens) error {
	name := s.behaviour.Refresh.RegistersAs
	if name == "" {
		return s.refresh(ctx, old)
	}
	r, err := s.registerWithoutRedirect(ctx, name, old.found.server)
	if err != nil {
		return err
	}
	return s.redeem(ctx, old, r)
}

// registerWithoutRedirect makes the registration of Refresh.RegistersAs. No
// correct server accepts it: a client of the authorization code grant needs a
// redirect URI (RFC 7591 section 2).
func (s *Session) registerWithoutRedirect(ctx context.Context, name string, server *serverMetadata) (registration, error) {
	if server.Registration == "" {
		words := "registration before a refresh: the server does not support dynamic client registration"
		return registration{}, &tokenError{code: "invalid_client_metadata", stop: stop{status: clients.Failed, words: words}}
	}
	members := []member{
		{"client_name", name},
		{"redirect_uris", []string{}},
		{"grant_types", []string{}},
		{"response_types", []string{}},
		{"token_endpoint_auth_method", "none"},
	}
	body, err := encodeMembers(members, nil)
	if err != nil {
		return registration{}, fail("registration request: %s", err)
	}
	a, err := s.http().ask(ctx, toRegistration, request{
		method: http.MethodPost, url: server.Registration, body: string(body), contentType: "application/json",
	})
	if err != nil {
		return registration{}, err
	}
	var answered struct {
		ClientID string `json:"client_id"`
	}
	if a.status >= http.StatusBadRequest || json.Unmarshal(a.body, &answered) != nil || answered.ClientID == "" {
		words := "registration before a refresh: " + a.oauthError()
		return registration{}, &tokenError{code: "invalid_client_metadata", stop: stop{status: clients.Failed, words: words}}
	}
	return registration{method: DynamicMethod, clientID: answered.ClientID}, nil
}
