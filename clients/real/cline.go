//go:build unix

package real

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/real/internal/modelstub"
	"github.com/mcpcompat/mcpcompat/internal/node"
)

// clinePort is where the program waits for the callback.
const clinePort = 1456

// clineProvider is the program's name for models behind chat completions.
const clineProvider = "openai-compatible"

func cline() program {
	// The package cline only chooses among these when it is started.
	native := "@cline/cli-" + node.Platform()
	return program{
		id: "cline", name: "Cline", npm: native, version: "3.0.65", lock: "cline-" + node.Platform(),
		entry: func(i node.Installed) (string, error) { return i.File(native + "/bin/cline") },
	}
}

// Cline is the command line form of Cline (https://github.com/cline/cline). It is
// driven as an editor would, over the Agent Client Protocol: each thing to do is a
// conversation of its own, which connects as a run with a prompt does, without
// the two seconds of computing that such a run takes to start. It logs in only
// when the user chooses that in the menu of its command mcp, which needs a
// terminal. Each start of the program, two for a login and the agent after it, takes
// some two seconds of computing, which no setting shortens. Its model is ours.
type Cline struct {
	*release

	port *portLease
}

func newCline(r *release) *Cline { return &Cline{r, fixedPort(r, clinePort)} }

// Registration implements clients.Client.
func (*Cline) Registration() clients.Registration {
	return clients.Registration{
		Name:         "Cline",
		RedirectURIs: []string{fmt.Sprintf("http://127.0.0.1:%d/mcp/oauth/callback", clinePort)},
		AuthMethod:   "client_secret_basic",
	}
}

// Start implements clients.Client.
func (c *Cline) Start(ctx context.Context, f clients.Facts) (clients.Session, error) {
	box, err := c.sandbox(ctx, f)
	if err != nil {
		return nil, err
	}
	// The program would leave a daemon behind that outlives it.
	box.env = []string{
		"CLINE_SESSION_BACKEND_MODE=local", "CLINE_NO_AUTO_UPDATE=1",
		"CLINE_PROVIDER=" + clineProvider, "CLINE_API_KEY=none", "CLINE_MODEL=" + modelstub.Model,
	}
	box.endsWithInput = true
	d := &clineAgent{agent: agent{box: box, args: []string{"--acp"}}, settings: filepath.Join(f.Home, ".cline", "data", "settings")}
	s := &session{sandbox: box, driver: d}
	if err := d.model.open(s); err != nil { //nolint:contextcheck // the model lives as long as the session
		return nil, err
	}
	if err := d.configure(f); err != nil {
		return nil, closing(s, err)
	}
	return leased(ctx, c.port, s)
}

// clineAgent drives the program as an editor, but for its login.
type clineAgent struct {
	agent

	model    model
	settings string // the folder of the program's settings
}

func (d *clineAgent) servers() string { return filepath.Join(d.settings, "cline_mcp_settings.json") }

// configure writes what a user would have set up. The program keeps its tokens
// beside the server, so that an installation is configured only once.
func (d *clineAgent) configure(f clients.Facts) error {
	type object = map[string]any
	err := writeJSON(filepath.Join(d.settings, "global-settings.json"), object{"telemetryOptOut": true, "autoUpdateEnabled": false})
	if _, missing := os.Stat(d.servers()); err != nil || missing == nil {
		return err
	}
	server := object{"transport": object{"type": "streamableHttp", "url": f.MCPURL}}
	if c := f.Credentials; c != nil {
		oauth := object{"clientId": c.ClientID}
		if c.ClientSecret != "" {
			oauth["clientSecret"] = c.ClientSecret
		}
		server["oauthClient"] = oauth
	}
	return writeJSON(d.servers(), object{"mcpServers": object{serverName: server}})
}

// choose writes which model the user has chosen. All sessions of an installation
// share the file, and each of them has a model of its own, which ends with it.
func (d *clineAgent) choose() error {
	type object = map[string]any
	return writeJSON(filepath.Join(d.settings, "providers.json"), object{
		"version": 1, "lastUsedProvider": clineProvider, "modes": object{},
		"providers": object{clineProvider: object{
			"settings": object{
				"provider": clineProvider, "apiKey": "none", "model": modelstub.Model, "baseUrl": d.model.URL() + "/v1",
			},
			"updatedAt": "2026-01-01T00:00:00.000Z", "tokenSource": "manual",
		}},
	})
}

// loggedIn says that the program has stored tokens, good or bad.
func (d *clineAgent) loggedIn() bool {
	data, err := os.ReadFile(d.servers())
	return err == nil && bytes.Contains(data, []byte(`"access_token"`))
}

// connect logs in where the program has no tokens, or where they are of no use.
func (d *clineAgent) connect(ctx context.Context) error {
	if err := d.choose(); err != nil {
		return err
	}
	if d.loggedIn() {
		if err := d.begin(ctx); err == nil || ctx.Err() != nil {
			return err
		}
	}
	if err := d.login(ctx); err != nil {
		return err
	}
	return d.begin(ctx)
}

// begin has the program do nothing but begin: it has listed the tools when it
// offers them to its model.
func (d *clineAgent) begin(ctx context.Context) error {
	d.model.Forget()
	if err := d.start(ctx); err != nil {
		return err
	}
	if _, err := d.say(ctx, "Do nothing."); err != nil {
		return err
	}
	if !slices.ContainsFunc(d.model.Offered(), func(name string) bool { return strings.HasPrefix(name, serverName) }) {
		return &answered{words: "it offered its model no tool of the server"}
	}
	return nil
}

func (d *clineAgent) call(ctx context.Context, tool string, arguments map[string]any) (string, error) {
	turn := d.model.Ask(serverName, tool, arguments)
	updates, err := d.say(ctx, "Call the tool "+tool+".")
	if err != nil {
		return "", err
	}
	result, err := d.model.result(turn)
	if err != nil {
		return "", err
	}
	end := ended(updates, result.CallID)
	if end.Status == acpFailed {
		var words string
		if json.Unmarshal(end.Output, &words) != nil {
			words = string(end.Output)
		}
		return "", &answered{words: words}
	}
	var said toolResult
	if end.Output == nil || json.Unmarshal(end.Output, &said) != nil {
		return "", &answered{words: cmp.Or(string(end.Output), result.Text, "it did not say what became of the tool")}
	}
	return said.outcome()
}

// say has the program do something in a conversation of its own, for which it
// connects anew.
func (d *clineAgent) say(ctx context.Context, prompt string) ([]toolUpdate, error) {
	if err := d.choose(); err != nil {
		return nil, err
	}
	chat, err := d.converse(ctx)
	if err != nil {
		return nil, err
	}
	// It takes no model from its environment that it does not know.
	if err := d.peer.call(ctx, "session/set_model", map[string]any{"sessionId": chat, "modelId": modelstub.Model}, nil); err != nil {
		return nil, err
	}
	return d.prompt(ctx, chat, prompt)
}
