//go:build unix

package useragent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// Shown is something that a person sees on a page: a visible element that
// matches the CSS selector and has the text in it, "" for any.
type Shown struct {
	Selector string `json:"selector"`
	Text     string `json:"text"`
}

// String is the selector, with the text.
func (s Shown) String() string {
	if s.Text == "" {
		return s.Selector
	}
	return fmt.Sprintf("%s with %q", s.Selector, s.Text)
}

// shownScript answers as soon as one of several things is shown: which one, and
// its text. It clicks on it if that is wanted: what is clicked on is what was
// found, even while the page moves.
const shownScript = `new Promise(resolve => {
  const wanted = %s, click = %t;
  const seen = () => {
    for (const [index, w] of wanted.entries()) {
      for (const e of document.querySelectorAll(w.selector)) {
        const r = e.getBoundingClientRect();
        if (e.textContent.includes(w.text) && r.width > 0 && r.height > 0) {
          const answer = {index, text: e.innerText ?? e.textContent};
          if (click) e.click();
          return answer;
        }
      }
    }
    return null;
  };
  const first = seen();
  if (first !== null) { resolve(first); return; }
  const observer = new MutationObserver(() => {
    const now = seen();
    if (now !== null) { observer.disconnect(); resolve(now); }
  });
  observer.observe(document, {childList: true, subtree: true, attributes: true, characterData: true});
})`

// seen is what shownScript answers.
type seen struct {
	Index int    `json:"index"`
	Text  string `json:"text"`
}

// Await waits until one of these is shown, and returns which, and its text.
func (w *Window) Await(ctx context.Context, things ...Shown) (index int, text string, err error) {
	s, err := w.look(ctx, things, false)
	return s.Index, s.Text, err
}

// goneScript answers as soon as that is not shown any more.
const goneScript = `new Promise(resolve => {
  const wanted = %s;
  const gone = () => ![...document.querySelectorAll(wanted.selector)].some(e => e.textContent.includes(wanted.text));
  if (gone()) { resolve(true); return; }
  const observer = new MutationObserver(() => { if (gone()) { observer.disconnect(); resolve(true); } });
  observer.observe(document, {childList: true, subtree: true, attributes: true, characterData: true});
})`

// Gone waits until this is not on the page any more.
func (w *Window) Gone(ctx context.Context, s Shown) error {
	what, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := w.Evaluate(ctx, fmt.Sprintf(goneScript, what), nil); err != nil {
		return fmt.Errorf("window: waiting for the end of %s: %w", s, err)
	}
	return nil
}

// Click waits until this is shown, and clicks on it.
func (w *Window) Click(ctx context.Context, on Shown) error {
	_, err := w.look(ctx, []Shown{on}, true)
	return err
}

// Type enters text where the cursor is.
func (w *Window) Type(ctx context.Context, text string) error {
	err := w.within(ctx, func(ctx context.Context) error {
		_, err := cdp.Call(ctx, w.target, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
	if err != nil {
		return fmt.Errorf("window: typing: %w", err)
	}
	return nil
}

// Go shows another URL in the window, of its own origin, and returns when its
// document is there.
func (w *Window) Go(ctx context.Context, address string) error {
	before := w.loaded()
	err := w.within(ctx, func(ctx context.Context) error {
		res, err := cdp.Call(ctx, w.target, page.Navigate, page.NavigateParams{URL: address})
		if err == nil && res.ErrorText != "" {
			err = errors.New(res.ErrorText)
		}
		if err != nil {
			return err
		}
		return w.awaitLoad(ctx, before)
	})
	if err != nil {
		return fmt.Errorf("window: showing %s: %w", address, err)
	}
	return nil
}

// Evaluate runs a script in the page, waits for the promise if it is one, and
// decodes what it answers. A result of nil is not looked at.
func (w *Window) Evaluate(ctx context.Context, script string, result any) error {
	return w.within(ctx, func(ctx context.Context) error { return w.evaluate(ctx, script, result) })
}

// look waits until one of these is shown. A page may be replaced meanwhile; then
// the next one is looked at.
func (w *Window) look(ctx context.Context, wanted []Shown, click bool) (seen, error) {
	list, err := json.Marshal(wanted)
	if err != nil {
		return seen{}, err
	}
	var s seen
	err = w.within(ctx, func(ctx context.Context) error {
		for {
			before := w.loaded()
			err := w.evaluate(ctx, fmt.Sprintf(shownScript, list, click), &s)
			if err == nil || ctx.Err() != nil {
				return err
			}
			patient, cancel := context.WithTimeout(ctx, settle)
			moved := w.awaitLoad(patient, before)
			cancel()
			if moved != nil {
				return err
			}
		}
	})
	if err != nil {
		return seen{}, fmt.Errorf("window: waiting for %v: %w", wanted, err)
	}
	return s, nil
}

func (w *Window) evaluate(ctx context.Context, script string, result any) error {
	wait, returnByValue := true, true
	res, err := cdp.Call(ctx, w.target, runtime.Evaluate, runtime.EvaluateParams{
		Expression: script, AwaitPromise: &wait, ReturnByValue: &returnByValue,
	})
	switch {
	case err != nil:
		return err
	case res.ExceptionDetails != nil:
		return errors.New(res.ExceptionDetails.Text)
	case result == nil:
		return nil
	}
	return json.Unmarshal(res.Result.Value, result)
}

// within bounds what is done by the caller's context and by the window's life.
func (w *Window) within(ctx context.Context, do func(context.Context) error) error {
	limited, cancel := context.WithCancelCause(w.own)
	defer cancel(nil)
	stop := context.AfterFunc(ctx, func() { cancel(context.Cause(ctx)) })
	defer stop()
	err := do(limited) //nolint:contextcheck // the window's life, cut short by the caller's context
	if err != nil && limited.Err() != nil {
		return context.Cause(limited) //nolint:contextcheck // as above
	}
	return err
}

func (w *Window) loaded() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.loads
}

// awaitLoad waits for a document after that many.
func (w *Window) awaitLoad(ctx context.Context, before int) error {
	for {
		w.mu.Lock()
		loads, changed := w.loads, w.changed
		w.mu.Unlock()
		if loads > before {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
