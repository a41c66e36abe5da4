package mutant

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// errGone is what the client's own program sees of a request that is not sent
// any more.
var errGone = errors.New("the client has gone away")

// StopAt comes as far as a door of the flow, goes away without a word and
// claims success. doors are named as in the results: challenge,
// resource-metadata, as-metadata, registration, authorize, consent, callback,
// token, call, step-up, refresh.
func StopAt(door string) (clients.Client, error) {
	halt, ok := stops()[door]
	if !ok {
		return nil, fmt.Errorf("mutant: there is no door %q", door)
	}
	c, err := New("stops-at-"+door, Quirk("registration.order", "[dynamic]"), halt)
	if err != nil {
		return nil, err
	}
	return &boasting{c}, nil
}

func stops() map[string]Break {
	return map[string]Break{
		"challenge":         gone(func(*trace.Request) bool { return true }),
		"resource-metadata": gone(ResourceMetadata.is),
		"as-metadata":       gone(ServerMetadata.is),
		"registration":      gone(Registration.is),
		"authorize": userAgent(func(context.Context, clients.Visit, clients.UserAgent) (clients.Landing, error) {
			return clients.Landing{}, errGone
		}),
		"consent":  userAgent(glance),
		"callback": gone(Token.is),
		"token":    Form(Token, func(p *Params) { p.Set("code", "none") }),
		"call":     gone(func(r *trace.Request) bool { return token(r) != "" }),
		"step-up":  Quirk("stepUp.response", "fail"),
		"refresh":  Quirk("refresh.onUnauthorized", "fail"),
	}
}

// gone leaves out the requests that it is told to.
func gone(is func(*trace.Request) bool) Break {
	return Wire(func(req *http.Request, next http.RoundTripper) (*http.Response, error) {
		r, err := taken(req)
		if err != nil {
			return nil, err
		}
		if is(r) {
			return nil, errGone
		}
		return send(req, r, next)
	})
}

// glance looks at the authorization page and does nothing there.
func glance(ctx context.Context, v clients.Visit, _ clients.UserAgent) (clients.Landing, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.URL, http.NoBody)
	if err != nil {
		return clients.Landing{}, err
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	res, err := transport.RoundTrip(req)
	if err != nil {
		return clients.Landing{}, err
	}
	return clients.Landing{URL: v.URL, Status: res.StatusCode}, res.Body.Close()
}

// Garbage cuts every message in the middle.
func Garbage() (clients.Client, error) {
	return New("garbage", Wire(func(req *http.Request, next http.RoundTripper) (*http.Response, error) {
		r, err := taken(req)
		if err != nil {
			return nil, err
		}
		r.Body.Text = r.Body.Text[:len(r.Body.Text)/2]
		return send(req, r, next)
	}))
}

// boasting claims success whatever happens.
type boasting struct{ *Client }

// Start prepares a session that claims success.
func (b *boasting) Start(ctx context.Context, facts clients.Facts) (clients.Session, error) {
	s, err := b.Client.Start(ctx, facts)
	if err != nil {
		return nil, err
	}
	return &boast{s}, nil
}

type boast struct{ clients.Session }

// Connect claims success.
func (b *boast) Connect(ctx context.Context) clients.Outcome {
	return claim(b.Session.Connect(ctx))
}

// Call claims success.
func (b *boast) Call(ctx context.Context, tool string, arguments map[string]any) clients.Outcome {
	return claim(b.Session.Call(ctx, tool, arguments))
}

// Restart claims success.
func (b *boast) Restart(ctx context.Context) clients.Outcome {
	return claim(b.Session.Restart(ctx))
}

func claim(clients.Outcome) clients.Outcome { return clients.Outcome{Status: clients.OK} }
