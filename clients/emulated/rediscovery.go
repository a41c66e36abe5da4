package emulated

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// probe sends the request with which the client begins a discovery, if it has
// one, and returns the challenge of the answer; c where there is none.
func (s *Session) probe(ctx context.Context, c *challenge) *challenge {
	q := request{url: s.facts.MCPURL, header: http.Header{}}
	switch s.behaviour.Discovery.Probe {
	case ProbeGet:
		q.method = http.MethodGet
	case ProbeHead:
		q.method = http.MethodHead
	case ProbePing:
		q.method, q.contentType = http.MethodPost, "application/json"
		q.body = `{"jsonrpc":"2.0","id":"probe","method":"ping","params":{}}`
	default:
		return c
	}
	if v := s.behaviour.Discovery.ProbeVersion; v != "" {
		q.header.Set(headerProtocolVersion, v)
	}
	a, err := s.http().ask(ctx, toProbe, q)
	if err != nil {
		return c
	}
	if answered := s.chosen(a.header); answered != nil {
		return answered
	}
	return c
}

// discover finds the authorization server of the MCP server for a login.
func (s *Session) discover(ctx context.Context, c *challenge) (*target, error) {
	return s.discoverAgain(ctx, s.probe(ctx, c))
}

// discoverAgain is discover for a client that goes by the challenge it has.
func (s *Session) discoverAgain(ctx context.Context, c *challenge) (*target, error) {
	known := s.store.server(s.facts.MCPURL)
	order := s.behaviour.Discovery.Order
	if order == "" || known == "" {
		return s.discoverFirst(ctx, c)
	}
	server, err := s.readServerMetadata(ctx, known)
	if err != nil {
		return s.discoverFirst(ctx, c)
	}
	m, err := s.readResourceMetadata(ctx, c)
	if err != nil {
		return nil, err
	}
	if m != nil && order != ServerKept && !slices.Contains(m.AuthorizationServers, known) {
		if server, err = s.chooseServer(ctx, m.AuthorizationServers); err != nil {
			return nil, err
		}
	}
	return &target{resource: m, server: server, challenge: c}, nil
}

// reread reads both metadata documents where the profile does so without
// acting on them.
func (s *Session) reread(ctx context.Context, when Reading, c *challenge) {
	if when == ReadBoth {
		_, _ = s.discover(ctx, c)
	}
}

// registrationEndpoint is where the client registers; "" if it finds none.
func (s *Session) registrationEndpoint(ctx context.Context, server *serverMetadata) string {
	lookup := s.behaviour.Registration.Dynamic.Lookup
	if lookup == "" {
		return server.Registration
	}
	u, err := s.http().guard.check("the authorization server's issuer", server.asked)
	if err != nil {
		return ""
	}
	root := *u
	root.Path, root.RawPath = "", ""
	at := []string{serverMetadataURL(OAuthMetadata, &root), serverMetadataURL(OpenIDMetadata, &root)}
	if lookup == LookupRootFirst {
		for _, place := range s.serverMetadataPlaces() {
			at = append(at, serverMetadataURL(place, u))
		}
	}
	tried := map[string]bool{}
	for _, where := range at {
		if tried[where] {
			continue
		}
		tried[where] = true
		if m, err := s.fetchServerMetadata(ctx, where); err == nil {
			return m.Registration
		}
	}
	return ""
}

// sameOrigin tells whether two URLs have the same origin (RFC 6454 section 5).
func sameOrigin(a, b string) bool {
	u, errA := url.Parse(a)
	v, errB := url.Parse(b)
	return errA == nil && errB == nil && strings.EqualFold(origin(u), origin(v))
}
