//go:build unix

package useragent

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/security"
	"github.com/chromedp/chromedp"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/patience"
)

// Chrome is a user agent in a real browser. It is safe for concurrent use.
type Chrome struct {
	*user

	browser *Browser
}

// NewChrome makes a user agent of the browser, which stays the caller's.
func NewChrome(b *Browser, o Options) (*Chrome, error) {
	u, err := newUser(o)
	if err != nil {
		return nil, err
	}
	return &Chrome{user: u, browser: b}, nil
}

// Open implements clients.UserAgent. Every visit has a browser context, and
// with it cookies, of its own.
func (c *Chrome) Open(ctx context.Context, v clients.Visit) (clients.Landing, error) {
	visit, err := c.newVisit(v)
	if err != nil {
		return clients.Landing{}, fmt.Errorf("user agent: %w", err)
	}
	own, giveBack, err := c.browser.tab(ctx)
	if err != nil {
		return clients.Landing{}, fmt.Errorf("user agent: %w", err)
	}
	defer giveBack()
	limited, cancel := patience.Context(own, patience.Limits{Quiet: c.options.Timeout}, context.DeadlineExceeded)
	defer cancel()
	stop := context.AfterFunc(ctx, cancel)
	defer stop()

	landing, err := c.visit(own, limited, visit, v.URL)
	if err != nil && limited.Err() != nil {
		err = context.Cause(limited) // the cause of whatever the browser said
	}
	return visit.conclude(ctx, landing, err)
}

func (c *Chrome) visit(own, limited context.Context, v *visit, address string) (clients.Landing, error) {
	t, err := c.watch(own, limited, v)
	if err != nil {
		return clients.Landing{}, err
	}
	defer t.working.Wait()
	defer t.stopEvents()
	landing, err := c.play(limited, t, address)
	if (err != nil || !landing.Delivered) && c.options.ScreenshotDir != "" && own.Err() == nil {
		c.screenshot(own)
	}
	return landing, err
}

// watch listens to what happens in a tab. The tab is bound to the first context,
// its events and commands to the second.
func (c *Chrome) watch(own, limited context.Context, v *visit) (*chromeTab, error) {
	t := &chromeTab{
		visit: v, target: chromedp.FromContext(own).Target, changed: make(chan struct{}),
		confined: !c.browser.options.AllowNetwork && c.browser.options.RemoteURL == "",
	}
	events, stop := context.WithCancel(limited)
	t.stopEvents = stop
	if err := t.listen(events); err != nil {
		return nil, err
	}
	pattern := []*fetch.RequestPattern{{URLPattern: "*", RequestStage: fetch.RequestStageRequest}}
	if _, err := chromedp.Call(limited, fetch.Enable, fetch.EnableParams{Patterns: pattern}); err != nil {
		return nil, fmt.Errorf("watching the requests of the tab: %w", err)
	}
	if c.options.RootCAs != nil && t.confined {
		// Every host is this machine, so a wrong certificate deceives nobody.
		ignore := security.SetIgnoreCertificateErrorsParams{Ignore: true}
		if _, err := chromedp.Call(limited, security.SetIgnoreCertificateErrors, ignore); err != nil {
			return nil, fmt.Errorf("accepting the deployment's certificate: %w", err)
		}
	}
	return t, nil
}

const screenshotTimeout = 5 * time.Second

// screenshot keeps a picture of the page as evidence. A visit does not fail for
// want of one.
func (c *Chrome) screenshot(own context.Context) {
	ctx, cancel := context.WithTimeout(own, screenshotTimeout)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.MkdirAll(c.options.ScreenshotDir, 0o750)
	}
	var f *os.File
	if err == nil {
		f, err = os.CreateTemp(c.options.ScreenshotDir, "landing-*.png")
	}
	if err == nil {
		_, err = f.Write(picture)
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}
	if err != nil {
		c.note("no screenshot: " + err.Error())
		return
	}
	c.note("screenshot: " + filepath.Base(f.Name()))
}
