package useragent

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
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
	limited, cancel := context.WithTimeout(ctx, h.options.Timeout)
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
	t := &httpTab{visit: visit, transport: transport, jar: jar}
	landing, err := h.play(limited, t, v.URL)
	return visit.conclude(ctx, landing, err)
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
	var d net.Dialer
	return d.DialContext(ctx, network, address)
}

// httpTab is the page that is shown, and the way to the next one.
type httpTab struct {
	visit     *visit
	transport *http.Transport
	jar       http.CookieJar

	at     *url.URL
	status int
	root   *html.Node
	end    *clients.Landing
}

func (t *httpTab) open(ctx context.Context, _ string) error {
	return t.follow(ctx, request{method: http.MethodGet, url: t.visit.start})
}

func (t *httpTab) landed() *clients.Landing { return t.end }

func (t *httpTab) rest(context.Context) clients.Landing {
	return clients.Landing{URL: t.at.String(), Status: t.status, Page: visibleText(t.root)}
}

func (t *httpTab) find(_ context.Context, selectors []string) (*url.URL, []bool, error) {
	found := make([]bool, len(selectors))
	for i, s := range selectors {
		if s == "" {
			found[i] = true
			continue
		}
		node, err := t.element(s)
		if err != nil && !errors.Is(err, errNoElement) {
			return nil, nil, err
		}
		found[i] = node != nil
	}
	return t.at, found, nil
}

func (t *httpTab) element(s string) (*html.Node, error) {
	sel, err := parseSelector(s)
	if err != nil {
		return nil, err
	}
	if n := sel.find(t.root); n != nil {
		return n, nil
	}
	return nil, fmt.Errorf("%w: %s", errNoElement, s)
}

func (t *httpTab) fill(_ context.Context, s, text string) error {
	n, err := t.element(s)
	if err != nil {
		return err
	}
	setAttr(n, "value", text)
	return nil
}

func (t *httpTab) click(ctx context.Context, s string) error {
	n, err := t.element(s)
	if err != nil {
		return err
	}
	if href, ok := attr(n, "href"); ok && n.DataAtom == atom.A {
		target, err := t.at.Parse(href)
		if err != nil {
			return fmt.Errorf("link %s: %w", s, err)
		}
		return t.follow(ctx, request{method: http.MethodGet, url: target, from: t.at})
	}
	if kind, _ := attr(n, "type"); kind == "checkbox" || kind == "radio" {
		toggle(n)
		return nil
	}
	form := formOf(t.root, n)
	if form == nil {
		return fmt.Errorf("%w: %s is neither a link nor in a form", errNoElement, s)
	}
	r, err := t.submission(form, n)
	if err != nil {
		return fmt.Errorf("form of %s: %w", s, err)
	}
	return t.follow(ctx, r)
}

func toggle(n *html.Node) {
	if _, checked := attr(n, "checked"); checked {
		removeAttr(n, "checked")
		return
	}
	setAttr(n, "checked", "")
}

// submission is the request that the browser sends for a form.
func (t *httpTab) submission(form, button *html.Node) (request, error) {
	action, _ := attr(form, "action")
	if override, ok := attr(button, "formaction"); ok {
		action = override
	}
	method, _ := attr(form, "method")
	if override, ok := attr(button, "formmethod"); ok {
		method = override
	}
	target := t.at
	if action != "" {
		var err error
		if target, err = t.at.Parse(action); err != nil {
			return request{}, err
		}
	}
	data := encode(formData(t.root, form, button))
	if !strings.EqualFold(method, http.MethodPost) {
		with := *target
		with.RawQuery = data
		return request{method: http.MethodGet, url: &with, from: t.at}, nil
	}
	return request{method: http.MethodPost, url: target, body: data, from: t.at}, nil
}

// request is one navigation.
type request struct {
	method string
	url    *url.URL
	body   string   // form-encoded
	from   *url.URL // the page that led here; nil for none
}

// follow requests a page and goes where its redirects lead.
func (t *httpTab) follow(ctx context.Context, r request) error {
	for range maxHops {
		if isExternal(r.url) || t.visit.isCallback(r.url) {
			return t.callback(ctx, r)
		}
		resp, err := t.send(ctx, r)
		if err != nil {
			return t.unreachable(ctx, r, err)
		}
		next, err := redirected(r, resp)
		if err != nil || next == nil {
			return t.show(r.url, resp)
		}
		resp.Body.Close()
		r = *next
	}
	t.at, t.status, t.root = r.url, 0, message("too many redirects")
	return nil
}

func (t *httpTab) send(ctx context.Context, r request) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, r.method, r.url.String(), strings.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	req.Header = t.header(r)
	resp, err := t.transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	t.jar.SetCookies(r.url, resp.Cookies())
	return resp, nil
}

func (t *httpTab) header(r request) http.Header {
	h := http.Header{
		"Accept":          {"text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"},
		"Accept-Language": {"en"},
		"User-Agent":      {"Mozilla/5.0 (compatible; mcpcompat)"},
	}
	if r.method == http.MethodPost {
		h.Set("Content-Type", "application/x-www-form-urlencoded")
		if r.from != nil {
			h.Set("Origin", r.from.Scheme+"://"+r.from.Host)
		}
	}
	var cookies []string
	for _, c := range t.jar.Cookies(r.url) {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	if len(cookies) > 0 {
		h.Set("Cookie", strings.Join(cookies, "; "))
	}
	if t.visit.marks(r.url) {
		h.Set(trace.ActorHeader, t.visit.user.mark)
	}
	return h
}

// redirected is the request to which a response leads on, nil for none.
func redirected(r request, resp *http.Response) (*request, error) {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil //nolint:nilnil // most responses lead nowhere
	}
	location := resp.Header.Get("Location")
	if location == "" {
		return nil, nil //nolint:nilnil // a redirect to nowhere is shown as a page
	}
	target, err := r.url.Parse(location)
	if err != nil {
		return nil, err
	}
	if target.Fragment == "" {
		target.Fragment = r.url.Fragment
	}
	next := request{method: http.MethodGet, url: target, from: r.from}
	if resp.StatusCode == http.StatusTemporaryRedirect || resp.StatusCode == http.StatusPermanentRedirect {
		next.method, next.body = r.method, r.body
	}
	return &next, nil
}

// show reads the page.
func (t *httpTab) show(at *url.URL, resp *http.Response) error {
	defer resp.Body.Close()
	root, err := html.Parse(io.LimitReader(resp.Body, maxDocument))
	if err != nil {
		root = message("the page could not be read: " + err.Error())
	}
	t.at, t.status, t.root = at, resp.StatusCode, root
	return nil
}

// unreachable shows what a browser would say. Only the end of the visit is the
// user agent's own failure.
func (t *httpTab) unreachable(ctx context.Context, r request, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", r.url.Redacted(), ctx.Err())
	}
	t.at, t.status, t.root = r.url, 0, message("This site can't be reached: "+err.Error())
	return nil
}

// message is a page of the browser's own.
func message(text string) *html.Node { return &html.Node{Type: html.TextNode, Data: text} }

// callback brings the authorization response to the client.
func (t *httpTab) callback(ctx context.Context, r request) error {
	if t.visit.receive != nil && t.visit.isCallback(r.url) {
		_, landing := t.visit.deliver(r.url, t.header(r))
		t.end = &landing
		return nil
	}
	t.end = &clients.Landing{URL: r.url.String()}
	if isExternal(r.url) {
		t.end.Page = "no program answers to " + r.url.Scheme + ":"
		t.visit.beginCallback(r.url, nil)(0, "", t.end.Page)
		return nil
	}
	done := t.visit.beginCallback(r.url, t.header(r))
	resp, err := t.send(ctx, r)
	if err != nil {
		done(0, "", err.Error())
		if ctx.Err() != nil {
			return fmt.Errorf("callback: %w", ctx.Err())
		}
		t.end.Page = "This site can't be reached: " + err.Error()
		return nil
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(io.LimitReader(resp.Body, maxDocument))
	if err != nil {
		page = append(page, " (the answer was cut short: "+err.Error()+")"...)
	}
	done(resp.StatusCode, string(page), "")
	t.end.Delivered, t.end.Status, t.end.Page = true, resp.StatusCode, pageText(string(page))
	return nil
}
