//go:build unix

package real

import (
	"context"
	"path/filepath"
	"regexp"
	"strconv"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/node"
)

func vscode() program {
	return program{
		id: "vscode", name: "Visual Studio Code", npm: "code-server", version: "1.139.1", condition: "web",
		majors: &[2]string{"1.", "4."},
		limits: vscodeLimits,
		// Its vendor asks for 24, of which it has shown no need.
		node:   "22.15",
		nested: []string{"lib/vscode"},
		entry: func(i node.Installed) (string, error) {
			// The modules that its install scripts would compile are for logging,
			// databases, Kerberos and Windows; it does without them.
			return i.Script("code-server")
		},
	}
}

// vscodeLimits are as read in the published files of code-server 4.139.1, below
// lib/vscode: the flow with a loopback server is in
// out/vs/workbench/api/node/extensionHostProcess.js alone, behind
// !initData.remote.isRemote, and out/vs/code/browser/workbench/workbench.js starts
// that process with isRemote: true, whatever is set; its other host of extensions,
// api/worker/extensionHostWorkerMain.js, does not have the flow. product.json has
// no authClientIdMetadataUrl, and out/server-main.js hands none to the browser.
const vscodeLimits = "The desktop program's redirect to http://127.0.0.1:33418/ cannot be reached without changing the program: " +
	"where VS Code runs for a browser, its extensions run in a remote host, and that is never offered the flow with a loopback server. " +
	"The desktop program itself is no npm package. " +
	"As code-server it also has no client ID metadata document, which Microsoft's own builds have, and calls itself code-server."

// VSCode is Visual Studio Code in a browser, as code-server publishes it
// (https://github.com/coder/code-server): VS Code's own MCP client, unmodified. It
// is driven in a window of a headless browser, where a person would allow the
// login, and by an extension that calls the tools in place of a language model.
//
// Its redirect URI is a page of its vendor's, https://vscode.dev/redirect, which
// leads back to the window. That page is played here, so that nothing leaves this
// machine: what is measured says nothing of the page itself. What cannot be reached
// in this way is in vscodeLimits.
type VSCode struct {
	*release

	desks desks
}

func newVSCode(r *release) *VSCode { return &VSCode{release: r} }

// Registration implements clients.Client.
func (*VSCode) Registration() clients.Registration {
	return clients.Registration{
		Name:         "Visual Studio Code",
		RedirectURIs: []string{vscodeRedirect, "http://127.0.0.1:33418/"},
	}
}

// Available implements clients.Client. It takes a browser too.
func (v *VSCode) Available(ctx context.Context) error {
	if err := v.browserMissing(); err != nil {
		return err
	}
	return v.release.Available(ctx)
}

// Start implements clients.Client.
func (v *VSCode) Start(ctx context.Context, f clients.Facts) (clients.Session, error) {
	box, err := v.sandbox(ctx, f)
	if err != nil {
		return nil, err
	}
	box.noise = vscodeNoise
	s := &session{sandbox: box}
	at, err := v.desks.take(f.Home, func(d *desk) error { return vscodeFurniture(ctx, d) })
	if err != nil {
		return nil, s.abandon(err)
	}
	d := &vscodeWindow{box: box, desk: at, folder: filepath.Join(f.Home, "project-"+strconv.Itoa(at.sessions))}
	s.driver, s.release = d, func() {
		d.leave()
		v.desks.giveBack(at)
	}
	if err := d.configure(f); err != nil {
		return nil, s.abandon(err)
	}
	return s, nil
}

// vscodeNoise is the time before each line of its log.
var vscodeNoise = regexp.MustCompile(`^\[[0-9T:.Z-]+\] *`)
