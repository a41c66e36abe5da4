package probe

import (
	"context"
	"net/url"
)

// operationAttempts are about the endpoints beside the token endpoint.
func operationAttempts() []attempt {
	return []attempt{
		renewing("probe/revocation", "a refresh token, then a refresh with it", func(ctx context.Context, p *prober, t tokens) error {
			endpoint := p.metadata.endpoint("revocation")
			if endpoint == "" {
				return notOffered("no revocation endpoint is advertised")
			}
			form := url.Values{"token": {t.refresh}, "token_type_hint": {"refresh_token"}}
			if _, err := p.postForm(ctx, endpoint, p.client, form, nil); err != nil {
				return err
			}
			_, err := p.token(ctx, p.client, p.renewal(t.refresh))
			return err
		}),
		{"probe/introspection", "a request without credentials", func(ctx context.Context, p *prober) error {
			endpoint := p.metadata.endpoint("introspection")
			if endpoint == "" {
				return notOffered("no introspection endpoint is advertised")
			}
			if err := p.in(); err != nil {
				return err
			}
			_, err := p.postForm(ctx, endpoint, nil, url.Values{"token": {p.tokens.access}}, nil)
			return err
		}},
	}
}
