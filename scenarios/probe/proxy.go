package probe

import (
	"context"

	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// proxyAttempts are for servers that have users log in elsewhere, as one client
// there for all of theirs.
func proxyAttempts() []attempt {
	return []attempt{{"probe/proxy-consent", "a client that the user has not seen", func(ctx context.Context, p *prober) error {
		if err := p.in(); err != nil {
			return err
		}
		if p.stranger == nil {
			return untested("the prober has only one client here")
		}
		before := len(p.Recorder.Snapshot().Exchanges)
		r := p.authorization(p.stranger)
		if _, err := p.ask(ctx, r); err != nil {
			return err
		}
		if reading.DetourOf(p.metadata.endpoint("authorization"), p.stranger.id, p.Recorder.Snapshot().Exchanges[before:]).At == 0 {
			return notOffered("users log in at the authorization server itself, which is no proxy")
		}
		return nil
	}}}
}
