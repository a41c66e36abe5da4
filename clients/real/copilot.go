//go:build unix

package real

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/node"
)

func copilot() program {
	return program{
		id: "copilot-cli", name: "GitHub Copilot CLI", npm: "@github/copilot", version: "1.0.102", condition: "headless",
		asksLogin: regexp.MustCompile(`No authentication information found`),
		entry: func(i node.Installed) (string, error) {
			return i.File("@github/copilot-" + node.Platform() + "/copilot")
		},
	}
}

// Copilot is GitHub's command line agent (https://github.com/github/copilot-cli)
// as programs embed it: headless, JSON-RPC on the standard streams, without an
// account. That has its own way to sign in at MCP servers, which registers
// dynamically. The terminal interface has another one, see [CopilotTerminal].
type Copilot struct {
	*release

	port *portLease
}

func newCopilot(r *release) *Copilot { return &Copilot{r, newPortLease(r.id)} }

// Registration implements clients.Client. The port is the one of the setting
// auth.redirectPort.
func (c *Copilot) Registration() clients.Registration {
	return clients.Registration{
		Name:         "GitHub Copilot CLI",
		RedirectURIs: []string{"http://127.0.0.1:" + strconv.Itoa(c.port.port()) + "/"},
	}
}

// copilotServer is an entry of the program's list of MCP servers.
type copilotServer struct {
	Type         string       `json:"type"`
	URL          string       `json:"url"`
	Tools        []string     `json:"tools"`
	ClientID     string       `json:"oauthClientId,omitempty"`
	PublicClient bool         `json:"oauthPublicClient,omitempty"`
	Auth         *copilotAuth `json:"auth,omitempty"`
}

type copilotAuth struct {
	RedirectPort int `json:"redirectPort"`
}

// Start implements clients.Client.
func (c *Copilot) Start(ctx context.Context, f clients.Facts) (clients.Session, error) {
	box, err := c.sandbox(ctx, f)
	if err != nil {
		return nil, err
	}
	box.env = []string{
		"COPILOT_AUTO_UPDATE=false",
		// Without it no tool can be called but by a model.
		"COPILOT_MCP_APPS=true",
		// The program unpacks 235 MB of itself at its first start.
		"COPILOT_PKG_CACHE_HOME=" + box.at.shared,
	}
	server := copilotServer{Type: "http", URL: f.MCPURL, Tools: []string{"*"}}
	d := &copilotDriver{box: box, server: &server}
	s := &session{sandbox: box, driver: d}
	if err := os.MkdirAll(box.at.shared, 0o700); err != nil {
		return nil, s.abandon(err)
	}
	if f.Credentials == nil {
		return s, nil
	}
	server.ClientID, server.PublicClient = f.Credentials.ClientID, f.Credentials.ClientSecret == ""
	d.secret = f.Credentials.ClientSecret
	server.Auth = &copilotAuth{c.port.port()}
	return leased(ctx, c.port, s)
}

// copilotDriver speaks to one running program.
type copilotDriver struct {
	box    *sandbox
	server *copilotServer
	secret string // that goes with the client_id; the host keeps it, not the program; "" for none
	peer   *peer  // nil before the program was started
	id     string
	start  time.Duration
}

func (d *copilotDriver) connect(ctx context.Context) error {
	d.peer, d.id = nil, rand.Text()
	begun := time.Now()
	p := &peer{headers: true}
	args := []string{"--headless", "--no-auto-update", "--no-auto-login", "--stdio"}
	if err := d.box.talk(args, p); err != nil { //nolint:contextcheck // the program outlives the attempt
		return err
	}
	if err := p.call(ctx, "connect", struct{}{}, nil); err != nil {
		return err
	}
	d.peer = p
	d.start = time.Since(begun)
	err := p.call(ctx, "session.create", map[string]any{
		"sessionId": d.id, "workingDirectory": d.box.facts.Home, "requestMcpApps": true,
		"mcpServers": map[string]*copilotServer{serverName: d.server},
	}, nil)
	if err != nil {
		return err
	}
	switch is, err := d.watch().settled(ctx); {
	case err != nil:
		return err
	case is.Status == statusNeedsLogin:
		if err := d.login(ctx, false); err != nil {
			return err
		}
	case is.Status != statusConnected:
		return &answered{words: is.words()}
	}
	return d.ask(ctx, "session.mcp.listTools", map[string]any{"serverName": serverName}, nil)
}

// ask calls a method about the session.
func (d *copilotDriver) ask(ctx context.Context, method string, params map[string]any, result any) error {
	if params == nil {
		params = map[string]any{}
	}
	params["sessionId"] = d.id
	return d.peer.call(ctx, method, params, result)
}

// watch follows the connection, which the program makes only when it is asked
// for its servers.
func (d *copilotDriver) watch() statusWatch {
	return statusWatch{box: d.box, start: d.start, ask: func(ctx context.Context) ([]serverStatus, error) {
		var list struct{ Servers []serverStatus }
		err := d.ask(ctx, "session.mcp.list", nil, &list)
		return list.Servers, err
	}}
}

// login does what the host does whose user chooses to sign in at the server.
func (d *copilotDriver) login(ctx context.Context, again bool) error {
	var begun struct{ AuthorizationURL string }
	mark := d.box.browser.mark()
	params := map[string]any{"serverName": serverName, "forceReauth": again, "clientName": "GitHub Copilot CLI"}
	if d.secret != "" {
		params["clientSecret"] = d.secret
	}
	err := d.ask(ctx, "session.mcp.oauth.login", params, &begun)
	if err != nil || begun.AuthorizationURL == "" {
		return err
	}
	if err := d.box.browser.visit(begun.AuthorizationURL); err != nil {
		return err
	}
	return d.watch().loggedIn(ctx, mark)
}

// The words with which the program puts a call off: until it has got new tokens
// by itself or its user has signed in, and until its user has signed in anew.
var (
	copilotChallenged = regexp.MustCompile(`OAuth challenge required|not connected`)
	copilotWantsLogin = regexp.MustCompile(`Re-authentication required|Sign in again`)
)

// call calls the tool. Where the program puts that off, it does what a host does
// for its user: waits, signs in if it comes to that, and calls again.
func (d *copilotDriver) call(ctx context.Context, tool string, arguments map[string]any) (string, error) {
	if d.peer == nil {
		return "", errNotRunning
	}
	text, err := d.callOnce(ctx, tool, arguments)
	if says(err, copilotChallenged) {
		is, failed := d.watch().settled(ctx)
		if failed != nil {
			return "", failed
		}
		if is.Status == statusConnected {
			text, err = d.callOnce(ctx, tool, arguments)
		}
	}
	if !says(err, copilotChallenged) && !says(err, copilotWantsLogin) {
		return text, err
	}
	if failed := d.login(ctx, says(err, copilotWantsLogin)); failed != nil {
		return "", fmt.Errorf("%w; after that, at a new login: %w", err, failed)
	}
	return d.callOnce(ctx, tool, arguments)
}

func (d *copilotDriver) callOnce(ctx context.Context, tool string, arguments map[string]any) (string, error) {
	var result toolResult
	err := d.ask(ctx, "session.mcp.apps.callTool", map[string]any{
		"serverName": serverName, "originServerName": serverName, "toolName": tool, "arguments": arguments,
	}, &result)
	if err != nil {
		return "", err
	}
	return result.outcome()
}
