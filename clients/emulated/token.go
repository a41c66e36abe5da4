package emulated

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
)

// exchange redeems an authorization code (RFC 6749 section 4.1.3).
func (s *Session) exchange(ctx context.Context, g *grant, code string) (tokens, error) {
	var p pairs
	p = p.with("grant_type", "authorization_code")
	p = p.with("code", code)
	p = p.with("redirect_uri", g.redirect.uri)
	p = p.with("code_verifier", g.verifier)
	p = p.with("resource", s.resourceValue(s.behaviour.Resource.Token, g.target.resourceName()))
	server := g.target.server
	proves := s.mustProve(g.target)
	a, err := s.form(ctx, server.Token, p, server, g.registration, proves)
	if err == nil && !proves && s.proves() && a.errorCode() == "invalid_dpop_proof" {
		proves = true // the server demands proofs without a word in its metadata
		a, err = s.form(ctx, server.Token, p, server, g.registration, proves)
	}
	if err != nil {
		return tokens{}, err
	}
	t, err := readTokens(s.behaviour.TokenAuth.asJSON(a), proves)
	if err != nil {
		return tokens{}, err
	}
	t.requested, t.found, t.registration = g.scope, g.target, g.registration
	return t, nil
}

// form posts a form to an endpoint with the client's authentication and, if
// wanted, a proof of possession.
func (s *Session) form(ctx context.Context, endpoint string, p pairs, server *serverMetadata, r registration, proof bool) (*answer, error) {
	guesses := r.method == Document && s.behaviour.TokenAuth.Document == DocumentBasicFirst
	if guesses && !s.program.Load().basicRefused.Load() {
		a, err := s.formBy(ctx, AuthBasic, endpoint, p, server, r, proof)
		if err != nil || a.status == http.StatusOK {
			return a, err
		}
		s.program.Load().basicRefused.Store(true)
	}
	return s.formBy(ctx, s.authMethod(server, r), endpoint, p, server, r, proof)
}

// formBy is form with a method of authentication that has been chosen.
func (s *Session) formBy(
	ctx context.Context, method TokenAuthMethod, endpoint string, p pairs, server *serverMetadata, r registration, proof bool,
) (*answer, error) {
	if s.behaviour.TokenAuth.ClientID == ForeignClientID && endpoint == server.Token {
		r.clientID += "-of-somebody-else"
	}
	order := s.behaviour.Order.Token
	if len(p) > 0 && p[0][1] == "refresh_token" {
		order = s.behaviour.Order.Refresh
	}
	header := http.Header{}
	if method != AuthBasic && !slices.ContainsFunc(p, func(kv [2]string) bool { return kv[0] == "client_id" }) {
		p = p.with("client_id", r.clientID)
	}
	switch method {
	case AuthBasic:
		header.Set("Authorization", s.basic(r))
	case AuthPost:
		p = p.with("client_secret", r.secret)
	case privateKeyJWT:
		var err error
		if p, err = s.assert(p, server, r); err != nil {
			return nil, err
		}
	}
	q := request{
		method: http.MethodPost, url: endpoint, body: p.ordered(order).encode(),
		contentType: "application/x-www-form-urlencoded", header: header,
	}
	if !proof {
		return s.http().ask(ctx, toToken, q)
	}
	return s.askWithProof(ctx, q)
}

// authMethod is how the client authenticates; "" means that it cannot and only
// names itself.
func (s *Session) authMethod(server *serverMetadata, r registration) TokenAuthMethod {
	if s.signs(server, r) {
		return privateKeyJWT
	}
	if r.secret == "" || s.behaviour.TokenAuth.Secret == SecretIgnored || r.authMethod == "none" {
		return ""
	}
	if s.behaviour.TokenAuth.Method != "" {
		return s.behaviour.TokenAuth.Method
	}
	if r.authMethod != "" {
		return TokenAuthMethod(r.authMethod)
	}
	return s.behaviour.TokenAuth.WhenUnnamed.choose(server.AuthMethods)
}

// choose takes one of the methods that a server lists.
func (w WhenUnnamed) choose(listed []string) TokenAuthMethod {
	known := []TokenAuthMethod{AuthBasic, AuthPost}
	switch w {
	case PostFirst:
		slices.Reverse(known)
	case ListedFirst:
		slices.SortStableFunc(known, func(a, b TokenAuthMethod) int {
			return rank(listed, string(a)) - rank(listed, string(b))
		})
	}
	for _, m := range known {
		if slices.Contains(listed, string(m)) {
			return m
		}
	}
	return known[0]
}

// basic writes HTTP Basic credentials (RFC 6749 section 2.3.1).
func (s *Session) basic(r registration) string {
	id, secret := url.QueryEscape(r.clientID), url.QueryEscape(r.secret)
	if s.behaviour.TokenAuth.BasicEncoding == BasicRaw {
		id, secret = r.clientID, r.secret
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
}

// readTokens reads a token response (RFC 6749 section 5.1).
func readTokens(a *answer, proof bool) (tokens, error) {
	if a.status != http.StatusOK {
		return tokens{}, &tokenError{code: a.errorCode(), stop: stop{status: clients.Failed, words: "token request: " + a.oauthError()}}
	}
	var body struct {
		Access    string  `json:"access_token"`
		Refresh   string  `json:"refresh_token"`
		Type      string  `json:"token_type"`
		ExpiresIn float64 `json:"expires_in"`
	}
	if err := json.Unmarshal(a.body, &body); err != nil {
		return tokens{}, fail("token request: the answer is not a token response: %s", err)
	}
	if body.Access == "" {
		return tokens{}, fail("token request: the answer has no access_token")
	}
	t := tokens{access: body.Access, refresh: body.Refresh, kind: "Bearer"}
	switch {
	case strings.EqualFold(body.Type, "Bearer"):
	case strings.EqualFold(body.Type, "DPoP") && proof:
		t.kind = "DPoP"
	default:
		return tokens{}, unsupported("token request: tokens of type %q are not supported", body.Type)
	}
	if body.ExpiresIn > 0 {
		t.expires = time.Now().Add(time.Duration(body.ExpiresIn * float64(time.Second)))
	}
	return t, nil
}

// tokenError is an error response of the token endpoint, kept apart because
// some of its codes call for another attempt.
type tokenError struct {
	stop
	code string
}

// Unwrap lets the reason be seen as any other.
func (e *tokenError) Unwrap() error { return &e.stop }
