package emulated

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/internal/patience"
)

// purpose is what a request is for; it decides the request's looks.
type purpose int

const (
	toMCP purpose = iota
	toProbe
	toResourceMetadata
	toServerMetadata
	toRegistration
	toToken
)

// maxBody bounds what is read of an answer, in bytes.
const maxBody = 1 << 20

// maxRedirects bounds how many redirects are followed where any are.
const maxRedirects = 3

// requester sends a client's requests over a transport of its own.
type requester struct {
	client  *http.Client
	guard   *guard
	headers http.Header // sent with every request
	agents  [toToken + 1]string
	accepts [toToken + 1]string
	timeout time.Duration
	follow  bool
	keep    bool // the access token, when a request to the MCP server is redirected
}

func newRequester(b *Behaviour, g *guard, name, version string, tlsConfig *tls.Config) *requester {
	h := b.Headers
	fill := strings.NewReplacer("{version}", version)
	agent := func(choices ...string) string {
		for _, c := range choices {
			if c == headerOmitted {
				return ""
			}
			if c != "" {
				return fill.Replace(c)
			}
		}
		return name + "/" + version
	}
	accept := func(choice, usual string) string {
		if choice == "" {
			return usual
		}
		return choice
	}
	const json = "application/json"
	all := agent(h.UserAgent)
	metadata := agent(h.UserAgentMetadata, h.UserAgent)
	acceptMCP := accept(h.AcceptMCP, json+", text/event-stream")
	r := &requester{
		guard:   g,
		headers: http.Header{},
		agents: [...]string{
			toMCP: agent(h.UserAgentMCP, h.UserAgent), metadata, metadata,
			agent(h.UserAgentServerMetadata, h.UserAgentMetadata, h.UserAgent), all, all,
		},
		accepts: [...]string{
			toMCP: acceptMCP, accept(h.AcceptProbe, acceptMCP), accept(h.AcceptResourceMetadata, json),
			accept(h.AcceptServerMetadata, json), accept(h.AcceptRegistration, json), accept(h.AcceptToken, json),
		},
		timeout: 5 * time.Second,
		follow:  b.Network.Redirects == RedirectsFollowed,
		keep:    b.Network.MCPRedirects != RedirectsWithoutToken,
	}
	if b.Network.TimeoutSeconds > 0 {
		r.timeout = time.Duration(b.Network.TimeoutSeconds) * time.Second
	}
	for name, value := range h.Extra {
		r.headers.Set(name, fill.Replace(value))
	}
	r.client = &http.Client{
		Transport: &http.Transport{
			DialContext: g.dial, TLSClientConfig: tlsConfig, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute,
			MaxResponseHeaderBytes: 64 << 10, DisableCompression: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return r
}

// answer is a whole response.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// request is what is asked of a server.
type request struct {
	method, url string
	body        string
	contentType string
	header      http.Header
}

// send makes a request of the given purpose and returns the response with its
// body unread. The caller closes the body.
func (r *requester) send(ctx context.Context, p purpose, q request) (*http.Response, error) {
	for range maxRedirects {
		req, err := r.build(ctx, p, q)
		if err != nil {
			return nil, err
		}
		res, err := r.client.Do(req)
		if err != nil {
			return nil, readable(ctx, q, err)
		}
		next, err := r.next(p, q, res)
		if err == nil && next == "" {
			return res, nil
		}
		res.Body.Close()
		if err != nil {
			return nil, err
		}
		q.url = next
		if !r.keep {
			q.header = q.header.Clone()
			q.header.Del("Authorization")
		}
	}
	return nil, fail("%s %s: more than %d redirects", q.method, q.url, maxRedirects)
}

func (r *requester) build(ctx context.Context, p purpose, q request) (*http.Request, error) {
	var body io.Reader
	if q.body != "" {
		body = strings.NewReader(q.body)
	}
	req, err := http.NewRequestWithContext(ctx, q.method, q.url, body)
	if err != nil {
		return nil, fail("%s", err)
	}
	maps.Copy(req.Header, r.headers)
	if accept := r.accepts[p]; accept != headerOmitted {
		req.Header.Set("Accept", accept)
	}
	req.Header["User-Agent"] = []string{r.agents[p]} // "" keeps Go from sending its own
	if q.contentType != "" {
		req.Header.Set("Content-Type", q.contentType)
	}
	maps.Copy(req.Header, q.header)
	return req, nil
}

// next is where a redirect leads if the client follows it, else "". Requests
// to the MCP URL are repeated at the same origin when the method is kept (307,
// 308): a server may insist on a slash there.
func (r *requester) next(p purpose, q request, res *http.Response) (string, error) {
	location, err := res.Location()
	if err != nil {
		return "", nil //nolint:nilerr // no Location: not a redirect that could be followed
	}
	same := res.StatusCode == http.StatusTemporaryRedirect || res.StatusCode == http.StatusPermanentRedirect
	if p == toMCP {
		from, err := url.Parse(q.url)
		if err == nil && same && from.Scheme == location.Scheme && from.Host == location.Host {
			return location.String(), nil
		}
		return "", nil
	}
	if res.StatusCode < 300 || res.StatusCode > 399 {
		return "", nil
	}
	if !r.follow {
		return "", refuse("%s %s: the redirect to %s is not followed", q.method, q.url, location)
	}
	_, err = r.guard.check("a redirect", location.String())
	return location.String(), err
}

// ask is send for a whole answer within the client's limits of time and size.
func (r *requester) ask(ctx context.Context, p purpose, q request) (*answer, error) {
	ctx, cancel := within(ctx, r.timeout)
	defer cancel()
	res, err := r.send(ctx, p, q)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	if err != nil {
		return nil, readable(ctx, q, err)
	}
	if len(body) > maxBody {
		return nil, refuse("%s %s: the answer is larger than %d bytes", q.method, q.url, maxBody)
	}
	return &answer{status: res.StatusCode, header: res.Header, body: body}, nil
}

// within bounds what a client waits for, on the clock of package patience: a client's
// own limit is meant for servers, and not for a busy machine.
func within(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	return patience.Context(ctx, patience.Limits{Quiet: limit}, context.DeadlineExceeded)
}

// readable puts a transport error into a client's words.
func readable(ctx context.Context, q request, err error) error {
	if why := context.Cause(ctx); errors.Is(why, context.DeadlineExceeded) {
		err = why
	}
	if ue, ok := errors.AsType[*url.Error](err); ok {
		err = ue.Err
	}
	at := q.url
	if u, parseErr := url.Parse(q.url); parseErr == nil {
		u.RawQuery = ""
		at = u.String()
	}
	return fmt.Errorf("%s %s: %w", q.method, at, err)
}

func mediaType(h http.Header) string {
	t, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}

// close drops kept-alive connections.
func (r *requester) close() { r.client.CloseIdleConnections() }
