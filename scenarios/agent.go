package scenarios

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
)

// The ways to give consent.
const (
	ConsentBrowser = "browser" // every page in a real browser
	ConsentHTTP    = "http"    // every page through the fast user agent
	// ConsentAuto uses a real browser for the way from nothing to the first
	// tool result of each cell that is not brief, where one is installed, and
	// the fast user agent for what comes after.
	ConsentAuto = "auto"
)

// user is who sits in front of the client in one cell: it shows pages in a
// browser or through the fast user agent, and decides.
type user struct {
	http    *useragent.HTTP
	chrome  *useragent.Chrome // nil: none
	browser bool              // pages are shown in chrome at present
	shown   atomic.Bool       // a page was shown in chrome
}

func newUser(b *useragent.Browser, o useragent.Options) (*user, error) {
	h, err := useragent.NewHTTP(o)
	if err != nil {
		return nil, err
	}
	u := &user{http: h}
	if b != nil {
		if u.chrome, err = useragent.NewChrome(b, o); err != nil {
			return nil, fmt.Errorf("browser: %w", err)
		}
		u.browser = true
	}
	return u, nil
}

// Open implements clients.UserAgent.
func (u *user) Open(ctx context.Context, v clients.Visit) (clients.Landing, error) {
	if u.browser && u.chrome != nil {
		u.shown.Store(true)
		return u.chrome.Open(ctx, v)
	}
	return u.http.Open(ctx, v)
}

// consent is how the pages were shown that led to the first tool result.
func (u *user) consent() string {
	if u.shown.Load() {
		return ConsentBrowser
	}
	return ConsentHTTP
}

// decide sets what the user answers from now on.
func (u *user) decide(d useragent.Decision) {
	u.http.SetDecision(d)
	if u.chrome != nil {
		u.chrome.SetDecision(d)
	}
}
