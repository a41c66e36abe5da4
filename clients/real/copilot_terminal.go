//go:build unix

package real

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/patience"
	"github.com/mcpcompat/mcpcompat/internal/proc"
)

func copilotTerminal() program {
	p := copilot()
	p.condition = ""
	return p
}

// CopilotTerminal is the terminal interface of GitHub's command line agent, the
// one that people use. It signs in at an MCP server by itself when it starts, and
// needs no account for that. Its model is another one than GitHub's, by the
// program's own settings for that.
type CopilotTerminal struct {
	*release

	port *portLease
}

func newCopilotTerminal(r *release) *CopilotTerminal {
	return &CopilotTerminal{r, newPortLease(r.id + "+terminal")}
}

// Registration implements clients.Client. The port is the one of the setting
// auth.redirectPort; there is no place for a secret in the settings.
func (c *CopilotTerminal) Registration() clients.Registration {
	return clients.Registration{
		Name:         "GitHub Copilot CLI",
		RedirectURIs: []string{"http://127.0.0.1:" + strconv.Itoa(c.port.port()) + "/"},
	}
}

// Start implements clients.Client.
func (c *CopilotTerminal) Start(ctx context.Context, f clients.Facts) (clients.Session, error) {
	box, err := c.sandbox(ctx, f)
	if err != nil {
		return nil, err
	}
	d := &copilotScreen{box: box}
	s := &session{sandbox: box, driver: d}
	if err := os.MkdirAll(box.at.shared, 0o700); err != nil {
		return nil, closing(s, err)
	}
	if err := d.model.open(s); err != nil { //nolint:contextcheck // the model lives as long as the session
		return nil, err
	}
	box.env = []string{
		"COPILOT_AUTO_UPDATE=false", "COPILOT_PKG_CACHE_HOME=" + box.at.shared, "COPILOT_OFFLINE=true",
		"COPILOT_PROVIDER_BASE_URL=" + d.model.URL() + "/v1", "COPILOT_PROVIDER_API_KEY=none", "COPILOT_MODEL=gpt-4.1",
	}
	if err := d.configure(f, c.port.port()); err != nil {
		return nil, closing(s, err)
	}
	if f.Credentials == nil {
		return s, nil
	}
	return leased(ctx, c.port, s)
}

// copilotScreen types into the terminal and reads what the model is offered.
type copilotScreen struct {
	box   *sandbox
	model model

	process *proc.Process // nil before the program was started

	mu     sync.Mutex
	notice string // what the screen last said of the server, "" for nothing
}

func (*copilotScreen) configure(f clients.Facts, port int) error {
	type object = map[string]any
	// Tools are offered to the model at once instead of behind a search, which only
	// a model would make.
	server := object{"type": "http", "url": f.MCPURL, "tools": []string{"*"}, "deferTools": "never"}
	if f.Credentials != nil {
		server["oauthClientId"], server["oauthPublicClient"] = f.Credentials.ClientID, true
		server["auth"] = copilotAuth{port}
	}
	folder := filepath.Join(f.Home, ".copilot")
	if err := writeJSON(filepath.Join(folder, "config.json"), object{"trusted_folders": []string{f.Home}, "banner": "never"}); err != nil {
		return err
	}
	return writeJSON(filepath.Join(folder, "mcp-config.json"), object{"mcpServers": object{serverName: server}})
}

var (
	// copilotNotice is what the screen says of the server.
	copilotNotice = regexp.MustCompile(`MCP server '` + serverName + `'[^!●╴]*`)
	// copilotReady is on the screen when the interface is drawn. What stands in its
	// last line is never heard of.
	copilotReady = regexp.MustCompile(`Copilot v`)
)

const (
	// copilotInterval is how long the user waits before trying again. More would not
	// count on the clock of package patience.
	copilotInterval = 500 * time.Millisecond
	// copilotSettles is how long the program may take from a login to the tools, on
	// the clock of package patience, as all that follow.
	copilotSettles = 10 * time.Second
	// copilotTries is how often the user types before giving up, on a slow machine
	// for longer than that.
	copilotTries = 5
	// copilotOpens is how long it may take to open the browser; on an idle machine
	// it needs three seconds.
	copilotOpens = 25 * time.Second
)

// connect starts the program and types until the tools of the server are offered
// to the model, which shows that they are listed.
func (d *copilotScreen) connect(ctx context.Context) error {
	mark := d.box.browser.mark()
	ready := make(chan struct{}, 1)
	// What it prints instead of its interface, before it ends, are its words; the
	// interface itself is not, but for what it says of the server.
	var drawn atomic.Bool
	keep := func(line string) bool { return !drawn.Load() || copilotNotice.MatchString(line) }
	o := proc.Options{Terminal: true, Keep: keep, Stdout: func(line string) {
		if copilotReady.MatchString(line) {
			drawn.Store(true)
			select {
			case ready <- struct{}{}:
			default: // it was ready already
			}
		}
		if words := copilotNotice.FindString(line); words != "" {
			d.mu.Lock()
			d.notice = strings.TrimSpace(words)
			d.mu.Unlock()
		}
	}}
	args := []string{"--no-auto-update", "--allow-all-tools"}
	p, err := d.box.start(args, o) //nolint:contextcheck // the program outlives the attempt
	if err != nil {
		return err
	}
	d.process = p
	if _, err := await(ctx, d.box, p, mark, "its interface", ready); err != nil {
		return err
	}
	if !d.stored() {
		if err := d.loggedIn(ctx, mark); err != nil {
			return err
		}
	}
	return d.offered(ctx, mark)
}

// stored says that the program has tokens, good or bad. Then it need not open the
// browser.
func (d *copilotScreen) stored() bool {
	tokens, err := filepath.Glob(filepath.Join(d.box.facts.Home, ".copilot", "mcp-oauth-config", "*.tokens.json"))
	return err == nil && len(tokens) > 0
}

// loggedIn waits for the login that the program begins by itself. Nobody types
// meanwhile: the tools come after it.
func (d *copilotScreen) loggedIn(ctx context.Context, mark int) error {
	opens := patience.NewWatch(patience.Limits{Quiet: copilotOpens})
	for {
		at, rested := d.box.browser.rested(mark)
		switch {
		case rested && !at.declined():
			return nil
		case rested:
			// After a denial the program asks once more.
			pause(ctx, 4*copilotInterval)
			return &answered{words: strings.TrimSpace(d.said() + " The browser showed: " + at.Page)}
		case d.box.browser.mark() == mark && opens.Over():
			return nil // what the model is offered tells what became of it
		}
		if err := d.wait(ctx, mark, statusInterval); err != nil {
			return err
		}
	}
}

// wait lets time pass, unless something happens with which the attempt is over.
func (d *copilotScreen) wait(ctx context.Context, mark int, interval time.Duration) error {
	timer := time.NewTimer(interval)
	defer timer.Stop()
	_, err := await(ctx, d.box, d.process, mark, "tools of the server", timer.C)
	return err
}

// said is what the screen last said of the server.
func (d *copilotScreen) said() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.notice
}

// offered types until the model is offered tools of the server.
func (d *copilotScreen) offered(ctx context.Context, mark int) error {
	settles := patience.NewWatch(patience.Limits{Quiet: copilotSettles})
	for tries := 1; ; tries++ {
		d.model.Forget()
		if err := d.prompt(ctx, "Do nothing."); err != nil {
			return err
		}
		asked := patience.NewWatch(patience.Limits{Quiet: copilotSettles})
		for len(d.model.Offered()) == 0 && !asked.Over() {
			settles.Over() // its clock wants to be looked at
			if err := d.wait(ctx, mark, statusInterval); err != nil {
				return err
			}
		}
		if slices.ContainsFunc(d.model.Offered(), func(name string) bool { return strings.Contains(name, serverName) }) {
			return nil
		}
		at, rested := d.box.browser.rested(mark)
		switch open := d.box.browser.mark() > mark && !rested; {
		case open: // a login goes on
		case rested && at.declined(), tries >= copilotTries && settles.Over():
			if len(d.model.Offered()) == 0 && !at.declined() {
				return fmt.Errorf("%w: waited in vain for it to ask its model", errHang)
			}
			return &answered{words: strings.TrimSpace(d.said() + " It offers its model no tool of the server. " + at.Page)}
		}
		if err := d.wait(ctx, mark, copilotInterval); err != nil {
			return err
		}
	}
}

// prompt types a line.
func (d *copilotScreen) prompt(ctx context.Context, line string) error {
	if err := d.process.Err(); err != nil {
		return err
	}
	if _, err := d.process.Write([]byte(line)); err != nil {
		return err
	}
	pause(ctx, glance) // what comes with the text is taken for a part of it
	_, err := d.process.Write([]byte("\r"))
	return err
}

// call calls the tool, and once more where the program puts that off until it has
// new tokens, which it gets by itself.
func (d *copilotScreen) call(ctx context.Context, tool string, arguments map[string]any) (string, error) {
	if d.process == nil {
		return "", errNotRunning
	}
	mark := d.box.browser.mark()
	text, err := d.callOnce(ctx, mark, tool, arguments)
	if !says(err, copilotChallenged) {
		return text, err
	}
	if err := d.offered(ctx, mark); err != nil {
		return "", err
	}
	return d.callOnce(ctx, mark, tool, arguments)
}

func (d *copilotScreen) callOnce(ctx context.Context, mark int, tool string, arguments map[string]any) (string, error) {
	turn := d.model.Ask(serverName, tool, arguments)
	if err := d.prompt(ctx, "Call the tool "+tool+"."); err != nil {
		return "", err
	}
	// The model may be offered no such tool: then nothing more comes.
	bounded, cancel := patience.Context(ctx, patience.Limits{Quiet: d.box.quiet / 2, Progress: d.box.progress}, errHang)
	defer cancel()
	_, err := await(bounded, d.box, d.process, mark, "what becomes of the tool", turn.Done())
	if err != nil && (ctx.Err() != nil || bounded.Err() == nil) {
		return "", err
	}
	hung := err
	result, err := d.model.result(turn)
	switch {
	case err != nil && hung != nil && len(d.model.Offered()) == 0:
		return "", hung // the model was not even asked
	case err != nil:
		return "", err
	case copilotFailed.MatchString(result.Text):
		return "", &answered{words: result.Text}
	}
	return result.Text, nil
}

// copilotFailed is how the program tells its model that a tool failed: in chat
// completions there is no place for that.
var copilotFailed = regexp.MustCompile(`(?i)^(MCP server .*: )?(error|failed)|^\{"error"|MCP invocation failed`)
