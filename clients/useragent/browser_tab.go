//go:build unix

package useragent

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// freshTab is an empty tab with a browser context of its own.
type freshTab struct {
	ctx    context.Context //nolint:containedctx // chromedp keeps the tab in it
	cancel context.CancelFunc
	err    error
}

// tab returns a tab that nobody has used, and a function that closes it. A tab
// takes a good part of the time of a visit to open, so the next one is opened
// while this one is in use.
func (b *Browser) tab(ctx context.Context) (own context.Context, giveBack func(), err error) {
	in, err := b.run(ctx)
	if err != nil {
		return nil, nil, err
	}
	select {
	case t := <-in.spare:
		b.openSpare(in)
		if t.err == nil {
			return t.ctx, func() {
				go func() {
					in.closeTab(t)
					b.users.Done()
				}()
			}, nil
		}
		err = t.err
	case <-in.ctx.Done():
		err = fmt.Errorf("the browser has ended: %w", in.ctx.Err())
	case <-ctx.Done():
		err = ctx.Err()
	}
	b.users.Done()
	return nil, nil, fmt.Errorf("opening a tab: %w", err)
}

// openSpare opens a tab for the next visit. At most one is on its way or kept.
func (b *Browser) openSpare(in *instance) {
	b.users.Go(func() {
		t := &freshTab{}
		// Detached, the tab is closed by closeTab alone: in one go, without
		// waiting for each part.
		t.ctx, t.cancel = chromedp.NewContext(in.ctx, chromedp.WithNewBrowserContext(), chromedp.WithDetachOnCancel())
		t.err = chromedp.Do(t.ctx)
		select {
		case in.spare <- t:
		case <-in.ctx.Done():
			t.cancel()
		}
	})
}

// closeTab takes the tab's browser context away, and with it its pages and
// cookies. If that fails, they go with the browser.
func (in *instance) closeTab(t *freshTab) {
	if c := chromedp.FromContext(t.ctx); c.BrowserContextID != "" {
		ctx, cancel := context.WithTimeout(in.ctx, closeTimeout)
		defer cancel()
		_, _ = chromedp.CallBrowser(ctx, target.DisposeBrowserContext,
			target.DisposeBrowserContextParams{BrowserContextID: c.BrowserContextID})
	}
	t.cancel()
}
