//go:build unix

package useragent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/mcpcompat/mcpcompat/clients"
)

// settle is how long a page may take to react to a click, or a page with
// scripts to show an element that the script knows.
const settle = 2 * time.Second

// chromeTab is a tab of the browser. Its state is what the events have told.
type chromeTab struct {
	visit      *visit
	target     *chromedp.Target
	stopEvents context.CancelFunc
	confined   bool           // to this machine
	working    sync.WaitGroup // handlers of events

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at every change
	main    cdp.FrameID
	// loading is the document asked for last, loaded the one that was shown
	// last.
	loading, loaded cdp.LoaderID
	started         int // navigations so far
	status          int
	failure         string // why the last navigation failed
	address         string // of the last navigation
	end             *clients.Landing
	callback        *callback
}

// await returns when ok reports true of the state, which it may read, or with
// the context's error.
func (t *chromeTab) await(ctx context.Context, ok func() bool) error {
	for {
		t.mu.Lock()
		done, changed := ok(), t.changed
		t.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// update changes the state and wakes those who wait.
func (t *chromeTab) update(change func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change()
	close(t.changed)
	t.changed = make(chan struct{})
}

func (t *chromeTab) landed() *clients.Landing {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.end
}

// resting tells that there is nothing to wait for; the lock is held.
func (t *chromeTab) resting() bool {
	return t.end != nil || t.callback == nil && t.loading == t.loaded
}

func (t *chromeTab) open(ctx context.Context, address string) error {
	res, err := cdp.Call(ctx, t.target, page.Navigate, page.NavigateParams{URL: address})
	if err != nil {
		return fmt.Errorf("opening %s: %w", t.visit.start.Redacted(), err)
	}
	return t.await(ctx, func() bool {
		// A visit that ends in a callback or a failure never shows a document
		// of its own.
		return t.end != nil || t.callback == nil && (t.loaded != "" || t.failure != "" && res.ErrorText != "") && t.loading == t.loaded
	})
}

// A page may be replaced while a question about it is under way; then the
// question is put to the next one.
func (t *chromeTab) ask(ctx context.Context, expression string, answer any) error {
	wait, returnByValue := true, true
	for {
		if err := t.await(ctx, t.resting); err != nil {
			return err
		}
		if t.landed() != nil {
			return nil
		}
		t.mu.Lock()
		started := t.started
		t.mu.Unlock()
		res, err := cdp.Call(ctx, t.target, runtime.Evaluate, runtime.EvaluateParams{
			Expression: expression, AwaitPromise: &wait, ReturnByValue: &returnByValue,
		})
		if err == nil && res.ExceptionDetails == nil {
			return json.Unmarshal(res.Result.Value, answer)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			err = errors.New(res.ExceptionDetails.Text)
		}
		settled, cancel := context.WithTimeout(ctx, settle)
		moved := t.await(settled, func() bool { return t.started != started || t.end != nil })
		cancel()
		if moved != nil {
			return err
		}
	}
}

// findScript answers with the address and with which selectors match. It waits
// for the first match only where scripts can bring one.
const findScript = `new Promise(resolve => {
  const selectors = %s;
  const found = () => selectors.map(s => s === "" || document.querySelector(s) !== null);
  const known = list => list.some((f, i) => f && selectors[i] !== "");
  const answer = () => resolve({address: location.href, found: found()});
  if (known(found()) || document.scripts.length === 0) { answer(); return; }
  const observer = new MutationObserver(() => { if (known(found())) { observer.disconnect(); answer(); } });
  observer.observe(document, {childList: true, subtree: true, attributes: true});
  setTimeout(() => { observer.disconnect(); answer(); }, %d);
})`

func (t *chromeTab) find(ctx context.Context, selectors []string) (*url.URL, []bool, error) {
	list, err := json.Marshal(selectors)
	if err != nil {
		return nil, nil, err
	}
	var answer struct {
		Address string `json:"address"`
		Found   []bool `json:"found"`
	}
	if err := t.ask(ctx, fmt.Sprintf(findScript, list, settle.Milliseconds()), &answer); err != nil {
		return nil, nil, fmt.Errorf("reading the page: %w", err)
	}
	if answer.Found == nil {
		return nil, nil, nil // the visit has ended meanwhile
	}
	address, err := url.Parse(answer.Address)
	if err != nil {
		return nil, nil, err
	}
	return address, answer.Found, nil
}

// focusScript puts the cursor into a field and selects what is in it.
const focusScript = `(() => {
  const e = document.querySelector(%s);
  if (e === null) return false;
  e.focus(); if (e.select) e.select();
  return true;
})()`

func (t *chromeTab) fill(ctx context.Context, selector, text string) error {
	var there bool
	if err := t.ask(ctx, fmt.Sprintf(focusScript, quote(selector)), &there); err != nil {
		return err
	}
	if !there {
		return t.missing(selector)
	}
	_, err := cdp.Call(ctx, t.target, input.InsertText, input.InsertTextParams{Text: text})
	return err
}

// whereScript scrolls an element into view and answers with its middle.
const whereScript = `(() => {
  const e = document.querySelector(%s);
  if (e === null) return null;
  e.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
  const r = e.getBoundingClientRect();
  return {x: r.x + r.width / 2, y: r.y + r.height / 2};
})()`

func (t *chromeTab) click(ctx context.Context, selector string) error {
	var at *struct{ X, Y float64 }
	if err := t.ask(ctx, fmt.Sprintf(whereScript, quote(selector)), &at); err != nil {
		return err
	}
	if at == nil {
		return t.missing(selector)
	}
	t.mu.Lock()
	before := t.started
	t.mu.Unlock()
	for _, kind := range []input.DispatchMouseEventType{chromedp.MousePressed, chromedp.MouseReleased} {
		params := input.DispatchMouseEventParams{Type: kind, X: at.X, Y: at.Y, Button: input.MouseButtonLeft, ClickCount: 1}
		if _, err := cdp.Call(ctx, t.target, input.DispatchMouseEvent, params); err != nil {
			return fmt.Errorf("clicking %s: %w", selector, err)
		}
	}
	settled, cancel := context.WithTimeout(ctx, settle)
	defer cancel()
	err := t.await(settled, func() bool { return t.started != before || t.end != nil })
	if err != nil && ctx.Err() == nil {
		return nil // a click need not lead anywhere
	}
	return t.await(ctx, t.resting)
}

func (t *chromeTab) missing(selector string) error {
	if t.landed() != nil {
		return nil
	}
	return fmt.Errorf("%w: %s", errNoElement, selector)
}

func (t *chromeTab) rest(ctx context.Context) clients.Landing {
	t.mu.Lock()
	l := clients.Landing{URL: t.address, Status: t.status, Page: t.failure}
	t.mu.Unlock()
	if l.Page != "" {
		l.Page = "This site can't be reached: " + l.Page
		return l
	}
	var shown struct{ Address, Text string }
	err := t.ask(ctx, `({address: location.href, text: document.body ? document.body.innerText : ""})`, &shown)
	if err != nil {
		l.Page = "the page could not be read: " + err.Error()
		return l
	}
	if end := t.landed(); end != nil {
		return *end
	}
	l.URL, l.Page = shown.Address, shorten(shown.Text)
	return l
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""` // no string fails to be encoded
	}
	return string(b)
}
