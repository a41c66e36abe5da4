package emulated

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
)

// grant is one authorization request and what belongs to it. It is the record
// against which the response is held (MCP 2026-07-28, ISS-3).
type grant struct {
	target       *target
	registration registration
	redirect     redirect
	scope        []string
	state        string
	verifier     string
	challenge    string
}

// authorize sends the user to the authorization server and redeems the code
// that comes back.
func (s *Session) authorize(ctx context.Context, g *grant) (tokens, error) {
	s.store.setServer(s.facts.MCPURL, g.target.server.asked)
	result, err := s.consent(ctx, g)
	if err != nil {
		return tokens{}, err
	}
	if result.errorCode == "access_denied" && s.behaviour.Authorize.AfterDenial == DenialAgain {
		if result, err = s.consent(ctx, g); err != nil {
			return tokens{}, err
		}
	}
	if result.errorCode != "" {
		return tokens{}, fail("the authorization server answers %s", result.errorWords())
	}
	if s.behaviour.Discovery.BeforeToken == RereadBeforeToken {
		if _, err := s.discover(ctx, g.target.challenge); err != nil {
			return tokens{}, err
		}
	}
	return s.exchange(ctx, g, result.code)
}

// consent shows the authorization page to the user and waits for the callback.
func (s *Session) consent(ctx context.Context, g *grant) (*response, error) {
	s.prepare(g)
	visit, err := s.authorizationURL(ctx, g)
	if err != nil {
		return nil, err
	}
	release := s.listen(g.redirect.port)
	defer release()
	l := &listener{session: s, grant: g}
	landing, err := s.facts.UserAgent.Open(ctx, clients.Visit{URL: visit, RedirectURI: g.redirect.uri, Receive: l.receive})
	if err != nil {
		return nil, fail("the browser failed: %s", err)
	}
	return l.result(landing)
}

// prepare draws the secrets of one request.
func (s *Session) prepare(g *grant) {
	g.state = newState(s.behaviour.State.Form)
	if s.behaviour.PKCE.Method == PKCENone {
		return
	}
	g.verifier = s.newVerifier()
	g.challenge = g.verifier
	if s.behaviour.PKCE.Method != PKCEPlain {
		g.challenge = s256(g.verifier)
	}
	if s.behaviour.PKCE.Verifier == PKCEWrongVerifier {
		g.verifier = s.newVerifier()
	}
}

func (s *Session) newVerifier() string {
	length := s.behaviour.PKCE.VerifierLength
	if length == 0 {
		length = shortestVerifier
	}
	return randomText(length)[:length] // base64url makes four characters of three bytes
}

// authorizationURL writes the authorization request (RFC 6749 section 4.1.1).
func (s *Session) authorizationURL(ctx context.Context, g *grant) (string, error) {
	endpoint := g.target.server.Authorization
	u, err := s.http().guard.checkVisit(endpoint)
	if err != nil {
		return "", err
	}
	params := s.authorizationParams(g).ordered(s.behaviour.Order.Authorize)
	if g.target.server.PushedRequired {
		if params, err = s.push(ctx, g, params); err != nil {
			return "", err
		}
	}
	separator := "?"
	if u.RawQuery != "" {
		separator = "&"
	}
	return endpoint + separator + params.encode(), nil
}

func (s *Session) authorizationParams(g *grant) pairs {
	var p pairs
	p = p.with("response_type", "code")
	p = p.with("client_id", g.registration.clientID)
	p = p.with("redirect_uri", g.redirect.uri)
	p = p.with("scope", strings.Join(g.scope, " "))
	p = p.with("state", g.state)
	if g.challenge != "" {
		p = p.with("code_challenge", g.challenge)
		if s.behaviour.PKCE.Method == PKCEPlain {
			p = p.with("code_challenge_method", "plain")
		} else {
			p = p.with("code_challenge_method", "S256")
		}
	}
	p = p.with("resource", s.resourceValue(s.behaviour.Resource.Authorize, g.target.resourceName()))
	p = p.with("prompt", s.prompt(g.scope))
	for _, name := range sortedKeys(s.behaviour.Authorize.Extra) {
		p = p.with(name, s.behaviour.Authorize.Extra[name])
	}
	return p
}

// prompt asks for a consent page where one is due (OpenID Connect Core section
// 11).
func (s *Session) prompt(scope []string) string {
	choice := s.behaviour.Authorize.Prompt
	if choice == PromptAlways || choice == "" && containsAll(scope, []string{offlineAccess}) {
		return "consent"
	}
	return ""
}

// resourceName is the resource of the metadata; "" without metadata.
func (t *target) resourceName() string {
	if t.resource == nil {
		return ""
	}
	return t.resource.Resource
}

// resourceValue is the resource indicator (RFC 8707) of a request.
func (s *Session) resourceValue(choice ResourceValue, fromMetadata string) string {
	switch choice {
	case ResourceWithMetadata:
		return fromMetadata
	case ResourceURL:
		return s.facts.MCPURL
	case ResourceOrigin:
		return origin(s.mcpURL)
	case ResourceOriginSlash:
		return origin(s.mcpURL) + "/"
	case ResourceNone:
		return ""
	default:
		if fromMetadata != "" {
			return fromMetadata
		}
		return s.facts.MCPURL
	}
}

// push sends the request to the authorization server beforehand and returns
// what remains for the browser (RFC 9126).
func (s *Session) push(ctx context.Context, g *grant, params pairs) (pairs, error) {
	server := g.target.server
	if s.behaviour.Extensions.PushedAuthorizationRequests != Supported {
		return nil, unsupported("the server requires pushed authorization requests, which the client does not support")
	}
	if _, err := s.http().guard.check("pushed_authorization_request_endpoint", server.Pushed); err != nil {
		return nil, err
	}
	a, err := s.form(ctx, server.Pushed, params, g.target.server, g.registration, false)
	if err != nil {
		return nil, err
	}
	var body struct {
		URI string `json:"request_uri"`
	}
	if a.status != http.StatusCreated || json.Unmarshal(a.body, &body) != nil || body.URI == "" {
		return nil, fail("pushed authorization request: %s", a.oauthError())
	}
	return pairs{{"client_id", g.registration.clientID}, {"request_uri", body.URI}}, nil
}
