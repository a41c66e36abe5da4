package useragent

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/internal/patience"
)

const (
	maxHops     = 20
	maxDocument = 1 << 20 // bytes of a page that are read
)

// HTTP is a user agent without scripting: forms, links, redirects and cookies.
// It is safe for concurrent use.
type HTTP struct{ *user }

// NewHTTP makes a user agent. It holds nothing that needs to be closed.
func NewHTTP(o Options) (*HTTP, error) {
	u, err := newUser(o)
	if err != nil {
		return nil, err
	}
	return &HTTP{u}, nil
}

// Open implements clients.UserAgent. Every visit has cookies and connections
// of its own.
func (h *HTTP) Open(ctx context.Context, v clients.Visit) (clients.Landing, error) {
	limited, cancel := patience.Context(ctx, patience.Limits{Quiet: h.options.Timeout}, context.DeadlineExceeded)
	defer cancel()
	visit, err := h.newVisit(v)
	if err != nil {
		return clients.Landing{}, fmt.Errorf("user agent: %w", err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return clients.Landing{}, fmt.Errorf("user agent: %w", err)
	}
	transport := h.transport()
	defer transport.CloseIdleConnections()
	t := &httpTab{visit: visit, toServers: h.recorded(transport), toClient: transport, jar: jar}
	landing, err := h.play(limited, t, v.URL)
	if err != nil && limited.Err() != nil {
		err = context.Cause(limited)
	}
	return visit.conclude(ctx, landing, err)
}

// recorded is the transport, with a recorder in front if nobody else records
// what is sent.
func (h *HTTP) recorded(transport *http.Transport) http.RoundTripper {
	if h.options.Recorder == nil || !h.options.RecordRequests {
		return transport
	}
	return h.options.Recorder.RoundTripper(trace.UserAgent, trace.AuthorizationServer, transport)
}

func (h *HTTP) transport() *http.Transport {
	t := &http.Transport{DisableCompression: true, DialContext: (&net.Dialer{}).DialContext}
	if !h.options.AllowNetwork {
		t.DialContext = dialLoopback
	}
	if h.options.RootCAs != nil {
		t.TLSClientConfig = &tls.Config{RootCAs: h.options.RootCAs, MinVersion: tls.VersionTLS12}
	}
	return t
}

var errNotLoopback = errors.New("the user agent was not allowed to leave the loopback interface")

// dialLoopback connects to this machine only. Names under .test are this
// machine.
func dialLoopback(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if !stays(host) {
		return nil, fmt.Errorf("%s: %w", host, errNotLoopback)
	}
	if isTestName(host) {
		address = net.JoinHostPort("127.0.0.1", port)
	}
	d := net.Dialer{KeepAlive: -1} // no use within this machine
	return d.DialContext(ctx, network, address)
}
