//go:build unix

package real

import (
	"context"
	"fmt"
	"sync"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/internal/proc"
)

// desk is one installation of a program whose interface is a web page, and the
// browser in which it is used. All sessions of a home share it, each in a window
// of its own: such programs keep tokens in the browser.
type desk struct {
	home    string
	browser *useragent.Browser
	// launch starts the program, at the address that it had before, "" for
	// none, and returns the address.
	launch func(ctx context.Context, box *sandbox, address string) (*proc.Process, string, error)
	// extensions are where VS Code's connect to; nil for other programs.
	extensions *extensionHost
	// clear takes away what the desk holds besides its browser; nil means
	// nothing.
	clear func() error

	mu       sync.Mutex
	sessions int
	windows  int           // open ones; without any the program is ended
	address  string        // "" before the program was started the first time
	process  *proc.Process // nil while it does not run
}

// enter counts a window, for the first of which the program is started, by the
// sandbox of the session that opens it. It has the same address every time, so
// that the browser finds what it keeps for it.
func (d *desk) enter(ctx context.Context, box *sandbox) (address string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.windows == 0 {
		if d.process, d.address, err = d.launch(ctx, box, d.address); err != nil {
			return "", err
		}
		box.watch(nil) // from now on its log is not what a person sees
	}
	d.windows++
	return d.address, nil
}

// start starts the program, and returns when it has said what is awaited.
func (*desk) start(
	ctx context.Context, box *sandbox, o proc.Options, match func(line string) bool,
) (p *proc.Process, line string, err error) {
	if p, err = proc.Start(context.Background(), o); err != nil { //nolint:contextcheck // the program outlives the attempt that starts it
		return nil, "", err
	}
	box.watch(p)
	if line, err = box.line(ctx, p, "its interface", match); err != nil {
		p.Close() //nolint:errcheck // it always returns nil
		return nil, "", err
	}
	return p, line, nil
}

// leave ends the program with its last window.
func (d *desk) leave() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.windows--; d.windows == 0 {
		d.process.Close() //nolint:errcheck // it always returns nil
		d.process = nil
	}
}

func (d *desk) close() error {
	err := d.browser.Close()
	if d.clear != nil {
		if failed := d.clear(); err == nil {
			err = failed
		}
	}
	if err != nil {
		return fmt.Errorf("the browser of %s: %w", d.home, err)
	}
	return nil
}

// desks are those of a client, by home.
type desks struct {
	mu   sync.Mutex
	open map[string]*desk
}

// take counts a session of a home. A new desk is furnished first.
func (d *desks) take(home string, furnish func(*desk) error) (*desk, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at := d.open[home]
	if at == nil {
		at = &desk{home: home, browser: useragent.NewBrowser(useragent.BrowserOptions{})}
		if err := furnish(at); err != nil {
			return nil, err
		}
		if d.open == nil {
			d.open = map[string]*desk{}
		}
		d.open[home] = at
	}
	at.sessions++
	return at, nil
}

// giveBack closes the desk with the last session of the home.
func (d *desks) giveBack(at *desk) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if at.sessions--; at.sessions == 0 {
		delete(d.open, at.home)
		_ = at.close() // nothing of it is needed any more
	}
}

// browserMissing says that a program which needs a browser cannot have one.
func (r *release) browserMissing() error {
	if _, err := useragent.FindBrowser(); err != nil {
		return fmt.Errorf("%s: %w: %w", r.id, clients.ErrUnavailable, err)
	}
	return nil
}
