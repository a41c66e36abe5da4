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
	"github.com/mcpcompat/mcpcompat/internal/proc"
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
// run once for each thing to do, with a prompt on its command line, and logs in
// only when the user chooses that in the menu of its command mcp, which needs a
// terminal. Its model is ours.
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
	box.env = []string{"CLINE_SESSION_BACKEND_MODE=local", "CLINE_NO_AUTO_UPDATE=1"}
	d := &clineCommand{box: box, settings: filepath.Join(f.Home, ".cline", "data", "settings")}
	s := &session{sandbox: box, driver: d}
	if err := d.model.open(s); err != nil { //nolint:contextcheck // the model lives as long as the session
		return nil, err
	}
	if err := d.configure(f); err != nil {
		return nil, closing(s, err)
	}
	return leased(ctx, c.port, s)
}

// clineCommand runs the program once for each thing to do.
type clineCommand struct {
	box      *sandbox
	model    model
	settings string // the folder of the program's settings
}

func (d *clineCommand) servers() string { return filepath.Join(d.settings, "cline_mcp_settings.json") }

// configure writes what a user would have set up. The program keeps its tokens
// beside the server, so that an installation is configured only once.
func (d *clineCommand) configure(f clients.Facts) error {
	type object = map[string]any
	err := writeJSON(filepath.Join(d.settings, "providers.json"), object{
		"version": 1, "lastUsedProvider": clineProvider, "modes": object{},
		"providers": object{clineProvider: object{
			"settings": object{
				"provider": clineProvider, "apiKey": "none", "model": modelstub.Model, "baseUrl": d.model.URL() + "/v1",
			},
			"updatedAt": "2026-01-01T00:00:00.000Z", "tokenSource": "manual",
		}},
	})
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

// loggedIn says that the program has stored tokens, good or bad.
func (d *clineCommand) loggedIn() bool {
	data, err := os.ReadFile(d.servers())
	return err == nil && bytes.Contains(data, []byte(`"access_token"`))
}

// connect logs in where the program has no tokens, or where they are of no use.
func (d *clineCommand) connect(ctx context.Context) error {
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
func (d *clineCommand) begin(ctx context.Context) error {
	d.model.Forget()
	if _, err := d.run(ctx, "Do nothing."); err != nil {
		return err
	}
	if !slices.ContainsFunc(d.model.Offered(), func(name string) bool { return strings.HasPrefix(name, serverName) }) {
		return &answered{words: "it offered its model no tool of the server"}
	}
	return nil
}

// clineEvent is a line of the program's output in JSON.
type clineEvent struct {
	Event struct {
		Type       string          `json:"type"`
		ToolCallID string          `json:"toolCallId"`
		Output     json.RawMessage `json:"output"`
		Error      string          `json:"error"`
	} `json:"event"`
}

func (d *clineCommand) call(ctx context.Context, tool string, arguments map[string]any) (string, error) {
	turn := d.model.Ask(serverName, tool, arguments)
	events, err := d.run(ctx, "Call the tool "+tool+".")
	if err != nil {
		return "", err
	}
	result, err := d.model.result(turn)
	if err != nil {
		return "", err
	}
	for _, e := range events {
		if e.Event.Type != "content_end" || e.Event.ToolCallID != result.CallID {
			continue
		}
		if e.Event.Error != "" {
			return "", &answered{words: e.Event.Error}
		}
		var said toolResult
		if err := json.Unmarshal(e.Event.Output, &said); err != nil {
			return "", &answered{words: string(e.Event.Output)}
		}
		return said.outcome()
	}
	return "", &answered{words: cmp.Or(result.Text, "it did not say what became of the tool")}
}

// run runs the program to its end, and returns what it told of it.
func (d *clineCommand) run(ctx context.Context, prompt string) ([]clineEvent, error) {
	var events []clineEvent
	o := proc.Options{Stdout: func(line string) {
		var e clineEvent
		if json.Unmarshal([]byte(line), &e) == nil {
			events = append(events, e)
		}
	}}
	args := []string{"-P", clineProvider, "-k", "none", "-m", modelstub.Model, "--json", prompt}
	mark := d.box.browser.mark()
	p, err := d.box.start(args, o) //nolint:contextcheck // the program is ended by its session
	if err != nil {
		return nil, err
	}
	// It waits for more of the prompt as long as somebody could type it.
	if err := p.CloseInput(); err != nil {
		return nil, err
	}
	if _, err := await[struct{}](ctx, d.box, p, mark, "", nil); err != nil && p.Err() == nil {
		return nil, err // it still runs
	}
	if p.ExitCode() != 0 {
		return nil, p.Err()
	}
	return events, nil
}
