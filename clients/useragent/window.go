//go:build unix

package useragent

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Window is a tab that stays open: the interface of a program which runs in a
// browser. The windows of one [Browser] share cookies and storage, as those of a
// person do; the visits of user agents have their own. It is used by one
// goroutine at a time, except Close.
type Window struct {
	home    *url.URL
	leave   func(url string)
	own     context.Context //nolint:containedctx // chromedp keeps the tab in it
	target  *chromedp.Target
	end     func()
	working sync.WaitGroup // the handler of requests

	mu      sync.Mutex
	loads   int           // documents so far
	changed chan struct{} // closed and replaced at every document
}

// leaveBinding is the name under which a page's script tells of a URL that it
// wants to open in another window.
const leaveBinding = "mcpcompatOpens"

// openScript takes the place of window.open. A page opens an empty window at
// times, and says later where it is to go.
const openScript = `window.open = address => {
  const tell = a => { if (a && a !== "about:blank") window.` + leaveBinding + `(new URL(a, document.baseURI).href); };
  tell(address);
  const location = {get href() { return "about:blank"; }, set href(a) { tell(a); }, assign: tell, replace: tell};
  return {opener: null, closed: false, close() {}, focus() {}, get location() { return location; }, set location(a) { tell(a); }};
};`

// Window opens a tab at the URL. A URL of another origin that the page leads to,
// in its own place or in a new window, is not opened but handed to leave; the
// page stays as it is. The window lives until it is closed, or the browser is.
func (b *Browser) Window(ctx context.Context, address string, leave func(url string)) (*Window, error) {
	home, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("window: %w", err)
	}
	in, err := b.run(ctx)
	if err != nil {
		return nil, fmt.Errorf("window: %w", err)
	}
	w := &Window{home: home, leave: leave, changed: make(chan struct{})}
	own, cancel := chromedp.NewContext(in.ctx)
	w.own = own
	w.end = sync.OnceFunc(func() {
		cancel()
		w.working.Wait()
		b.users.Done()
	})
	context.AfterFunc(own, w.end) //nolint:contextcheck // the browser, in whose life it is, may be closed first
	if err := w.prepare(); err != nil {
		w.end()
		return nil, fmt.Errorf("window: %w", err)
	}
	if err := w.Go(ctx, address); err != nil {
		w.end()
		return nil, err
	}
	return w, nil
}

// prepare opens the tab and has it tell what happens in it.
func (w *Window) prepare() error {
	if err := chromedp.Do(w.own); err != nil {
		return err
	}
	w.target = chromedp.FromContext(w.own).Target
	main := cdp.FrameID(w.target.TargetID) // a page's main frame has its id
	paused := chromedp.Events(w.own, fetch.RequestPaused)
	w.working.Go(func() {
		for ev, err := range paused {
			if err != nil {
				return
			}
			w.onRequest(ev, main)
		}
	})
	err := chromedp.Listen(w.own, func(ev any) {
		switch ev := ev.(type) {
		case *page.EventDomContentEventFired:
			w.mu.Lock()
			w.loads++
			close(w.changed)
			w.changed = make(chan struct{})
			w.mu.Unlock()
		case *runtime.EventBindingCalled:
			if ev.Name == leaveBinding {
				w.leave(ev.Payload)
			}
		}
	})
	if err != nil {
		return err
	}
	documents := []*fetch.RequestPattern{{URLPattern: "*", ResourceType: "Document", RequestStage: fetch.RequestStageRequest}}
	_, errFetch := chromedp.Call(w.own, fetch.Enable, fetch.EnableParams{Patterns: documents})
	_, errBinding := chromedp.Call(w.own, runtime.AddBinding, runtime.AddBindingParams{Name: leaveBinding})
	_, errScript := chromedp.Call(w.own, page.AddScriptToEvaluateOnNewDocument,
		page.AddScriptToEvaluateOnNewDocumentParams{Source: openScript})
	// A page that nobody looks at is slowed down, and this one is looked at
	// whatever other tabs there are.
	focus := emulation.SetFocusEmulationEnabledParams{Enabled: true}
	_, errFocus := chromedp.Call(w.own, emulation.SetFocusEmulationEnabled, focus)
	return errors.Join(errFetch, errBinding, errScript, errFocus)
}

// onRequest keeps the page from going to another origin. Frames inside the page
// are not the user's affair.
func (w *Window) onRequest(ev fetch.EventRequestPaused, main cdp.FrameID) {
	u, err := url.Parse(ev.Request.URL)
	if err == nil && ev.FrameID == main && !sameOrigin(u, w.home) {
		// A browser stays where it is when there is no content.
		const noContent = 204
		_, _ = cdp.Call(w.own, w.target, fetch.FulfillRequest, fetch.FulfillRequestParams{
			RequestID: ev.RequestID, ResponseCode: noContent,
		})
		w.leave(ev.Request.URL + ev.Request.URLFragment)
		return
	}
	// An error means that the request was abandoned meanwhile.
	_, _ = cdp.Call(w.own, w.target, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: ev.RequestID})
}

// Close closes the tab. Closing twice is harmless.
func (w *Window) Close() { w.end() }
