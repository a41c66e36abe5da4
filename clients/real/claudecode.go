//go:build unix

package real

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/node"
)

func claudeCode() program {
	return program{
		id: "claude-code", name: "Claude Code", npm: "@anthropic-ai/claude-code", version: "2.1.329",
		asksLogin: regexp.MustCompile(`Please run /login|Run claude auth login`),
		entry: func(i node.Installed) (string, error) {
			return i.File("@anthropic-ai/claude-code-" + node.Platform() + "/claude")
		},
	}
}

// ClaudeCode is Anthropic's command line agent
// (https://code.claude.com/docs/en/mcp). It is driven through the control
// requests of its stream-json mode, by which editors and its SDK embed it: they
// need neither account nor key, and hand out the URL to be opened.
type ClaudeCode struct {
	*release

	port *portLease
}

func newClaudeCode(r *release) *ClaudeCode { return &ClaudeCode{r, newPortLease(r.id)} }

// Registration implements clients.Client. The port is the one of the option
// --callback-port.
func (c *ClaudeCode) Registration() clients.Registration {
	return clients.Registration{
		Name:         "Claude Code",
		RedirectURIs: []string{"http://localhost:" + strconv.Itoa(c.port.port()) + "/callback"},
	}
}

// claudeServer is an entry of the program's list of MCP servers.
type claudeServer struct {
	Type  string       `json:"type"`
	URL   string       `json:"url"`
	OAuth *claudeOAuth `json:"oauth,omitempty"`
}

type claudeOAuth struct {
	ClientID     string `json:"clientId"`
	CallbackPort int    `json:"callbackPort"`
}

// Start implements clients.Client.
func (c *ClaudeCode) Start(ctx context.Context, f clients.Facts) (clients.Session, error) {
	box, err := c.sandbox(ctx, f)
	if err != nil {
		return nil, err
	}
	box.env = []string{
		"DISABLE_TELEMETRY=1", "DISABLE_ERROR_REPORTING=1", "DISABLE_AUTOUPDATER=1",
		"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1",
	}
	server := claudeServer{Type: "http", URL: f.MCPURL}
	d := &claudeDriver{box: box, log: logFile{path: filepath.Join(box.browser.dir, "debug.log")}}
	s := &session{sandbox: box, driver: d}
	if f.Credentials != nil {
		server.OAuth = &claudeOAuth{f.Credentials.ClientID, c.port.port()}
		if err := keepClaudeSecret(f.Home, server, f.Credentials.ClientSecret); err != nil {
			return nil, s.abandon(err)
		}
	}
	config, err := json.Marshal(map[string]any{"mcpServers": map[string]claudeServer{serverName: server}})
	if err != nil {
		return nil, s.abandon(err)
	}
	d.args = []string{
		"-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose",
		"--mcp-config", string(config), "--strict-mcp-config",
		// It writes nowhere else why a login failed.
		"--debug-file", d.log.path,
	}
	if f.Credentials == nil {
		return s, nil
	}
	return leased(ctx, c.port, s)
}

// keepClaudeSecret puts a client secret where "claude mcp add --client-secret"
// does: beside the tokens, under the name of the server and a digest of its entry.
// A file that is there already holds the secret, and the tokens, of a session before.
func keepClaudeSecret(home string, server claudeServer, secret string) error {
	file := filepath.Join(home, ".claude", ".credentials.json")
	if _, err := os.Stat(file); secret == "" || err == nil {
		return nil
	}
	entry, err := json.Marshal(struct {
		Type    string   `json:"type"`
		URL     string   `json:"url"`
		Headers struct{} `json:"headers"`
	}{Type: server.Type, URL: server.URL})
	if err != nil {
		return err
	}
	digest := sha256.Sum256(entry)
	key := serverName + "|" + hex.EncodeToString(digest[:8])
	return writeJSON(file, map[string]any{"mcpOAuthClientConfig": map[string]any{key: map[string]string{"clientSecret": secret}}})
}

// claudeDriver speaks to one running program.
type claudeDriver struct {
	box     *sandbox
	args    []string
	log     logFile
	control *controller // nil before the program was started
	start   time.Duration
}

func (d *claudeDriver) connect(ctx context.Context) error {
	d.control = nil
	begun := time.Now()
	control, err := d.box.control(d.args) //nolint:contextcheck // the program outlives the attempt
	if err != nil {
		return err
	}
	d.control = control
	if err := control.request(ctx, map[string]any{"subtype": "initialize"}, nil); err != nil {
		return err
	}
	d.start = time.Since(begun)
	is, err := d.watch().settled(ctx)
	switch {
	case err != nil:
		return err
	case is.Status == statusNeedsLogin:
		return d.login(ctx)
	case is.Status != statusConnected:
		return &answered{words: is.words()}
	}
	return nil
}

// claudeLoginFailed is how the program logs that a login failed, or that the
// connection did, twice, with the tokens that it brought.
var claudeLoginFailed = regexp.MustCompile(`\[ERROR\] MCP OAuth failed for [^:]*: ([^\n]*)` +
	`|(?s:Reconnect returned 'needs-auth'; retrying once.*?\[ERROR\] MCP server "[^"]*" ([^\n]*))`)

func (d *claudeDriver) watch() statusWatch {
	return statusWatch{
		box: d.box, start: d.start,
		ask: func(ctx context.Context) ([]serverStatus, error) {
			var list struct{ MCPServers []serverStatus }
			err := d.control.request(ctx, map[string]any{"subtype": "mcp_status"}, &list)
			return list.MCPServers, err
		},
		failure: func() string { return d.log.find(claudeLoginFailed) },
	}
}

// login does what the user does who chooses to authenticate at the server.
func (d *claudeDriver) login(ctx context.Context) error {
	var begun struct {
		AuthURL            string
		RequiresUserAction bool
	}
	mark := d.box.browser.mark()
	d.log.begin()
	err := d.control.request(ctx, map[string]any{"subtype": "mcp_authenticate", "serverName": serverName}, &begun)
	if err != nil || !begun.RequiresUserAction {
		return err
	}
	if err := d.box.browser.visit(begun.AuthURL); err != nil {
		return err
	}
	return d.watch().loggedIn(ctx, mark)
}

func (d *claudeDriver) call(ctx context.Context, tool string, arguments map[string]any) (string, error) {
	if d.control == nil {
		return "", errNotRunning
	}
	text, err := d.callOnce(ctx, tool, arguments)
	if !says(err, claudeWantsLogin) {
		return text, err
	}
	if failed := d.login(ctx); failed != nil {
		return "", fmt.Errorf("%w; after that, at a new login: %w", err, failed)
	}
	return d.callOnce(ctx, tool, arguments)
}

// claudeWantsLogin are the words with which the program asks for a login at the
// MCP server.
var claudeWantsLogin = regexp.MustCompile(`mcp_authenticate|requires (re-)?authentication|needs-auth`)

func (d *claudeDriver) callOnce(ctx context.Context, tool string, arguments map[string]any) (string, error) {
	var result toolResult
	err := d.control.request(ctx, map[string]any{
		"subtype": "mcp_call", "tool": "mcp__" + serverName + "__" + tool, "arguments": arguments,
	}, &result)
	if err != nil {
		return "", err
	}
	return result.outcome()
}
