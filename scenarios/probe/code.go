package probe

import (
	"context"
	"crypto/rand"
	"net/url"
)

// redeeming is an attempt that redeems a fresh code with one thing changed.
func redeeming(probe, name string, change func(form url.Values)) attempt {
	return attempt{probe, name, func(ctx context.Context, p *prober) error {
		if err := p.in(); err != nil {
			return err
		}
		r := p.authorization(p.client)
		code, err := p.code(ctx, r)
		if err != nil {
			return err
		}
		form := p.redemption(r, code)
		change(form)
		_, err = p.token(ctx, p.client, form)
		return err
	}}
}

func codeAttempts() []attempt {
	return []attempt{
		redeeming("probe/verifier", "no code_verifier", func(f url.Values) { f.Del("code_verifier") }),
		redeeming("probe/verifier", "another code_verifier", func(f url.Values) {
			f.Set("code_verifier", rand.Text()+rand.Text())
		}),
		{"probe/code-replay", "a code that was redeemed before", replayCode},
		{"probe/code-client", "another client", func(ctx context.Context, p *prober) error {
			if err := p.in(); err != nil {
				return err
			}
			if p.stranger == nil {
				return untested("the prober has only one client here")
			}
			r := p.authorization(p.client)
			code, err := p.code(ctx, r)
			if err != nil {
				return err
			}
			_, err = p.token(ctx, p.stranger, p.redemption(r, code))
			return err
		}},
	}
}

// replayCode redeems a code twice and then looks whether what came of it is
// revoked.
func replayCode(ctx context.Context, p *prober) error {
	if err := p.in(); err != nil {
		return err
	}
	r, code, t, err := p.grant(ctx, p.client)
	if err != nil {
		return err
	}
	if _, err = p.token(ctx, p.client, p.redemption(r, code)); err != nil || t.refresh == "" {
		return err
	}
	_, err = p.token(ctx, p.client, p.renewal(t.refresh))
	return err
}
