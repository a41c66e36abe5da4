package emulated

import (
	"context"
	"net/http"
)

// lookAround sends the requests that the client makes before the flow proper.
// Whatever comes back, the flow does the same again and acts on it then.
func (s *Session) lookAround(ctx context.Context) {
	var seen *challenge
	var found *target
	for _, p := range s.behaviour.Discovery.Before {
		switch p {
		case PreliminaryGet:
			if a, err := s.http().ask(ctx, toMCP, request{method: http.MethodGet, url: s.facts.MCPURL}); err == nil {
				seen = s.chosen(a.header)
			}
		case PreliminaryInitialize:
			conn := &connection{}
			if r, err := s.post(ctx, conn, s.initializeMessage(), nil); err == nil {
				seen = r.challenge
			}
		case PreliminaryMetadata:
			found, _ = s.discoverFirst(ctx, s.probe(ctx, seen))
		case PreliminaryMetadataByPath:
			found, _ = s.discoverByPath(ctx, seen)
		case PreliminaryRegister:
			if found != nil && s.facts.Credentials == nil {
				_, _, _ = s.register(ctx, found, login{registerAnew: true})
			}
		}
	}
}

// discoverByPath is discovery as mcp-remote does it by itself: the MCP URL
// stands in for the issuer where there is no protected resource metadata, and
// the root of the issuer's origin is tried besides the issuer's path.
func (s *Session) discoverByPath(ctx context.Context, c *challenge) (*target, error) {
	places := []ServerMetadataPlace{OAuthMetadata, OAuthAtRoot, OpenIDMetadata, OpenIDAppended}
	m, err := s.readResourceMetadata(ctx, c)
	issuer := s.facts.MCPURL
	if err == nil && m != nil {
		issuer = m.AuthorizationServers[0]
	}
	server, err := s.readServerMetadataAt(ctx, issuer, places)
	if err != nil {
		return nil, err
	}
	return &target{resource: m, server: server, challenge: c}, nil
}
