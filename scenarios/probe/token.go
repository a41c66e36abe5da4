package probe

import (
	"context"
	"net/url"
	"strings"
)

// posting is an attempt that sends one token request which cannot succeed.
func posting(name string, form func(p *prober) url.Values) attempt {
	return attempt{"probe/token-errors", name, func(ctx context.Context, p *prober) error {
		if err := p.in(); err != nil {
			return err
		}
		_, err := p.token(ctx, p.client, form(p))
		return err
	}}
}

func tokenAttempts() []attempt {
	return []attempt{
		{"probe/token-response", "a conformant token request", func(ctx context.Context, p *prober) error {
			if err := p.in(); err != nil {
				return err
			}
			_, _, _, err := p.grant(ctx, p.client)
			return err
		}},
		posting("a code that nobody issued", func(p *prober) url.Values {
			return p.redemption(p.authorization(p.client), "no-such-code")
		}),
		posting("an unknown grant_type", func(*prober) url.Values { return url.Values{"grant_type": {"nonsense"}} }),
		posting("no grant_type", func(*prober) url.Values { return url.Values{"scope": {"nonsense"}} }),
	}
}

func resourceAttempts() []attempt {
	const foreign = "https://prober.mcpcompat.invalid/mcp"
	return []attempt{
		asking("probe/resource-unknown", "a resource that nobody knows", func(r request) request {
			return r.with("resource", foreign)
		}),
		asking("probe/resource-unknown", "a resource with a fragment", func(r request) request {
			return r.with("resource", r.params.Get("resource")+"#here")
		}),
		{"probe/resource-case", "scheme and host in capitals", func(ctx context.Context, p *prober) error {
			if err := p.in(); err != nil {
				return err
			}
			u, err := url.Parse(p.resource())
			if err != nil {
				return untested("the resource %q is no URL", p.resource())
			}
			loud := strings.ToUpper(u.Scheme+"://"+u.Host) + strings.TrimPrefix(p.resource(), u.Scheme+"://"+u.Host)
			_, err = p.ask(ctx, p.authorization(p.client).with("resource", loud))
			return err
		}},
		redeeming("probe/resource-granted", "a resource that was not authorized", func(f url.Values) {
			f.Set("resource", foreign)
		}),
	}
}

func clientAttempts() []attempt {
	trying := func(name string, change func(c *client)) attempt {
		return attempt{"probe/client-authentication", name, func(ctx context.Context, p *prober) error {
			if err := p.in(); err != nil {
				return err
			}
			if p.secretly == nil {
				return untested("the prober has no client with a secret here")
			}
			r := p.authorization(p.secretly)
			code, err := p.code(ctx, r)
			if err != nil {
				return err
			}
			c := *p.secretly
			change(&c)
			if _, err = p.token(ctx, &c, p.redemption(r, code)); err != nil {
				return err
			}
			// Who it is said rightly must get in with the same code, or the
			// refusal was about something else.
			_, err = p.token(ctx, p.secretly, p.redemption(r, code))
			return err
		}}
	}
	return []attempt{
		trying("a wrong secret", func(c *client) { c.secret += "-wrong" }),
		trying("no secret", func(c *client) { c.method = "none" }),
	}
}
