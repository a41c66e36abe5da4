package probe

import (
	"cmp"
	"context"

	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// registrationRequest is a conformant registration.
func registrationRequest(redirects ...string) map[string]any {
	return map[string]any{
		"client_name": "mcpcompat prober", "redirect_uris": redirects, "application_type": "native",
		"token_endpoint_auth_method": "none", "response_types": []string{"code"},
		"grant_types": []string{"authorization_code", "refresh_token"},
	}
}

func registrationAttempts() []attempt {
	return []attempt{
		{"probe/registration", "a native client with two loopback redirect URIs", func(ctx context.Context, p *prober) error {
			c, err := p.register(ctx, registrationRequest(Redirect, "http://127.0.0.1:43117/second"))
			p.client = c
			return err
		}},
		{"probe/registration", "a client for a hosted redirect URI", func(ctx context.Context, p *prober) error {
			request := registrationRequest("https://prober.mcpcompat.invalid/callback")
			request["application_type"] = "web"
			_, err := p.register(ctx, request)
			return err
		}},
		badRedirect("javascript:", "javascript:alert(document.domain)//"),
		badRedirect("data:", "data:text/html,prober"),
		badRedirect("plain http on another host", "http://prober.mcpcompat.invalid/callback"),
		badRedirect("a fragment", "http://127.0.0.1:43117/callback#here"),
		badRedirect("no scheme", "//127.0.0.1:43117/callback"),
		{"probe/registration-errors", "a registration without redirect URIs", func(ctx context.Context, p *prober) error {
			_, err := p.register(ctx, registrationRequest())
			return err
		}},
		{"probe/registration-errors", "a registration that is no JSON", func(ctx context.Context, p *prober) error {
			if p.metadata.endpoint("registration") == "" {
				return notOffered("no dynamic registration is offered")
			}
			_, err := p.send(ctx, "POST", p.metadata.endpoint("registration"), map[string][]string{
				"Content-Type": {"application/json"},
			}, "{")
			return err
		}},
		{"probe/way-in", "clients to go in with", settleClients},
	}
}

func badRedirect(name, uri string) attempt {
	return attempt{"probe/registration-redirects", name, func(ctx context.Context, p *prober) error {
		_, err := p.register(ctx, registrationRequest(uri))
		return err
	}}
}

// register registers dynamically; the client is nil when the server refused.
func (p *prober) register(ctx context.Context, request map[string]any) (*client, error) {
	address := p.metadata.endpoint("registration")
	if address == "" {
		return nil, notOffered("no dynamic registration is offered")
	}
	a, err := p.postJSON(ctx, address, request)
	if err != nil {
		return nil, err
	}
	made := a.object()
	id := reading.Text(made, "client_id")
	if !a.ok() || id == "" {
		return nil, nil //nolint:nilnil // a refusal is an answer; it is on the recording
	}
	c := &client{id: id, secret: reading.Text(made, "client_secret"), method: reading.Text(made, "token_endpoint_auth_method")}
	c.redirects, _ = request["redirect_uris"].([]string)
	if c.method == "" {
		c.method = "none"
	}
	return c, nil
}

// settleClients finds the clients for all that follows: those of the operator
// first, as they are what this deployment wants, then registered ones, then
// documents.
func settleClients(ctx context.Context, p *prober) error {
	for _, r := range p.Registered {
		c := byHand(r)
		switch {
		case c.secret != "" && p.secretly == nil:
			p.secretly = c
		case c.secret == "" && p.client == nil:
			p.client = c
		case c.secret == "" && p.stranger == nil:
			p.stranger = c
		}
	}
	if err := p.registerMore(ctx); err != nil {
		return err
	}
	if p.canOfferDocuments() == nil {
		p.client = cmp.Or(p.client, documentClient(SoundDocument))
		p.stranger = cmp.Or(p.stranger, documentClient(OtherDocument))
	}
	if p.client = cmp.Or(p.client, p.secretly); p.client == nil {
		p.noClient = "the prober has no client_id here: no registration succeeded, and nobody gave it one"
		return untested("%s", p.noClient)
	}
	return nil
}

// registerMore registers a stranger and a client with a secret, where the
// operator gave none.
func (p *prober) registerMore(ctx context.Context) error {
	if p.metadata.endpoint("registration") == "" {
		return nil
	}
	var err error
	if p.stranger == nil {
		if p.stranger, err = p.register(ctx, registrationRequest(Redirect)); err != nil {
			return err
		}
	}
	if p.secretly != nil {
		return nil
	}
	request := registrationRequest(Redirect)
	request["token_endpoint_auth_method"] = "client_secret_basic"
	c, err := p.register(ctx, request)
	if c != nil && c.secret != "" {
		p.secretly = c
	}
	return err
}
