//go:build unix

package real

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/real/internal/modelstub"
	"github.com/mcpcompat/mcpcompat/internal/node"
	"github.com/mcpcompat/mcpcompat/internal/proc"
)

// opencodePort is where the program waits for the callback.
const opencodePort = 19876

func opencode() program {
	// The package opencode-ai only chooses among these when it is installed.
	native := "opencode-" + node.Platform()
	return program{
		id: "opencode", name: "opencode", npm: native, version: "1.18.33", lock: native,
		entry: func(i node.Installed) (string, error) { return i.File(native + "/bin/opencode") },
	}
}

// Opencode is opencode (https://opencode.ai). Its server, which its terminal
// interface is a client of, is told over HTTP what a user would do there: log in
// to the MCP server, and send a message that makes the model call the tool. It
// needs 1.5 s to start, and 1.3 s more for the first message of a process: it computes
// all that time, on a machine that does nothing else.
type Opencode struct {
	*release

	port *portLease
}

func newOpencode(r *release) *Opencode { return &Opencode{r, fixedPort(r, opencodePort)} }

// Registration implements clients.Client.
func (*Opencode) Registration() clients.Registration {
	return clients.Registration{
		Name:         "opencode",
		RedirectURIs: []string{fmt.Sprintf("http://127.0.0.1:%d/mcp/oauth/callback", opencodePort)},
		AuthMethod:   "client_secret_basic",
	}
}

// Start implements clients.Client.
func (o *Opencode) Start(ctx context.Context, f clients.Facts) (clients.Session, error) {
	box, err := o.sandbox(ctx, f)
	if err != nil {
		return nil, err
	}
	box.noise = opencodeNoise
	d := &opencodeServer{box: box, password: rand.Text()}
	box.env = []string{
		"OPENCODE_SERVER_PASSWORD=" + d.password,
		"OPENCODE_DISABLE_AUTOUPDATE=true", "OPENCODE_DISABLE_MODELS_FETCH=true", "OPENCODE_DISABLE_SHARE=true",
		"OPENCODE_DISABLE_DEFAULT_PLUGINS=true", "OPENCODE_DISABLE_LSP_DOWNLOAD=true",
	}
	s := &session{sandbox: box, driver: d}
	if err := d.model.open(s); err != nil { //nolint:contextcheck // the model lives as long as the session
		return nil, err
	}
	if err := d.configure(f); err != nil {
		return nil, closing(s, err)
	}
	return leased(ctx, o.port, s)
}

// opencodeServer drives the program over its HTTP interface.
type opencodeServer struct {
	box      *sandbox
	model    model
	password string

	api  *api   // nil before the program has said where it is
	chat string // the session of the program's, "" for none yet
}

// opencodeTypes is what the program fetches from the registry when it is started
// in a home for the first time: the types for those who write plugins.
const opencodeTypes = "@opencode-ai/plugin"

// furnish makes the program's folder look as if that had been done: nobody writes
// plugins here, and nothing is to be fetched while a release is measured.
func furnish(folder string) error {
	type object = map[string]any
	types := object{"dependencies": object{opencodeTypes: "*"}}
	return errors.Join(
		os.MkdirAll(filepath.Join(folder, "node_modules"), 0o700),
		writeJSON(filepath.Join(folder, "package.json"), types),
		writeJSON(filepath.Join(folder, "package-lock.json"), object{"lockfileVersion": 3, "packages": object{"": types}}),
	)
}

// configure writes what a user would have set up: the model, and the MCP server.
func (d *opencodeServer) configure(f clients.Facts) error {
	type object = map[string]any
	server := object{"type": "remote", "url": f.MCPURL}
	if c := f.Credentials; c != nil {
		oauth := object{"clientId": c.ClientID}
		if c.ClientSecret != "" {
			oauth["clientSecret"] = c.ClientSecret
		}
		server["oauth"] = oauth
	}
	const provider = "stub"
	name := provider + "/" + modelstub.Model
	folder := filepath.Join(f.Home, ".config", "opencode")
	if err := furnish(folder); err != nil {
		return err
	}
	return writeJSON(filepath.Join(folder, "opencode.json"), object{
		"autoupdate": false, "share": "disabled", "permission": "allow",
		"enabled_providers": []string{provider}, "model": name, "small_model": name,
		"provider": object{provider: object{
			"npm": "@ai-sdk/openai-compatible", "name": provider,
			"options": object{"baseURL": d.model.URL() + "/v1", "apiKey": "none"},
			"models":  object{modelstub.Model: object{"name": modelstub.Model, "tool_call": true}},
		}},
		"mcp": object{serverName: server},
	})
}

// opencodeListens is how the program says where its interface is.
var opencodeListens = regexp.MustCompile(`listening on (http://127\.0\.0\.1:\d+)`)

// opencodeNoise is the program's own code around an error, its log in the form
// for machines, and the number of an error.
var opencodeNoise = regexp.MustCompile(`^ *\d+ \|.*|^timestamp=.*|,"ref":"err_\w+"`)

// opencodeStatus is the program's own account of an MCP server.
type opencodeStatus struct {
	Status string `json:"status"`
	Error  string `json:"error"`
}

func (d *opencodeServer) connect(ctx context.Context) error {
	d.api, d.chat = nil, ""
	args := []string{"serve", "--hostname", "127.0.0.1", "--port", "0", "--print-logs", "--log-level", "ERROR"}
	p, err := d.box.start(args, proc.Options{}) //nolint:contextcheck // the program outlives the attempt that starts it
	if err != nil {
		return err
	}
	line, err := d.box.line(ctx, p, "its interface", opencodeListens.MatchString)
	if err != nil {
		return err
	}
	d.api = &api{
		box: d.box, process: p, user: "opencode", password: d.password,
		base: opencodeListens.FindStringSubmatch(line)[1],
	}
	var all map[string]opencodeStatus
	if err := d.api.get(ctx, "/mcp", &all); err != nil {
		return err
	}
	status := all[serverName]
	if status.Status == "needs_auth" {
		if err := d.api.post(ctx, "/mcp/"+serverName+"/auth/authenticate", nil, &status); err != nil {
			return err
		}
	}
	if status.Status != "connected" {
		return &answered{words: strings.TrimSpace(status.Status + ": " + status.Error)}
	}
	return nil
}

func (d *opencodeServer) call(ctx context.Context, tool string, arguments map[string]any) (string, error) {
	if d.api == nil {
		return "", errNotRunning
	}
	if d.chat == "" {
		var created struct {
			ID string `json:"id"`
		}
		if err := d.api.post(ctx, "/session", struct{}{}, &created); err != nil {
			return "", err
		}
		d.chat = created.ID
	}
	turn := d.model.Ask(serverName, tool, arguments)
	message := map[string]any{"parts": []map[string]any{{"type": "text", "text": "Call the tool " + tool + "."}}}
	if err := d.api.post(ctx, "/session/"+d.chat+"/message", message, nil); err != nil {
		return "", err
	}
	result, err := d.model.result(turn)
	if err != nil {
		return "", err
	}
	var said []struct {
		Parts []struct {
			CallID string `json:"callID"`
			State  struct {
				Status string `json:"status"`
				Error  string `json:"error"`
			} `json:"state"`
		} `json:"parts"`
	}
	if err := d.api.get(ctx, "/session/"+d.chat+"/message", &said); err != nil {
		return "", err
	}
	for _, m := range said {
		for _, part := range m.Parts {
			if part.CallID == result.CallID && part.State.Status == "error" {
				return "", &answered{words: part.State.Error}
			}
		}
	}
	return result.Text, nil
}

// writeJSON writes a configuration file.
func writeJSON(name string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o600)
}
