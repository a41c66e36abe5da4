//go:build unix

package real

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"

	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/internal/proc"
)

// vscodeDesk is one installation of VS Code and the browser in which it is used.
// All sessions of a home share it, each in a window of its own: the program keeps
// tokens in the browser.
type vscodeDesk struct {
	home    string
	browser *useragent.Browser
	hosts   *extensionHost
	sockets string // a folder

	mu       sync.Mutex
	sessions int
	windows  int           // open ones; without any the program is ended
	address  string        // "" before the program was started the first time
	process  *proc.Process // nil while it does not run
}

// openDesk makes what a program of that home will need. It starts nothing.
func openDesk(ctx context.Context, home string) (d *vscodeDesk, err error) {
	d = &vscodeDesk{home: home, browser: useragent.NewBrowser(useragent.BrowserOptions{})}
	if err := d.browser.Available(); err != nil {
		return nil, err
	}
	if d.hosts, err = newExtensionHost(ctx); err != nil {
		return nil, err
	}
	if d.sockets, err = shortDir(); err == nil {
		err = d.hosts.install(d.extensions())
	}
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func (d *vscodeDesk) data() string       { return filepath.Join(d.home, "data") }
func (d *vscodeDesk) extensions() string { return filepath.Join(d.home, "extensions") }

// vscodeListens is how the program says where its interface is.
var vscodeListens = regexp.MustCompile(`HTTP server listening on (http://127\.0\.0\.1:(\d+))/`)

// enter counts a window, for the first of which the program is started, by the
// sandbox of the session that opens it. It has the same address every time, so
// that the browser finds what it keeps for it.
func (d *vscodeDesk) enter(ctx context.Context, box *sandbox) (address string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.windows == 0 {
		bind := "127.0.0.1:0"
		if d.address != "" {
			bind = d.address[len("http://"):]
		}
		o := box.options([]string{
			"--auth", "none", "--bind-addr", bind, "--config", filepath.Join(d.home, "code-server.yaml"),
			"--user-data-dir", d.data(), "--extensions-dir", d.extensions(),
			"--enable-proposed-api", "mcpcompat.driver", "--disable-telemetry", "--disable-update-check",
			"--disable-workspace-trust", "--disable-getting-started-override",
		}, proc.Options{})
		o.Env = slices.Concat(o.Env, d.hosts.environment(), []string{"TMPDIR=" + d.sockets, "XDG_RUNTIME_DIR=" + d.sockets})
		p, err := proc.Start(context.Background(), o) //nolint:contextcheck // the program outlives the attempt that starts it
		if err != nil {
			return "", err
		}
		box.watch(p)
		line, err := p.Await(ctx, vscodeListens.MatchString)
		if err != nil {
			return "", errors.Join(err, p.Close())
		}
		box.watch(nil) // from now on its log is not what a person sees
		d.process, d.address = p, vscodeListens.FindStringSubmatch(line)[1]
	}
	d.windows++
	return d.address, nil
}

// leave ends the program with its last window.
func (d *vscodeDesk) leave() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.windows--; d.windows == 0 {
		d.process.Close() //nolint:errcheck // it always returns nil
		d.process = nil
	}
}

func (d *vscodeDesk) close() error {
	err := d.browser.Close()
	d.hosts.close()
	if d.sockets != "" {
		err = errors.Join(err, os.RemoveAll(d.sockets))
	}
	if err != nil {
		return fmt.Errorf("VS Code's browser: %w", err)
	}
	return nil
}
