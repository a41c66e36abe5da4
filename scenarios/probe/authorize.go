package probe

import (
	"context"
	"strings"
)

// asking is an attempt that sends one authorization request, which differs
// from a conformant one as change says.
func asking(probe, name string, change func(r request) request) attempt {
	return attempt{probe, name, func(ctx context.Context, p *prober) error {
		if err := p.in(); err != nil {
			return err
		}
		_, err := p.ask(ctx, change(p.authorization(p.client)))
		return err
	}}
}

func authorizeAttempts() []attempt {
	const odd = "a b+c/d=e&f%25;g'h\"i<j>ü~|{}"
	return []attempt{
		asking("probe/pkce-required", "no code_challenge", func(r request) request {
			return r.with("code_challenge").with("code_challenge_method")
		}),
		asking("probe/pkce-plain", "code_challenge_method=plain", func(r request) request {
			return r.with("code_challenge_method", "plain").with("code_challenge", r.verifier)
		}),
		asking("probe/state", "odd characters", func(r request) request {
			return r.with("state", odd+r.params.Get("state"))
		}),
		asking("probe/state", "1,000 characters", func(r request) request {
			const long = 1000
			return r.with("state", strings.Repeat("s", long)+r.params.Get("state"))
		}),
		asking("probe/state", "an error response", func(r request) request {
			return r.with("state", odd+r.params.Get("state")).with("response_type", "nonsense")
		}),
		asking("probe/iss", "a granting response", func(r request) request { return r }),
		asking("probe/iss", "an error response", func(r request) request { return r.with("response_type", "nonsense") }),
		asking("probe/authorize-errors", "an unknown response_type", func(r request) request {
			return r.with("response_type", "nonsense")
		}),
		asking("probe/authorize-errors", "no response_type", func(r request) request { return r.with("response_type") }),
		{"probe/denial", "a user who says no", denied},
	}
}

// denied asks for authorization of a user who says no.
func denied(ctx context.Context, p *prober) error {
	if err := p.in(); err != nil {
		return err
	}
	if p.Decide == nil {
		return untested("the user allows everything")
	}
	p.Decide(false)
	defer p.Decide(true)
	_, err := p.ask(ctx, p.authorization(p.client))
	return err
}
