package useragent

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

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
		resp, err := t.send(ctx, t.toServers, r)
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

func (t *httpTab) send(ctx context.Context, via http.RoundTripper, r request) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, r.method, r.url.String(), strings.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	req.Header = t.header(r)
	resp, err := via.RoundTrip(req)
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
	resp, err := t.send(ctx, t.toClient, r)
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
