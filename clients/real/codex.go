//go:build unix

package real

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/node"
)

func codex() program {
	return program{
		id: "codex", name: "Codex", npm: "@openai/codex", version: "0.169.0",
		asksLogin: regexp.MustCompile(`\bcodex login\b`), // of an MCP server it is codex mcp login
		entry: func(i node.Installed) (string, error) {
			target := map[string]string{
				"linux-x64":    "x86_64-unknown-linux-musl",
				"linux-arm64":  "aarch64-unknown-linux-musl",
				"darwin-x64":   "x86_64-apple-darwin",
				"darwin-arm64": "aarch64-apple-darwin",
			}[node.Platform()]
			return i.File("@openai/codex-" + node.Platform() + "/vendor/" + target + "/bin/codex")
		},
	}
}

// Codex is OpenAI's command line agent (https://github.com/openai/codex). It is
// driven through its app server, by which editors embed it: that is JSON-RPC on
// the standard streams, needs no account, and hands out the URL to be opened.
type Codex struct {
	*release

	port *portLease
}

func newCodex(r *release) *Codex { return &Codex{r, newPortLease(r.id)} }

// Registration implements clients.Client. The port is the one of the setting
// mcp_oauth_callback_port. At an authorization server that does not announce the
// iss parameter, and with a client_id that was typed in, the program appends a
// hash of the MCP URL to the path (openai/codex#30460).
func (c *Codex) Registration() clients.Registration {
	callback := "http://127.0.0.1:" + strconv.Itoa(c.port.port()) + "/callback"
	return clients.Registration{Name: "Codex", RedirectURIs: []string{callback, callback + "/{url-hash}"}}
}

// Start implements clients.Client.
func (c *Codex) Start(ctx context.Context, f clients.Facts) (clients.Session, error) {
	box, err := c.sandbox(ctx, f)
	if err != nil {
		return nil, err
	}
	s := &session{sandbox: box, driver: &codexDriver{box: box}}
	if err := c.configure(f); err != nil {
		return nil, s.abandon(err)
	}
	if f.Credentials == nil {
		return s, nil
	}
	return leased(ctx, c.port, s)
}

// serverName is what the user calls the MCP server.
const serverName = "mcpcompat"

// configure writes what the user would put into the program's settings.
func (c *Codex) configure(f clients.Facts) error {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("check_for_update_on_startup = false")
	line("mcp_oauth_credentials_store = \"file\"") // there is no keyring in this home
	if f.Credentials != nil {
		line("mcp_oauth_callback_port = %d", c.port.port())
	}
	line("[analytics]\nenabled = false")
	line("[mcp_servers.%s]\nurl = %q", serverName, f.MCPURL)
	if f.Credentials != nil {
		line("[mcp_servers.%s.oauth]\nclient_id = %q", serverName, f.Credentials.ClientID)
		if f.Credentials.ClientSecret != "" {
			line("client_secret = %q", f.Credentials.ClientSecret)
		}
	}
	return writeFile(filepath.Join(f.Home, ".codex", "config.toml"), b.String())
}

// codexDriver speaks to one app server.
type codexDriver struct {
	box    *sandbox
	peer   *peer
	thread string
}

const (
	codexLoggedIn = "mcpServer/oauthLogin/completed"
	codexStarted  = "mcpServer/startupStatus/updated"
)

func (d *codexDriver) connect(ctx context.Context) error {
	d.peer, d.thread = &peer{}, ""
	err := d.box.talk([]string{"app-server"}, d.peer, codexLoggedIn, codexStarted) //nolint:contextcheck // the program outlives the attempt
	if err != nil {
		return err
	}
	err = d.peer.call(ctx, "initialize", map[string]any{
		"clientInfo": map[string]string{"name": "mcpcompat", "version": "1"},
	}, nil)
	if err != nil {
		return err
	}
	if err := d.peer.notify("initialized"); err != nil {
		return err
	}
	var status codexStatus
	if err := d.status(ctx, &status); err != nil {
		return err
	}
	if status.AuthStatus != "notLoggedIn" {
		// It may want a login nevertheless, where it has not found out that there
		// is one to be had.
		if err := d.begin(ctx); !says(err, codexWantsLogin) {
			return err
		}
	}
	if err := d.login(ctx); err != nil {
		return err
	}
	return d.begin(ctx)
}

// codexStatus is what the program knows of the server.
type codexStatus struct {
	AuthStatus string         `json:"authStatus"`
	Tools      map[string]any `json:"tools"`
	ToolsError string         `json:"toolsError"`
}

func (d *codexDriver) status(ctx context.Context, s *codexStatus) error {
	params := map[string]any{"serverName": serverName}
	if d.thread != "" {
		params["threadId"] = d.thread
	}
	var list struct{ Data []codexStatus }
	if err := d.peer.call(ctx, "mcpServerStatus/list", params, &list); err != nil {
		return err
	}
	if len(list.Data) != 1 {
		return fmt.Errorf("it lists %d servers", len(list.Data))
	}
	*s = list.Data[0]
	return nil
}

// login does what the user does who chooses to sign in at the server.
func (d *codexDriver) login(ctx context.Context) error {
	var begun struct {
		AuthorizationURL string `json:"authorizationUrl"`
	}
	mark := d.box.browser.mark()
	if err := d.peer.call(ctx, "mcpServer/oauth/login", map[string]any{"name": serverName}, &begun); err != nil {
		return err
	}
	if err := d.box.browser.visit(begun.AuthorizationURL); err != nil {
		return err
	}
	var done struct {
		Success bool
		Error   string
	}
	if err := d.peer.next(ctx, codexLoggedIn, mark, &done); err != nil {
		return err
	}
	if !done.Success {
		return &answered{words: done.Error}
	}
	return nil
}

// begin starts a conversation, with which the program connects to the server.
func (d *codexDriver) begin(ctx context.Context) error {
	var begun struct{ Thread struct{ ID string } }
	mark := d.box.browser.mark()
	if err := d.peer.call(ctx, "thread/start", map[string]any{"cwd": d.box.facts.Home, "ephemeral": true}, &begun); err != nil {
		return err
	}
	d.thread = begun.Thread.ID
	for {
		var is struct{ ThreadID, Name, Status, Error string }
		if err := d.peer.next(ctx, codexStarted, mark, &is); err != nil {
			return err
		}
		switch {
		case is.Name != serverName || is.ThreadID != d.thread:
		case is.Status == "ready":
			return nil
		case is.Status == "failed" || is.Status == "cancelled":
			return &answered{words: is.Error}
		}
	}
}

// codexWantsLogin are the words with which the program gives up a connection
// until its user has signed in anew.
var codexWantsLogin = regexp.MustCompile(`Authentication required|AuthRequired|not logged in`)

// call calls the tool. Where the program only says that it wants a login, it
// does what a user does: signs in, goes on in a new conversation, and calls again.
func (d *codexDriver) call(ctx context.Context, tool string, arguments map[string]any) (string, error) {
	text, err := d.callOnce(ctx, tool, arguments)
	if !says(err, codexWantsLogin) {
		return text, err
	}
	if failed := d.login(ctx); failed != nil {
		return "", fmt.Errorf("%w; after that, at a new login: %w", err, failed)
	}
	if failed := d.begin(ctx); failed != nil {
		return "", fmt.Errorf("%w; after a new login: %w", err, failed)
	}
	return d.callOnce(ctx, tool, arguments)
}

func (d *codexDriver) callOnce(ctx context.Context, tool string, arguments map[string]any) (string, error) {
	if d.peer == nil || d.thread == "" {
		return "", errNotRunning
	}
	var result toolResult
	err := d.peer.call(ctx, "mcpServer/tool/call", map[string]any{
		"threadId": d.thread, "server": serverName, "tool": tool, "arguments": arguments,
	}, &result)
	if err != nil {
		return "", err
	}
	return result.outcome()
}
