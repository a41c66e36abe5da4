package probe

import (
	"context"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// renewing is an attempt that begins with fresh tokens, of which one can be
// renewed.
func renewing(probe, name string, do func(ctx context.Context, p *prober, t tokens) error) attempt {
	return attempt{probe, name, func(ctx context.Context, p *prober) error {
		if err := p.in(); err != nil {
			return err
		}
		if p.tokens.refresh == "" {
			return notOffered("no refresh token is issued")
		}
		_, _, t, err := p.grant(ctx, p.client)
		if err != nil {
			return err
		}
		return do(ctx, p, t)
	}}
}

func refreshAttempts() []attempt {
	return []attempt{
		renewing("probe/refresh-rotation", "a refresh", func(ctx context.Context, p *prober, t tokens) error {
			_, err := p.token(ctx, p.client, p.renewal(t.refresh))
			return err
		}),
		renewing("probe/refresh-scope-omitted", "no scope", func(ctx context.Context, p *prober, t tokens) error {
			next, err := p.token(ctx, p.client, p.renewal(t.refresh))
			if err != nil || next.access != "" {
				return err
			}
			form := p.renewal(t.refresh)
			form.Set("scope", strings.Join(t.scope, " "))
			_, err = p.token(ctx, p.client, form)
			return err
		}),
		renewing("probe/refresh-replay", "a refresh token that was replaced, then its successor",
			func(ctx context.Context, p *prober, t tokens) error {
				next, err := p.token(ctx, p.client, p.renewal(t.refresh))
				if err != nil {
					return err
				}
				if next.refresh == "" || next.refresh == t.refresh {
					return notOffered("refresh tokens are not rotated")
				}
				if _, err = p.token(ctx, p.client, p.renewal(t.refresh)); err != nil {
					return err
				}
				_, err = p.token(ctx, p.client, p.renewal(next.refresh))
				return err
			}),
		renewing("probe/refresh-client", "another client", func(ctx context.Context, p *prober, t tokens) error {
			if p.stranger == nil {
				return untested("the prober has only one client here")
			}
			_, err := p.token(ctx, p.stranger, p.renewal(t.refresh))
			return err
		}),
		renewing("probe/refresh-scope", "a scope that was not granted", func(ctx context.Context, p *prober, t tokens) error {
			more := p.moreScope(t)
			if more == "" {
				return untested("no scope is known beyond what was granted")
			}
			form := p.renewal(t.refresh)
			form.Set("scope", more)
			_, err := p.token(ctx, p.client, form)
			return err
		}),
	}
}

// moreScope is a scope of the resource that was neither asked for nor granted,
// "" for none.
func (p *prober) moreScope(t tokens) string {
	had := map[string]bool{}
	for _, list := range [][]string{t.scope, p.scopes} {
		for _, s := range list {
			had[s] = true
		}
	}
	for _, s := range reading.Texts(p.metadata.resource, "scopes_supported") {
		if !had[s] {
			return s
		}
	}
	return ""
}
