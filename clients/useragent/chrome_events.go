//go:build unix

package useragent

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// callback is a callback that is really being requested.
type callback struct {
	request network.RequestID
	url     string
	status  int
	done    func(status int, page, failure string)
}

// listen follows what happens in the tab until the context ends. Requests are
// answered in one goroutine, in the order in which the browser asks.
func (t *chromeTab) listen(ctx context.Context) error {
	t.main = cdp.FrameID(t.target.TargetID) // a page's main frame has its id
	paused := chromedp.Events(ctx, fetch.RequestPaused)
	t.working.Go(func() {
		for ev, err := range paused {
			if err != nil {
				return
			}
			t.onRequest(ctx, ev)
		}
	})
	return chromedp.Listen(ctx, func(ev any) {
		switch ev := ev.(type) {
		case *network.EventRequestWillBeSent:
			if ev.Type == network.ResourceTypeDocument && ev.FrameID == t.main {
				t.onNavigation(ev)
			}
		case *network.EventResponseReceived:
			if ev.Type == network.ResourceTypeDocument && ev.FrameID == t.main {
				t.update(func() { t.onResponse(ev) })
			}
		case *network.EventLoadingFinished:
			t.update(func() { t.onFinished(ev.RequestID, "") })
		case *network.EventLoadingFailed:
			t.update(func() { t.onFinished(ev.RequestID, ev.ErrorText) })
		case *page.EventLifecycleEvent:
			if ev.Name == "DOMContentLoaded" && ev.FrameID == t.main {
				t.update(func() { t.loaded = ev.LoaderID })
			}
		}
	})
}

// onNavigation notes that another document is being asked for. A URL for a
// program outside of the browser is never requested; it ends here.
func (t *chromeTab) onNavigation(ev *network.EventRequestWillBeSent) {
	t.update(func() {
		t.started++
		t.loading, t.address, t.failure, t.status = ev.LoaderID, ev.Request.URL, "", 0
	})
	u, err := url.Parse(ev.Request.URL + ev.Request.URLFragment)
	if err == nil && isExternal(u) {
		t.working.Go(func() { t.onExternal(u) })
	}
}

// onExternal brings a callback to a client that has claimed its scheme.
func (t *chromeTab) onExternal(u *url.URL) {
	if t.visit.receive != nil && t.visit.isCallback(u) {
		_, landing := t.visit.deliver(u, nil)
		t.update(func() { t.end = &landing })
		return
	}
	landing := clients.Landing{URL: u.String(), Page: "no program answers to " + u.Scheme + ":"}
	t.visit.beginCallback(u, nil)(0, "", landing.Page)
	t.update(func() { t.end = &landing })
}

// onRequest decides what becomes of a request: the callback goes to a client of
// this process, everything else out, marked as the user agent's own where the
// recorder may see it.
func (t *chromeTab) onRequest(ctx context.Context, ev fetch.EventRequestPaused) {
	proceed := fetch.ContinueRequestParams{RequestID: ev.RequestID}
	u, err := url.Parse(ev.Request.URL + ev.Request.URLFragment)
	navigation := ev.ResourceType == network.ResourceTypeDocument && ev.FrameID == t.main
	switch {
	case err != nil:
		// It fails below.
	case navigation && t.visit.isCallback(u) && t.visit.receive != nil:
		t.onReceived(ctx, ev, u)
		return
	case navigation && t.visit.isCallback(u):
		t.onCallback(ev, u)
	}
	switch {
	case err != nil || t.confined && !stays(u.Hostname()) && (u.Scheme == "http" || u.Scheme == "https"):
		// The rules for names do not hold back addresses.
		_, _ = cdp.Call(ctx, t.target, fetch.FailRequest, fetch.FailRequestParams{
			RequestID: ev.RequestID, ErrorReason: network.ErrorReasonAddressUnreachable,
		})
		return
	case t.visit.marks(u):
		for name, value := range headers(ev.Request) {
			proceed.Headers = append(proceed.Headers, &fetch.HeaderEntry{Name: name, Value: strings.Join(value, ", ")})
		}
		proceed.Headers = append(proceed.Headers, &fetch.HeaderEntry{Name: trace.ActorHeader, Value: t.visit.user.mark})
	}
	// An error means that the request was abandoned meanwhile.
	_, _ = cdp.Call(ctx, t.target, fetch.ContinueRequest, proceed)
}

func headers(r *network.Request) http.Header {
	h := http.Header{}
	for name, value := range r.Headers {
		if text, ok := value.(string); ok {
			h[name] = []string{text}
		}
	}
	return h
}

// onReceived hands the callback to a client of this process and shows its
// answer.
func (t *chromeTab) onReceived(ctx context.Context, ev fetch.EventRequestPaused, u *url.URL) {
	reply, landing := t.visit.deliver(u, headers(ev.Request))
	_, _ = cdp.Call(ctx, t.target, fetch.FulfillRequest, fetch.FulfillRequestParams{
		RequestID: ev.RequestID, ResponseCode: int64(reply.Status), Body: []byte(reply.HTML),
		ResponseHeaders: []*fetch.HeaderEntry{{Name: "Content-Type", Value: "text/html; charset=utf-8"}},
	})
	t.update(func() { t.end = &landing })
}

// onCallback notes that the callback is being requested from a client outside
// of this process.
func (t *chromeTab) onCallback(ev fetch.EventRequestPaused, u *url.URL) {
	done := t.visit.beginCallback(u, headers(ev.Request))
	t.update(func() { t.callback = &callback{request: ev.NetworkID, url: u.String(), done: done} })
}

// onResponse notes the status of a document; the lock is held.
func (t *chromeTab) onResponse(ev *network.EventResponseReceived) {
	if t.callback != nil && t.callback.request == ev.RequestID {
		t.callback.status = int(ev.Response.Status)
		return
	}
	t.status, t.address = int(ev.Response.Status), ev.Response.URL
}

// onFinished notes that a request is complete or has failed; the lock is held.
func (t *chromeTab) onFinished(id network.RequestID, failure string) {
	c := t.callback
	if c == nil || c.request != id {
		if failure != "" && string(id) == string(t.loading) {
			t.failure, t.loaded = failure, t.loading
		}
		return
	}
	t.callback = nil
	t.end = &clients.Landing{URL: c.url, Delivered: c.status != 0, Status: c.status}
	if c.status == 0 {
		t.end.Page = "This site can't be reached: " + failure
		c.done(0, "", failure)
		return
	}
	c.done(c.status, "", "")
}
