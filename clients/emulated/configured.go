package emulated

// useTypedToken takes the access token that the user typed in for the
// client's own, and tells whether there was one.
func (s *Session) useTypedToken() bool {
	c := s.facts.Credentials
	if s.behaviour.Configured.AccessToken == "" || c == nil || c.BearerToken == "" {
		return false
	}
	s.setToken(tokens{access: c.BearerToken, kind: "Bearer"})
	return true
}

// typed tells whether a user typed the token in: nothing was asked for it and
// nothing can renew it.
func (t *tokens) typed() bool { return t.found == nil }

// knowsNoOAuth tells whether all that the client can do is send a token.
func (s *Session) knowsNoOAuth() bool { return s.behaviour.Configured.AccessToken == AccessTokenOnly }

// turnedAway is the end of a client that knows no OAuth; sent is nil when it
// had no token to send.
func turnedAway(c *challenge, sent *tokens) error {
	if sent == nil {
		return unsupported("the client knows no OAuth: it sends an access token that its user typed in, and the operator handed out none")
	}
	return fail("the MCP server refuses the access token that the user typed in, and the client knows no way to another%s", c.words())
}

// hasClientID tells whether the user has a client_id to type in.
func (s *Session) hasClientID() bool {
	return s.facts.Credentials != nil && s.facts.Credentials.ClientID != ""
}

// typedTarget is the authorization server of which the user typed in the
// endpoints; nil when the client has to discover it.
func (s *Session) typedTarget(c *challenge) (*target, error) {
	choice := s.behaviour.Configured.Endpoints
	if choice == "" {
		return nil, nil //nolint:nilnil // documented: nothing was typed in
	}
	if at := s.facts.Credentials; at != nil && at.AuthorizationEndpoint != "" && at.TokenEndpoint != "" {
		server := &serverMetadata{Authorization: at.AuthorizationEndpoint, Token: at.TokenEndpoint, typed: true}
		return &target{server: server, challenge: c}, nil
	}
	if choice == EndpointsOnly {
		return nil, unsupported(
			"the client discovers nothing: its user has to type in the authorization and the token endpoint, and the operator named none")
	}
	return nil, nil //nolint:nilnil // documented: nothing was typed in
}
