package emulated

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// serverMetadata is authorization server metadata (RFC 8414 section 2) as far
// as a client uses it.
type serverMetadata struct {
	Issuer         string   `json:"issuer"`
	Authorization  string   `json:"authorization_endpoint"`
	Token          string   `json:"token_endpoint"`
	Registration   string   `json:"registration_endpoint"`
	Pushed         string   `json:"pushed_authorization_request_endpoint"`
	Scopes         []string `json:"scopes_supported"`
	PKCEMethods    []string `json:"code_challenge_methods_supported"`
	AuthMethods    []string `json:"token_endpoint_auth_methods_supported"`
	IssSupported   bool     `json:"authorization_response_iss_parameter_supported"`
	Documents      bool     `json:"client_id_metadata_document_supported"`
	PushedRequired bool     `json:"require_pushed_authorization_requests"`

	// asked is the issuer as the protected resource metadata names it.
	asked string
	// typed says that the user typed the endpoints in: nothing else is known of
	// the server, not even its issuer.
	typed bool
	// assumed says that there was no document: the endpoints are the defaults
	// of revision 2025-03-26, and nothing is known of the rest.
	assumed bool
}

// target is what discovery found.
type target struct {
	resource *resourceMetadata // nil without protected resource metadata
	server   *serverMetadata
	// challenge is what the MCP server asked for; nil when the client started
	// without asking it.
	challenge *challenge
}

// discoverFirst finds the authorization server of the MCP server when none is
// known, in the specification's order.
func (s *Session) discoverFirst(ctx context.Context, c *challenge) (*target, error) {
	if t, err := s.typedTarget(c); t != nil || err != nil {
		return t, err
	}
	m, err := s.readResourceMetadata(ctx, c)
	if err == nil && m != nil {
		server, err := s.namedServer(ctx, m)
		if err != nil {
			return nil, err
		}
		return &target{resource: m, server: server, challenge: c}, nil
	}
	legacy := s.legacy()
	if legacy == LegacyNever || isRefusal(err) {
		return nil, err
	}
	server, legacyErr := s.legacyServer(ctx, legacy)
	if legacyErr != nil {
		if err != nil {
			legacyErr = worst("no authorization server found", []error{err, legacyErr})
		}
		return nil, legacyErr
	}
	return &target{server: server, challenge: c}, nil
}

// legacy is what the client does without protected resource metadata.
func (s *Session) legacy() Legacy {
	if s.behaviour.Discovery.Legacy != "" {
		return s.behaviour.Discovery.Legacy
	}
	if s.facts.Revision == "2025-03-26" {
		return LegacyEndpoints
	}
	return LegacyNever
}

// legacyServer takes the MCP server's origin for the authorization server
// (revision 2025-03-26).
func (s *Session) legacyServer(ctx context.Context, legacy Legacy) (*serverMetadata, error) {
	at := origin(s.mcpURL)
	server, err := s.readServerMetadata(ctx, at)
	if err == nil || isRefusal(err) || legacy == LegacyMetadata {
		return server, err
	}
	return assumedServer(at), nil
}

// assumedServer has the endpoints of revision 2025-03-26.
func assumedServer(at string) *serverMetadata {
	return &serverMetadata{
		Issuer: at, Authorization: at + "/authorize", Token: at + "/token", Registration: at + "/register",
		asked: at, assumed: true,
	}
}

// namedServer is the authorization server that the resource's metadata names,
// or what the client makes do with.
func (s *Session) namedServer(ctx context.Context, m *resourceMetadata) (*serverMetadata, error) {
	server, err := s.chooseServer(ctx, m.AuthorizationServers)
	if err == nil || isRefusal(err) {
		return server, err
	}
	switch s.behaviour.Discovery.Legacy {
	case LegacyAfterAll:
		return s.legacyServer(ctx, LegacyEndpoints)
	case LegacyAnywhere:
		if u, parseErr := url.Parse(m.AuthorizationServers[0]); parseErr == nil {
			return assumedServer(origin(u)), nil
		}
	case LegacyMetadata, LegacyEndpoints, LegacyNever:
	}
	return nil, err
}

// chooseServer takes the first authorization server that works, or the first.
func (s *Session) chooseServer(ctx context.Context, issuers []string) (*serverMetadata, error) {
	if s.behaviour.Discovery.AuthorizationServers == FirstServerOnly {
		issuers = issuers[:1]
	}
	var reasons []error
	for _, issuer := range issuers {
		server, err := s.readServerMetadata(ctx, issuer)
		if err == nil {
			return server, nil
		}
		reasons = append(reasons, err)
	}
	return nil, worst("no usable authorization server metadata", reasons)
}

// readServerMetadata tries the places where the issuer's metadata may be.
func (s *Session) readServerMetadata(ctx context.Context, issuer string) (*serverMetadata, error) {
	return s.readServerMetadataAt(ctx, issuer, s.serverMetadataPlaces())
}

func (s *Session) readServerMetadataAt(ctx context.Context, issuer string, places []ServerMetadataPlace) (*serverMetadata, error) {
	u, err := s.http().guard.check("the authorization server's issuer", issuer)
	if err != nil {
		return nil, err
	}
	var reasons []error
	tried := map[string]bool{}
	for _, place := range places {
		where := serverMetadataURL(place, u)
		if tried[where] {
			continue
		}
		tried[where] = true
		m, err := s.fetchServerMetadata(ctx, where)
		if err == nil {
			err = s.checkIdentity(m, where, issuer)
		}
		if err == nil {
			return m, s.checkServer(m, where)
		}
		reasons = append(reasons, err)
	}
	return nil, worst("issuer "+issuer, reasons)
}

func (s *Session) serverMetadataPlaces() []ServerMetadataPlace {
	if places := s.behaviour.Discovery.ServerMetadata; places != nil {
		return places
	}
	return []ServerMetadataPlace{OAuthMetadata, OpenIDMetadata, OpenIDAppended}
}

func serverMetadataURL(place ServerMetadataPlace, issuer *url.URL) string {
	switch place {
	case OAuthMetadata:
		return wellKnown(issuer, "/.well-known/oauth-authorization-server")
	case OpenIDMetadata:
		return wellKnown(issuer, "/.well-known/openid-configuration")
	case OpenIDAppended:
		return origin(issuer) + strings.TrimSuffix(issuer.EscapedPath(), "/") + "/.well-known/openid-configuration"
	default:
		return origin(issuer) + "/.well-known/oauth-authorization-server"
	}
}

func (s *Session) fetchServerMetadata(ctx context.Context, where string) (*serverMetadata, error) {
	q := request{method: http.MethodGet, url: where, header: s.versionHeader(s.behaviour.Discovery.ServerProtocolVersion)}
	a, err := s.http().ask(ctx, toServerMetadata, q)
	if err != nil {
		return nil, err
	}
	if a.status != http.StatusOK {
		return nil, fail("%s answers %d", where, a.status)
	}
	var m serverMetadata
	if err := json.Unmarshal(a.body, &m); err != nil {
		return nil, fail("%s is not authorization server metadata: %s", where, err)
	}
	return &m, nil
}

// checkIdentity holds the issuer of a document against the one that was asked
// for.
func (s *Session) checkIdentity(m *serverMetadata, where, issuer string) error {
	if !s.sameIssuer(m.Issuer, issuer) {
		return refuse("the metadata at %s is of issuer %q, not of %q (RFC 8414 section 3.3)", where, m.Issuer, issuer)
	}
	m.asked = issuer
	return nil
}

// sameIssuer holds the issuer of a document against the one that was asked
// for.
func (s *Session) sameIssuer(listed, asked string) bool {
	switch s.behaviour.Discovery.MetadataIssuer {
	case IssuerUnchecked:
		return true
	case IssuerSlashTolerant:
		return strings.TrimSuffix(listed, "/") == strings.TrimSuffix(asked, "/")
	case IssuerAskedSlashTolerant:
		return listed == asked || listed+"/" == asked
	default:
		return listed == asked
	}
}

// checkServer holds the metadata against what the client needs.
func (s *Session) checkServer(m *serverMetadata, where string) error {
	if m.Authorization == "" || m.Token == "" {
		return fail("the metadata at %s lacks an authorization or token endpoint", where)
	}
	if _, err := s.http().guard.check("token_endpoint", m.Token); err != nil {
		return err
	}
	if s.behaviour.Issuer.AuthorizationEndpoint == SameOriginWithoutIss && !m.IssSupported && !sameOrigin(m.Authorization, m.Issuer) {
		return refuse("the authorization endpoint %s is not at the origin of issuer %q, and the server does not advertise iss",
			m.Authorization, m.Issuer)
	}
	if s.behaviour.PKCE.Method == PKCENone || s.behaviour.PKCE.Advertised == PKCEUnchecked {
		return nil
	}
	if m.PKCEMethods == nil && s.behaviour.PKCE.Advertised == PKCEAbsentTolerated {
		return nil
	}
	if s.behaviour.PKCE.Advertised == PKCESomeAdvertised && len(m.PKCEMethods) > 0 {
		return nil
	}
	if !slices.Contains(m.PKCEMethods, "S256") {
		return refuse("the metadata at %s does not list S256 in code_challenge_methods_supported: the server may ignore PKCE", where)
	}
	return nil
}
