package probe

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// request is an authorization request.
type request struct {
	client   *client
	params   url.Values
	verifier string
}

// tokens are what a token response brought.
type tokens struct {
	access, refresh, kind string
	scope                 []string
}

// authorization is a conformant authorization request.
func (p *prober) authorization(c *client) request {
	verifier := rand.Text() + rand.Text()
	sum := sha256.Sum256([]byte(verifier))
	params := url.Values{
		"response_type": {"code"}, "client_id": {c.id}, "redirect_uri": {c.redirect()}, "state": {rand.Text()},
		"resource": {p.resource()}, "code_challenge_method": {"S256"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])},
	}
	if len(p.scopes) > 0 {
		params.Set("scope", strings.Join(p.scopes, " "))
	}
	return request{c, params, verifier}
}

// resource is the resource indicator: what the metadata says, since a strict
// server compares with that, unless it speaks of another server altogether.
func (p *prober) resource() string {
	own, err := url.Parse(p.MCPURL)
	said, saidErr := url.Parse(reading.Text(p.metadata.resource, "resource"))
	if err != nil || saidErr != nil || said.Scheme != own.Scheme || said.Host != own.Host {
		return p.MCPURL
	}
	return said.String()
}

// with returns the request with one parameter changed; no values take it out.
func (r request) with(name string, values ...string) request {
	params := maps.Clone(r.params)
	if params[name] = values; len(values) == 0 {
		params.Del(name)
	}
	r.params = params
	return r
}

// ask takes an authorization request to the user, and returns the parameters
// of the response; nil when none came.
func (p *prober) ask(ctx context.Context, r request) (url.Values, error) {
	endpoint := p.metadata.endpoint("authorization")
	separator := "?"
	if strings.Contains(endpoint, "?") {
		separator = "&"
	}
	var response url.Values
	_, err := p.UserAgent.Open(ctx, clients.Visit{
		URL: endpoint + separator + r.params.Encode(), RedirectURI: r.params.Get("redirect_uri"),
		Receive: func(u *url.URL) clients.Reply {
			response = u.Query()
			return clients.Reply{Status: http.StatusOK, HTML: "<p>Thank you."}
		},
	})
	return response, err
}

// code asks for a code, "" when none was issued.
func (p *prober) code(ctx context.Context, r request) (string, error) {
	response, err := p.ask(ctx, r)
	return response.Get("code"), err
}

// redemption is the token request for a code.
func (p *prober) redemption(r request, code string) url.Values {
	return url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {r.params.Get("redirect_uri")},
		"code_verifier": {r.verifier}, "resource": {p.resource()},
	}
}

func (p *prober) renewal(refresh string) url.Values {
	return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}, "resource": {p.resource()}}
}

// token sends a token request.
func (p *prober) token(ctx context.Context, c *client, form url.Values) (tokens, error) {
	a, err := p.postForm(ctx, p.metadata.endpoint("token"), c, form, nil)
	return issued(a), err
}

func issued(a answer) tokens {
	m := a.object()
	if !a.ok() {
		return tokens{}
	}
	return tokens{
		access: reading.Text(m, "access_token"), refresh: reading.Text(m, "refresh_token"), kind: reading.Text(m, "token_type"),
		scope: strings.Fields(reading.Text(m, "scope")),
	}
}

// grant goes from the request to tokens, all conformant. An error says that it
// could not be had although it was before.
func (p *prober) grant(ctx context.Context, c *client) (request, string, tokens, error) {
	r := p.authorization(c)
	code, err := p.code(ctx, r)
	if err != nil {
		return r, "", tokens{}, err
	}
	if code == "" {
		return r, "", tokens{}, untested("no code was issued for a conformant authorization request")
	}
	t, err := p.token(ctx, c, p.redemption(r, code))
	if err == nil && t.access == "" {
		err = untested("no token was issued for a conformant token request")
	}
	return r, code, t, err
}

func flowAttempts() []attempt {
	return []attempt{
		{"probe/way-in", "from nothing to a token", func(ctx context.Context, p *prober) error {
			p.scopes = reading.Texts(p.metadata.resource, "scopes_supported")
			if p.metadata.challengedScope != "" {
				p.scopes = strings.Fields(p.metadata.challengedScope)
			}
			if p.BearerToken != "" {
				p.tokens.access = p.BearerToken
				p.noTokens = "there is no authorization server: the operator makes the tokens"
				return untested("%s", p.noTokens)
			}
			p.noTokens = p.noClient
			if p.metadata.endpoint("authorization") == "" || p.metadata.endpoint("token") == "" {
				p.noTokens = "no authorization server metadata names the endpoints"
			}
			if p.noTokens == "" {
				_, _, t, err := p.grant(ctx, p.client)
				if err != nil {
					p.noTokens = "a conformant client did not get in: " + err.Error()
				}
				p.tokens = t
			}
			p.noAccess = p.noTokens
			if p.noTokens != "" {
				return untested("%s", p.noTokens)
			}
			return nil
		}},
		{"probe/way-in", "a request with the token", func(ctx context.Context, p *prober) error {
			if err := p.usable(); err != nil {
				return err
			}
			a, err := p.enter(ctx, bearer(p.tokens.access))
			if err != nil {
				return err
			}
			if a.status == http.StatusUnauthorized || a.status == http.StatusForbidden {
				p.noAccess = "the MCP server refuses a token that was issued for it"
				return untested("%s", p.noAccess)
			}
			return nil
		}},
	}
}

// in reports why nothing that needs a grant can be tried.
func (p *prober) in() error {
	if p.noTokens != "" {
		return untested("%s", p.noTokens)
	}
	return nil
}
