package mutant

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/internal/quirk"
)

// origin is the profile that every mutant starts from.
const origin = "conformant"

// Break is one deliberate fault.
type Break func(*parts) error

// parts are what a mutant is put together from.
type parts struct {
	behaviour  emulated.Behaviour
	authMethod string
	wires      []func(http.RoundTripper) http.RoundTripper
	users      []func(clients.UserAgent) clients.UserAgent
}

// Client is the conformant emulation with breaks. It is safe for concurrent
// use; what its breaks remember, they remember for all of its sessions.
type Client struct {
	*emulated.Client

	parts parts
}

// New makes a mutant. name becomes part of its id. Without breaks it is the
// conformant client under another name.
func New(name string, breaks ...Break) (*Client, error) {
	profiles, err := emulated.All()
	if err != nil {
		return nil, err
	}
	found, err := profiles.Find(origin)
	if err != nil {
		return nil, err
	}
	p := parts{behaviour: found[0].Behaviour()}
	var problems []error
	for _, b := range breaks {
		problems = append(problems, b(&p))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, fmt.Errorf("mutant %s: %w", name, err)
	}
	c := emulated.New(identity(name), p.behaviour).WithTransport(func(next http.RoundTripper) http.RoundTripper {
		for _, wrap := range p.wires {
			next = wrap(next)
		}
		return next
	})
	return &Client{Client: c, parts: p}, nil
}

func identity(name string) clients.Identity {
	return clients.Identity{ID: "mutant-" + name, Name: "Mutant " + name, Version: "1", Basis: clients.Mutant}
}

// Registration is that of the conformant client, with the authentication method
// that a break asks for.
func (c *Client) Registration() clients.Registration {
	r := c.Client.Registration()
	r.AuthMethod = c.parts.authMethod
	return r
}

// Start prepares a session behind the breaks.
func (c *Client) Start(ctx context.Context, facts clients.Facts) (clients.Session, error) {
	for _, wrap := range c.parts.users {
		facts.UserAgent = wrap(facts.UserAgent)
	}
	return c.Client.Start(ctx, facts)
}

// Quirk gives a field of the profile a value, both as written in a profile.
func Quirk(path, value string) Break {
	return func(p *parts) error {
		return errors.Join(quirk.Set(&p.behaviour, path, value), quirk.Rename("client", &p.behaviour))
	}
}

// Confidential makes the operator register the client with a secret for the
// token endpoint authentication method.
func Confidential(method string) Break {
	return func(p *parts) error {
		p.authMethod = method
		return nil
	}
}

// Wire puts something between the client and the network. What it keeps must
// be safe for concurrent use.
func Wire(round func(*http.Request, http.RoundTripper) (*http.Response, error)) Break {
	return func(p *parts) error {
		p.wires = append(p.wires, func(next http.RoundTripper) http.RoundTripper { return &wire{next, round} })
		return nil
	}
}

// wire is a RoundTripper made of a function.
type wire struct {
	next  http.RoundTripper
	round func(*http.Request, http.RoundTripper) (*http.Response, error)
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) { return w.round(req, w.next) }

// CloseIdleConnections lets http.Client.CloseIdleConnections pass through.
func (w *wire) CloseIdleConnections() {
	if c, ok := w.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// userAgent puts something between the client and the user's browser.
func userAgent(open func(context.Context, clients.Visit, clients.UserAgent) (clients.Landing, error)) Break {
	return func(p *parts) error {
		p.users = append(p.users, func(next clients.UserAgent) clients.UserAgent { return &agent{next, open} })
		return nil
	}
}

// agent is a clients.UserAgent made of a function.
type agent struct {
	next clients.UserAgent
	open func(context.Context, clients.Visit, clients.UserAgent) (clients.Landing, error)
}

// Open implements clients.UserAgent.
func (a *agent) Open(ctx context.Context, v clients.Visit) (clients.Landing, error) {
	return a.open(ctx, v, a.next)
}
