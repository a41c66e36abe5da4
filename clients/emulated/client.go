package emulated

import (
	"context"
	"crypto/tls"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"github.com/mcpcompat/mcpcompat/clients"
)

// Client plays one variant of a profile. It is safe for concurrent use.
type Client struct {
	identity   clients.Identity
	behaviour  Behaviour
	operator   Operator
	portsInUse []int
	variant    *Variant
	released   Released
	wrap       func(http.RoundTripper) http.RoundTripper // nil: nothing; see WithTransport

	mu            sync.Mutex
	installations map[string]*installation // by Facts.Home
}

// New makes a client of a behaviour, without a profile behind it.
func New(id clients.Identity, b Behaviour) *Client {
	return &Client{identity: id, behaviour: b, installations: map[string]*installation{}}
}

// Identity names the client.
func (c *Client) Identity() clients.Identity { return c.identity }

// Behaviour is how the client differs from the conformant defaults.
func (c *Client) Behaviour() Behaviour { return c.behaviour }

// Variant is where the behaviour was read from, with its evidence; nil for a
// client made by New.
func (c *Client) Variant() *Variant { return c.variant }

// Released is why the program that is emulated is not driven itself; the zero
// value where it is.
func (c *Client) Released() Released { return c.released }

// Covers reports whether the client's variant describes a version, in the
// circumstances that its identity names.
func (c *Client) Covers(version string) bool { return c.variant != nil && c.variant.contains(version) }

// Available is always nil: an emulation needs no program.
func (c *Client) Available(context.Context) error { return nil }

// Registration is what the client's documentation tells an operator to
// register for it. A port that cannot be known beforehand is left out, as RFC
// 8252 section 7.3 has it.
func (c *Client) Registration() clients.Registration {
	r := clients.Registration{
		Name: c.identity.Name, RedirectURIs: c.operator.RedirectURIs,
		AuthMethod: c.operator.AuthMethod, ApplicationType: c.operator.ApplicationType,
		NoCredentials: c.operator.Credentials == CredentialsNowhere,
	}
	if r.RedirectURIs == nil {
		r.RedirectURIs = []string{c.behaviour.Redirect.registeredURI()}
	}
	return r
}

// Forget drops what the client keeps for a home. Sessions that are open go on
// with what they have.
func (c *Client) Forget(home string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.installations, home)
}

// Start prepares a session. It sends nothing. Sessions with one Home share
// what the client keeps; an empty Home is a fresh one.
func (c *Client) Start(_ context.Context, facts clients.Facts) (clients.Session, error) {
	u, err := url.Parse(facts.MCPURL)
	if err != nil {
		return nil, fmt.Errorf("%s: MCP URL: %w", c.identity, err)
	}
	if u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%s: MCP URL %q is neither http nor https", c.identity, facts.MCPURL)
	}
	facts.PortsInUse = append(slices.Clone(facts.PortsInUse), c.portsInUse...)
	s := &Session{
		identity: c.identity, behaviour: c.behaviour, facts: facts, mcpURL: u, wrap: c.wrap,
		store: c.installation(facts.Home),
		rng:   rand.New(rand.NewPCG(uint64(facts.Seed), hash(c.identity.String()))), //nolint:gosec // no secret is drawn from it
	}
	s.launch()
	return s, nil
}

func (c *Client) installation(home string) *installation {
	if home == "" {
		return newInstallation()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	i, ok := c.installations[home]
	if !ok {
		i = newInstallation()
		c.installations[home] = i
	}
	return i
}

func hash(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // a hash never fails
	return h.Sum64()
}

// tlsConfig trusts the given roots; nil means the system's.
func tlsConfig(facts clients.Facts) *tls.Config {
	if facts.RootCAs == nil {
		return nil
	}
	return &tls.Config{RootCAs: facts.RootCAs, MinVersion: tls.VersionTLS12}
}
