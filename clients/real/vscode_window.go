//go:build unix

package real

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/internal/patience"
)

// vscodeRedirect is the page by which a login comes back.
const vscodeRedirect = "https://vscode.dev/redirect"

// vscodeWindow is a window of VS Code, and who sits in front of it.
type vscodeWindow struct {
	box    *sandbox
	desk   *desk
	folder string // that is open in it

	window    *useragent.Window // nil while none is open
	extension *extension
	address   string
}

// configure writes what a user would have set up.
func (d *vscodeWindow) configure(f clients.Facts) error {
	type object = map[string]any
	server := object{"type": "http", "url": f.MCPURL}
	if c := f.Credentials; c != nil {
		server["oauth"] = object{"clientId": c.ClientID}
	}
	user := filepath.Join(vscodeData(f.Home), "User")
	return errors.Join(
		writeJSON(filepath.Join(user, "mcp.json"), object{"servers": object{serverName: server}}),
		writeJSON(filepath.Join(user, "settings.json"), object{
			"chat.mcp.autostart": "never", "workbench.startupEditor": "none",
			"extensions.autoUpdate": false, "extensions.autoCheckUpdates": false,
			"telemetry.telemetryLevel": "off", "workbench.enableExperiments": false,
		}),
		writeFile(filepath.Join(d.folder, "README"), "A folder to work in.\n"))
}

func (d *vscodeWindow) connect(ctx context.Context) error {
	d.leave()
	address, err := d.desk.enter(ctx, d.box)
	if err != nil {
		return err
	}
	d.address = address
	arrives := d.desk.extensions.window(d.folder)
	d.box.browser.receives(d.receive)
	d.window, err = d.desk.browser.Window(ctx, address+"/?folder="+url.QueryEscape(d.folder), d.opens)
	if err != nil {
		d.desk.leave()
		return err
	}
	if d.extension, err = await(ctx, d.box, d.desk.process, d.box.browser.mark(), "its window to open", arrives); err != nil {
		return err
	}
	return d.attended(ctx, "the connection", func(ctx context.Context) error {
		if err := d.known(ctx); err != nil {
			return err
		}
		var runs bool
		if err := d.extension.request(ctx, "start", nil, &runs); err != nil || runs {
			return err
		}
		return d.failure(ctx)
	})
}

func (d *vscodeWindow) call(ctx context.Context, tool string, arguments map[string]any) (text string, err error) {
	if d.extension == nil {
		return "", errNotRunning
	}
	if arguments == nil {
		arguments = map[string]any{}
	}
	err = d.attended(ctx, "the result", func(ctx context.Context) error {
		return d.extension.request(ctx, "call", map[string]any{"tool": tool, "arguments": arguments}, &text)
	})
	return text, err
}

// attended does something while a person answers what VS Code asks.
func (d *vscodeWindow) attended(ctx context.Context, what string, do func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	var working sync.WaitGroup
	defer working.Wait()
	defer cancel()
	mark := d.box.browser.mark()
	done := make(chan error, 2) // whoever is first
	working.Go(func() { done <- do(ctx) })
	working.Go(func() {
		if err := d.answer(ctx); ctx.Err() == nil {
			done <- err
		}
	})
	failed, err := await(ctx, d.box, d.desk.process, mark, what, done)
	return errors.Join(err, failed)
}

// The dialogs that a person says yes to.
var (
	vscodeAsksLogin = regexp.MustCompile(`wants to authenticate to`)
	vscodeAsksOpen  = regexp.MustCompile(`open the external website`)
	vscodeAsksRun   = regexp.MustCompile(`(?m)^Run \S`) // of a tool that may change something
)

const (
	vscodeDialog = ".monaco-dialog-box"
	vscodeOutput = ".part.panel .view-line"
)

// answer answers dialogs until the context ends. One that no person could answer
// with what there is ends the attempt.
func (d *vscodeWindow) answer(ctx context.Context) error {
	for {
		_, text, err := d.window.Await(ctx, useragent.Shown{Selector: vscodeDialog})
		if err != nil {
			return err
		}
		var button string
		switch {
		case vscodeAsksLogin.MatchString(text):
			button = "Allow"
		case vscodeAsksOpen.MatchString(text):
			button = "Open"
		case vscodeAsksRun.MatchString(text):
			button = "Yes"
		default:
			return &answered{words: "it asks: " + strings.TrimSpace(text)}
		}
		if err := d.window.Click(ctx, useragent.Shown{Selector: vscodeDialog + " .monaco-button", Text: button}); err != nil {
			return err
		}
		if err := d.window.Gone(ctx, useragent.Shown{Selector: vscodeDialog}); err != nil {
			return err
		}
	}
}

// outputScript answers with the lines of the output that are shown, which stand
// in the page in any order.
const outputScript = `[...document.querySelectorAll(".part.panel .view-line")]
  .sort((a, b) => a.offsetTop - b.offsetTop).map(l => l.textContent.replaceAll("\u00a0", " ")).join("\n")`

// known waits until VS Code knows the server: until then it would start nothing,
// and say nothing. It is asked to show the server's output, which it does as
// soon as there is one.
func (d *vscodeWindow) known(ctx context.Context) error {
	output := useragent.Shown{Selector: ".part.panel", Text: "MCP: " + serverName}
	for {
		if err := d.extension.request(ctx, "show", map[string]string{"server": serverName}, nil); err != nil {
			return err
		}
		short, cancel := context.WithTimeout(ctx, vscodeInterval)
		_, _, err := d.window.Await(short, output)
		cancel()
		if err == nil || !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return err
		}
	}
}

// vscodeInterval is how often VS Code is asked.
const vscodeInterval = 100 * time.Millisecond

// failure is what VS Code says of a connection that has failed.
func (d *vscodeWindow) failure(ctx context.Context) error {
	if _, _, err := d.window.Await(ctx, useragent.Shown{Selector: vscodeOutput, Text: "[info]"}); err != nil {
		return err
	}
	var output string
	if err := d.window.Evaluate(ctx, outputScript, &output); err != nil {
		return err
	}
	return &answered{words: d.box.clean(output)}
}

// opens hands what the window wants to open to the person's browser. Links to
// this machine lead through code-server's own port forwarding, for people who
// are elsewhere; the person is here.
func (d *vscodeWindow) opens(address string) {
	if rest, ok := strings.CutPrefix(address, d.address+"/proxy/"); ok {
		// On that way question marks in the query are encoded once more.
		address = "http://127.0.0.1:" + strings.ReplaceAll(rest, "%253F", "%3F")
	}
	if err := d.box.browser.visit(address); err != nil {
		d.box.browser.lose(d.box.browser.mark()+1, fmt.Errorf("%w: %w", errBlocked, err))
	}
}

// receive plays https://vscode.dev/redirect: it leads on to the URL of the
// window that the state holds, with what the page was given.
func (d *vscodeWindow) receive(callback *url.URL) clients.Reply {
	given := callback.Query()
	state, err := url.PathUnescape(given.Get("state"))
	var window *url.URL
	if err == nil {
		window, err = url.Parse(state)
	}
	if err != nil || window.Scheme+"://"+window.Host != d.address {
		return clients.Reply{Status: http.StatusBadRequest, HTML: "the state leads to no window of VS Code"}
	}
	// VS Code looks for the code behind the first parameter.
	query := window.RawQuery + "&state=" + url.QueryEscape(given.Get("state"))
	given.Del("state")
	window.RawQuery = query + "&" + given.Encode()
	ctx, cancel := patience.Context(context.Background(), patience.Limits{Quiet: quietTime}, errHang)
	defer cancel()
	page, err := d.desk.browser.Window(ctx, window.String(), func(string) {})
	if err != nil {
		return clients.Reply{Status: http.StatusBadGateway, HTML: "the window of VS Code cannot be reached"}
	}
	page.Close()
	words := "mcpcompat plays " + vscodeRedirect + ": you can go back to Visual Studio Code"
	if given.Has("error") {
		words += " (" + given.Get("error") + ": " + given.Get("error_description") + ")"
	}
	return clients.Reply{Status: http.StatusOK, HTML: html.EscapeString(words)}
}

// leave closes the window.
func (d *vscodeWindow) leave() {
	if d.window == nil {
		return
	}
	d.window.Close()
	d.window, d.extension = nil, nil
	d.desk.leave()
}
