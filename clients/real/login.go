//go:build unix

package real

import (
	"context"
	"time"

	"github.com/mcpcompat/mcpcompat/internal/patience"
)

// serverStatus is what a program says of its connection with the MCP server.
type serverStatus struct {
	Name   string
	Status string // connected, needs-auth, pending, failed, disabled …
	Error  string
}

// The statuses that matter.
const (
	statusPending    = "pending"
	statusNeedsLogin = "needs-auth"
	statusConnected  = "connected"
)

func (s serverStatus) words() string {
	if s.Error == "" {
		return s.Status
	}
	return s.Status + ": " + s.Error
}

// statusWatch follows the status of a connection in a program that has to be
// asked for it.
type statusWatch struct {
	box *sandbox
	// ask returns the status of all servers.
	ask func(ctx context.Context) ([]serverStatus, error)
	// start is how long the program took to start, from which is known how
	// slow the machine is.
	start time.Duration
	// failure is what the program says elsewhere of why a login failed, "" for
	// nothing; nil means that it says nothing.
	failure func() string
}

// statusInterval is how often a program is asked.
const statusInterval = 20 * time.Millisecond

// settled asks until the program is done connecting.
func (w statusWatch) settled(ctx context.Context) (serverStatus, error) {
	for {
		list, err := w.ask(ctx)
		if err != nil {
			return serverStatus{}, err
		}
		for _, s := range list {
			if s.Name == serverName && s.Status != statusPending {
				return s, nil
			}
		}
		if !pause(ctx, statusInterval) {
			return serverStatus{}, w.box.waited(ctx, w.box.browser.mark(), "the connection")
		}
	}
}

// How long a program may do nothing after the callback until what it says of the
// connection is its last word, on the clock of package patience. On an idle machine
// it needs a quarter of a second for what it computes; one that takes long to start
// is given more. A program whose requests nobody sees (see clients.Facts.Served) may
// be waiting for a slow server, and is waited for as long as the attempt lasts.
const (
	loginPatience = 1500 * time.Millisecond
	loginSlowness = 4 // times the start
	// declinedPatience is for a callback that the program has turned down.
	declinedPatience = 500 * time.Millisecond
)

// loggedIn waits for what comes of a login in the browser.
func (w statusWatch) loggedIn(ctx context.Context, mark int) error {
	var idle *patience.Watch // nil until the browser has come to rest
	for {
		is, err := w.settled(ctx)
		if err != nil {
			return err
		}
		if _, failed := w.box.browser.since(mark); failed != nil {
			return failed
		}
		if w.failure != nil {
			if words := w.failure(); words != "" {
				return &answered{words: words}
			}
		}
		at, rested := w.box.browser.rested(mark)
		switch {
		case is.Status != statusNeedsLogin && is.Status != statusConnected:
			return &answered{words: is.words()}
		case !rested: // until then it is the connection that there was
		case is.Status == statusConnected && !at.declined():
			return nil
		case idle == nil:
			idle = w.idle(at)
		case idle.Over() && !w.waits(at):
			return &answered{words: is.words() + "; the browser showed: " + at.Page}
		}
		if !pause(ctx, statusInterval) {
			return w.box.waited(ctx, mark, "the end of the login")
		}
	}
}

// idle watches whether the program does anything after a visit.
func (w statusWatch) idle(at rest) *patience.Watch {
	quiet := max(loginPatience, loginSlowness*w.start)
	if at.declined() {
		quiet = declinedPatience
	}
	return patience.NewWatch(patience.Limits{Quiet: quiet, Progress: w.box.progress})
}

// waits reports whether the program may be waiting for a server.
func (w statusWatch) waits(at rest) bool {
	if w.box.facts.Served == nil {
		return !at.declined()
	}
	_, pending := w.box.facts.Served()
	return pending
}
