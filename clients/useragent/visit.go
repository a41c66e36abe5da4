package useragent

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// maxPage is how much of a page's text a landing holds, in characters.
const maxPage = 2000

// visit is one visit as both user agents see it: it knows which request is the
// callback and records it.
type visit struct {
	user    *user
	receive func(*url.URL) clients.Reply
	start   *url.URL
	// redirect is where the callback is expected; nil means that nobody said.
	redirect *url.URL
}

func (u *user) newVisit(v clients.Visit) (*visit, error) {
	start, err := url.Parse(v.URL)
	if err != nil {
		return nil, err
	}
	out := &visit{user: u, receive: v.Receive, start: start}
	expected := v.RedirectURI
	if expected == "" {
		// A real program says it in the authorization request.
		expected = start.Query().Get("redirect_uri")
	}
	if redirect, err := url.Parse(expected); err == nil && redirect.Scheme != "" {
		out.redirect = redirect
	}
	return out, nil
}

// isCallback tells whether a request goes to the client: scheme, host, port
// and path are those of the redirect URI. Where no redirect URI is known, an
// authorization response to another origin counts.
func (v *visit) isCallback(u *url.URL) bool {
	if v.redirect != nil {
		return sameOrigin(u, v.redirect) && samePath(u, v.redirect)
	}
	q := u.Query()
	return !sameOrigin(u, v.start) && (q.Has("code") || q.Has("error")) && q.Has("state")
}

// isExternal tells whether a URL leads out of the browser, to a program that
// has claimed its scheme.
func isExternal(u *url.URL) bool {
	switch u.Scheme {
	case "http", "https", "about", "data", "blob", "javascript", "chrome-error", "":
		return false
	}
	return true
}

// marks tells whether a request carries the recorder's mark: all do, except
// those to the client, which must see what a browser sends and no more.
func (v *visit) marks(u *url.URL) bool {
	if v.user.mark == "" || v.isCallback(u) {
		return false
	}
	return v.redirect == nil || !sameOrigin(u, v.redirect) || sameOrigin(u, v.start)
}

func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	switch u.Scheme {
	case "http":
		return "80"
	case "https":
		return "443"
	}
	return ""
}

func samePath(a, b *url.URL) bool {
	if a.Opaque != "" || b.Opaque != "" {
		return a.Opaque == b.Opaque
	}
	return a.EscapedPath() == b.EscapedPath() ||
		strings.Trim(a.EscapedPath(), "/") == "" && strings.Trim(b.EscapedPath(), "/") == ""
}

// deliver hands a callback to a client of this process and returns its answer.
func (v *visit) deliver(u *url.URL, header http.Header) (clients.Reply, clients.Landing) {
	received := *u
	if u.Scheme == "http" || u.Scheme == "https" {
		received.Fragment, received.RawFragment = "", "" // a fragment never leaves a browser
	}
	done := v.beginCallback(&received, header)
	reply := v.receive(&received)
	if reply.Status == 0 {
		reply.Status = http.StatusOK
	}
	done(reply.Status, reply.HTML, "")
	return reply, clients.Landing{
		URL: u.String(), Delivered: true, Status: reply.Status, Page: pageText(reply.HTML),
	}
}

// beginCallback records that the callback is being requested; the function it
// returns records how that ended.
func (v *visit) beginCallback(u *url.URL, header http.Header) func(status int, page, failure string) {
	rec := v.user.options.Recorder
	if rec == nil {
		return func(int, string, string) {}
	}
	id := rec.Begin(trace.UserAgent, trace.Client, trace.Request{Method: http.MethodGet, URL: u.String(), Header: header})
	return func(status int, page, failure string) {
		if failure != "" {
			rec.End(id, nil, failure)
			return
		}
		rec.End(id, &trace.Response{
			Status: status,
			Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
			Body:   trace.Body{Text: page, Size: int64(len(page))},
		}, "")
	}
}

// conclude records where the visit landed. A visit that ran out of its own
// time has landed too: somebody did not answer.
func (v *visit) conclude(caller context.Context, l clients.Landing, err error) (clients.Landing, error) {
	switch {
	case err == nil:
	case caller.Err() != nil:
		return l, fmt.Errorf("user agent: %w", caller.Err())
	case errors.Is(err, context.DeadlineExceeded):
		l = clients.Landing{URL: v.start.String(), Page: fmt.Sprintf("no answer within %s", v.user.options.Timeout)}
	default:
		return l, fmt.Errorf("user agent: %w", err)
	}
	if rec := v.user.options.Recorder; rec != nil {
		v.record(rec, l)
	}
	return l, nil
}

func (*visit) record(rec *trace.Recorder, l clients.Landing) {
	rec.Event(trace.Landed, map[string]string{
		"url":       rec.Masker().URL(l.URL),
		"page":      rec.Masker().Text(l.Page),
		"delivered": strconv.FormatBool(l.Delivered),
	})
}

// note leaves a remark for people on the recording.
func (u *user) note(text string) {
	if rec := u.options.Recorder; rec != nil {
		rec.Event(trace.Note, map[string]string{"text": rec.Masker().Text(text)})
	}
}

// stays tells whether a host is of this machine; the names under .test are
// mapped to it.
func stays(host string) bool {
	if host == "localhost" || isTestName(host) {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func isTestName(host string) bool {
	return strings.HasSuffix(strings.ToLower(strings.TrimSuffix(host, ".")), ".test")
}
