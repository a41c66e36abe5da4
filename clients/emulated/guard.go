package emulated

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
)

// zone is a kind of address; a client that was pointed at one kind does not
// let a server send it to a more private one (server-side request forgery).
type zone int32

const (
	zoneUnknown zone = iota
	zonePublic
	zonePrivate
	zoneLoopback
	zoneSpecial // link-local, unspecified, multicast: never a service
)

func zoneOf(ip netip.Addr) zone {
	ip = ip.Unmap()
	switch {
	case ip.IsLoopback():
		return zoneLoopback
	case ip.IsLinkLocalUnicast(), ip.IsUnspecified(), ip.IsMulticast():
		return zoneSpecial
	case ip.IsPrivate():
		return zonePrivate
	default:
		return zonePublic
	}
}

// guard decides which URLs a client follows.
type guard struct {
	network Network
	home    string                     // host of the MCP server
	homeAt  atomic.Int32               // its zone, once known
	permit  func(netip.AddrPort) error // asked last; nil permits all
}

func newGuard(n Network, mcpURL string) *guard {
	g := &guard{network: n}
	if u, err := url.Parse(mcpURL); err == nil {
		g.home = u.Hostname()
		g.homeAt.Store(int32(literalZone(g.home)))
	}
	return g
}

func literalZone(host string) zone {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return zoneLoopback
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return zoneOf(ip)
	}
	return zoneUnknown
}

// check parses a URL that a server gave for what; it returns a refusal when
// the client does not follow it.
func (g *guard) check(what, raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || !u.IsAbs() || u.Host == "" {
		return nil, refuse("%s is not an absolute URL: %q", what, raw)
	}
	if u.Fragment != "" || u.User != nil {
		return nil, refuse("%s has a fragment or user information: %q", what, raw)
	}
	z := literalZone(u.Hostname())
	switch {
	case u.Scheme == "https":
	case u.Scheme == "http" && (z == zoneLoopback || g.network.PlainHTTP == PlainHTTPAllowed):
	default:
		return nil, refuse("%s uses neither https nor http on loopback: %q", what, raw)
	}
	if err := g.allows(z); err != nil {
		return nil, refuse("%s is not followed: %s: %q", what, err, raw)
	}
	return u, nil
}

// checkVisit is check for a URL that is shown to the user.
func (g *guard) checkVisit(raw string) (*url.URL, error) {
	if g.network.AuthorizationURL == AnyAuthorizationURL {
		return url.Parse(raw)
	}
	return g.check("authorization_endpoint", raw)
}

func (g *guard) allows(z zone) error {
	if g.network.Addresses == AnyAddress || z == zonePublic || z == zoneUnknown || z == zone(g.homeAt.Load()) {
		return nil
	}
	switch z {
	case zoneLoopback:
		return errors.New("a loopback address, which the MCP server has not")
	case zonePrivate:
		return errors.New("a private address, which the MCP server has not")
	default:
		return errors.New("an address where no service can be")
	}
}

// dial connects, and holds the guard once more against the resolved address,
// because a name can resolve to anything.
func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	dialer := net.Dialer{KeepAlive: -1, ControlContext: func(_ context.Context, _, resolved string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(resolved)
		if err != nil {
			return fmt.Errorf("resolved address %q: %w", resolved, err)
		}
		z := zoneOf(ap.Addr())
		if host == g.home {
			g.homeAt.Store(int32(z))
		} else if err := g.allows(z); err != nil {
			return err
		}
		if g.permit == nil {
			return nil
		}
		return g.permit(ap)
	}}
	return dialer.DialContext(ctx, network, address)
}
