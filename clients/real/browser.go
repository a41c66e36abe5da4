//go:build unix

package real

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/patience"
)

// browser is what a program takes for the user's browser: it hands each URL to
// the user agent.
type browser struct {
	dir    string
	pipe   *os.File
	cancel context.CancelFunc
	done   sync.WaitGroup

	mu      sync.Mutex
	visits  int           // begun so far
	lost    []lost        // visits after which the program has nothing to go on with
	rests   []rest        // visits that have ended
	changed chan struct{} // closed and replaced at every change
	// receive takes callbacks for a program that runs in a browser itself; nil
	// means that they are really requested.
	receive func(callback *url.URL) clients.Reply
}

// rest is where a visit ended.
type rest struct {
	clients.Landing

	visit int // counted from 1
}

// declined reports whether the callback told the program of an error, or the
// program answered it with one.
func (r rest) declined() bool { return isError(r.URL) || r.Status >= http.StatusBadRequest }

// lost is a visit after which a user gives up.
type lost struct {
	visit int // counted from 1
	err   error
}

const (
	// glance is how long the person needs at least to see that a browser has
	// opened. Programs rely on it: some listen, or wait for the answer, only
	// after they have opened the browser, and would lose one that came within
	// the same millisecond.
	glance = 250 * time.Millisecond
	// listenPatience is how long a program may take from showing a URL to
	// listening for the callback, on the clock of package patience. A person needs
	// longer to sign in; the user agent may need a millisecond.
	listenPatience = 3 * time.Second
	listenInterval = 10 * time.Millisecond
	// errorPatience is how long a program may take to say what became of an
	// error that it received as the callback, on the same clock.
	errorPatience = 5 * time.Second
)

// The names by which programs look for a browser.
var browserNames = [...]string{ //nolint:gochecknoglobals // an array that nothing changes
	"xdg-open", "open", "www-browser", "x-www-browser", "sensible-browser", "gnome-open", "wslview",
}

// openBrowser puts the shim into a new folder below home.
func openBrowser(home string, ua clients.UserAgent) (b *browser, err error) {
	dir, err := os.MkdirTemp(home, "browser-")
	if err != nil {
		return nil, fmt.Errorf("browser shim: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("browser shim: %w", err), os.RemoveAll(dir))
		}
	}()
	fifo := filepath.Join(dir, "urls")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		return nil, err
	}
	// The pipe has a writer of ours too, so that it does not end between two
	// URLs, and does not block, so that closing it ends a pending read.
	pipe, err := os.OpenFile(fifo, os.O_RDWR|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	script := "#!/bin/sh\nprintf '%s\\n' \"$1\" > " + quote(fifo) + "\n"
	b = &browser{dir: dir, pipe: pipe, changed: make(chan struct{})}
	if err := os.WriteFile(b.shim(), []byte(script), 0o700); err != nil { //nolint:gosec // it is to be run
		pipe.Close()
		return nil, err
	}
	for _, name := range browserNames {
		if err := os.Symlink(filepath.Base(b.shim()), filepath.Join(dir, name)); err != nil {
			pipe.Close()
			return nil, err
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	b.cancel = cancel
	b.done.Go(func() { b.serve(ctx, ua) })
	return b, nil
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func (b *browser) shim() string { return filepath.Join(b.dir, "browser") }

// visit shows a URL that the program handed out instead of opening it.
func (b *browser) visit(address string) error {
	if strings.ContainsAny(address, "\r\n") || address == "" {
		return fmt.Errorf("not a URL to open: %q", address)
	}
	if _, err := b.pipe.WriteString(address + "\n"); err != nil {
		return fmt.Errorf("browser shim: %w", err)
	}
	return nil
}

// receives has callbacks handed over from now on, for a program that runs in a
// browser itself.
func (b *browser) receives(callback func(*url.URL) clients.Reply) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.receive = callback
}

// environment makes the program find the shim, and no other browser.
func (b *browser) environment() []string {
	return []string{
		"BROWSER=" + b.shim(),
		"PATH=" + b.dir + string(os.PathListSeparator) + os.Getenv("PATH"),
	}
}

// serve shows every URL, one at a time, as one user would look at them.
func (b *browser) serve(ctx context.Context, ua clients.UserAgent) {
	lines := bufio.NewScanner(b.pipe)
	for lines.Scan() {
		address := strings.TrimSpace(lines.Text())
		b.mu.Lock()
		b.visits++
		visit, receive := b.visits, b.receive
		b.mu.Unlock()
		pause(ctx, glance)
		listens := awaitListener(ctx, address)
		landing, err := ua.Open(ctx, clients.Visit{URL: address, Receive: receive})
		if err == nil {
			b.tell(func() { b.rests = append(b.rests, rest{landing, visit}) })
		}
		switch {
		case err != nil:
			b.lose(visit, fmt.Errorf("%w: the browser failed: %w", browserFault(err), err))
		case !landing.Delivered && !listens:
			b.lose(visit, fmt.Errorf("%w: waited in vain for somebody to listen for the callback; the browser came to rest at %s: %s",
				errHang, landing.URL, landing.Page))
		case !landing.Delivered:
			b.lose(visit, fmt.Errorf("%w: gave up: the browser came to rest at %s: %s", errStranded, landing.URL, landing.Page))
		case isError(landing.URL):
			b.done.Go(func() { b.heed(ctx, rest{landing, visit}) })
		}
	}
}

// heed waits for what the program says of an error that it received as the
// callback. The page that it showed is its own answer where it says no more;
// without that it was waited for in vain.
func (b *browser) heed(ctx context.Context, at rest) {
	ctx, cancel := patience.Context(ctx, patience.Limits{Quiet: errorPatience}, errHang)
	defer cancel()
	<-ctx.Done()
	switch why := context.Cause(ctx); {
	case !errors.Is(why, errHang):
	case strings.TrimSpace(at.Page) == "":
		b.lose(at.visit, fmt.Errorf("%w: it said nothing of the error that it was called back with", errHang))
	default:
		b.lose(at.visit, fmt.Errorf("%w: it said no more of the error that it was called back with than the browser showed: %s",
			errStranded, at.Page))
	}
}

// browserFault is what it means that a user agent failed, which is never the
// program's doing.
func browserFault(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return errHang
	}
	return errBlocked
}

// pause reports whether the time has passed, as opposed to the context having
// ended.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (b *browser) lose(visit int, err error) {
	b.tell(func() { b.lost = append(b.lost, lost{visit, err}) })
}

// events is how much has happened in the browser.
func (b *browser) events() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.visits + len(b.rests) + len(b.lost)
}

// tell changes what others wait for.
func (b *browser) tell(change func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change()
	close(b.changed)
	b.changed = make(chan struct{})
}

// rested returns where the last visit after the mark ended, if one has.
func (b *browser) rested(mark int) (rest, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := len(b.rests); n > 0 && b.rests[n-1].visit > mark {
		return b.rests[n-1], true
	}
	return rest{}, false
}

// isError tells whether a callback carries an error response.
func isError(callback string) bool {
	u, err := url.Parse(callback)
	return err == nil && u.Query().Has("error")
}

// awaitListener waits until somebody listens at the loopback port to which an
// authorization request wants its answer, as the person's slowness would. There
// is no event for that, so it knocks. If nobody ever listens, the visit goes on
// and shows just that. It reports whether somebody listens, or may: nothing is
// known of callbacks elsewhere.
func awaitListener(ctx context.Context, address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return true
	}
	redirect, err := url.Parse(u.Query().Get("redirect_uri"))
	if err != nil || redirect.Scheme != "http" || redirect.Port() == "" {
		return true
	}
	ctx, cancel := patience.Context(ctx, patience.Limits{Quiet: listenPatience}, errHang)
	defer cancel()
	tick := time.NewTicker(listenInterval)
	defer tick.Stop()
	for {
		var d net.Dialer
		if conn, err := d.DialContext(ctx, "tcp", redirect.Host); err == nil {
			conn.Close()
			return true
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
}

// mark remembers which visits belong to the past.
func (b *browser) mark() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.visits
}

// since says why a visit after the mark leaves the program with nothing to go on
// with, nil for none, and what to wait for.
func (b *browser) since(mark int) (changed <-chan struct{}, why error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.lost {
		if l.visit > mark {
			return b.changed, l.err
		}
	}
	return b.changed, nil
}

// close ends a visit that goes on, and takes the shim away.
func (b *browser) close() error {
	b.cancel()
	b.pipe.Close()
	b.done.Wait()
	return os.RemoveAll(b.dir)
}
