package sdk

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/mcpcompat/mcpcompat/clients"
)

// This file holds what every program around an SDK has to bring along: an HTTP
// transport, a port for the callback, and a way to show a URL to the user.

// version is that of a module in this binary; built says which one it was when
// this was written, for binaries that do not know their modules.
func version(module, built string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == module && m.Replace == nil {
				return strings.TrimPrefix(m.Version, "v")
			}
		}
	}
	return built
}

// newTransport connects where the facts permit it.
func newTransport(f clients.Facts) *http.Transport {
	d := &net.Dialer{}
	if permit := f.Permit; permit != nil {
		d.ControlContext = func(_ context.Context, _, resolved string, _ syscall.RawConn) error {
			address, err := netip.ParseAddrPort(resolved)
			if err != nil {
				return err
			}
			return permit(address)
		}
	}
	t := &http.Transport{DialContext: d.DialContext}
	if f.RootCAs != nil {
		t.TLSClientConfig = &tls.Config{RootCAs: f.RootCAs, MinVersion: tls.VersionTLS12}
	}
	return t
}

// callbackPort is where the program would listen: where it was registered by
// hand if that port is free, else at any free port (RFC 8252, section 7.3).
func callbackPort(f clients.Facts, registered int) (int, error) {
	const first, count = 49152, 16384 // the dynamic ports of RFC 6335
	if f.Credentials != nil && !slices.Contains(f.PortsInUse, registered) {
		return registered, nil
	}
	// Nobody listens, so that any number will do that is not taken.
	for i := range int64(count) {
		port := first + int(uint64(f.Seed+i)%count) //nolint:gosec // the remainder fits
		if !slices.Contains(f.PortsInUse, port) {
			return port, nil
		}
	}
	return 0, errors.New("no free port")
}

var errNoCallback = errors.New("no authorization response")

// callback shows the authorization URL to the user and returns the parameters
// with which the browser came back.
func callback(ctx context.Context, ua clients.UserAgent, address, redirect string) (url.Values, error) {
	received := make(chan url.Values, 1)
	landing, err := ua.Open(ctx, clients.Visit{
		URL: address, RedirectURI: redirect,
		Receive: func(callback *url.URL) clients.Reply {
			select {
			case received <- callback.Query():
			default: // only the first answer counts
			}
			return clients.Reply{Status: http.StatusOK, HTML: "<p>You can close this window.</p>"}
		},
	})
	if err != nil {
		return nil, err
	}
	select {
	case q := <-received:
		if code := q.Get("error"); code != "" {
			return nil, errors.New(strings.TrimSpace("authorization failed: " + code + " " + q.Get("error_description")))
		}
		return q, nil
	default:
		return nil, fmt.Errorf("%w: the browser came to rest at %s: %s", errNoCallback, landing.URL, landing.Page)
	}
}

// object are the arguments of a call: the SDKs send what they are given, and null is no
// object, which is what arguments are if they are sent.
func object(arguments map[string]any) map[string]any {
	if arguments == nil {
		return map[string]any{}
	}
	return arguments
}
