//go:build unix

package real

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/proc"
)

// inspectorPort is where the program waits for the callback unless it is told
// another URL.
const inspectorPort = 6276

func inspector() program {
	return program{
		id: "mcp-inspector", name: "MCP Inspector", npm: "@modelcontextprotocol/inspector", version: "2.12.0",
		node:  "22.19",
		entry: script("mcp-inspector"),
	}
}

// Inspector is the command line form of the MCP Inspector
// (https://github.com/modelcontextprotocol/inspector). It does one thing each
// time that it is run, and logs in when it has to; what it stores in between is
// all that a session consists of. Without a terminal it opens a browser only if
// MCP_AUTO_OPEN_ENABLED says so, and without a keychain it stores tokens only if
// MCP_INSPECTOR_SECRET_STORE names a file.
type Inspector struct {
	*release

	port *portLease
}

func newInspector(r *release) *Inspector { return &Inspector{r, fixedPort(r, inspectorPort)} }

// Registration implements clients.Client.
func (*Inspector) Registration() clients.Registration {
	return clients.Registration{
		Name:         "MCP Inspector",
		RedirectURIs: []string{fmt.Sprintf("http://127.0.0.1:%d/oauth/callback", inspectorPort)},
		AuthMethod:   "client_secret_basic",
	}
}

// Start implements clients.Client.
func (i *Inspector) Start(ctx context.Context, f clients.Facts) (clients.Session, error) {
	box, err := i.sandbox(ctx, f)
	if err != nil {
		return nil, err
	}
	box.env = []string{"MCP_AUTO_OPEN_ENABLED=true", "MCP_INSPECTOR_SECRET_STORE=file"}
	d := &inspectorCommand{box: box, args: []string{"--cli", f.MCPURL, "--transport", "http"}}
	if c := f.Credentials; c != nil {
		d.args = append(d.args, "--client-id", c.ClientID)
		if c.ClientSecret != "" {
			d.args = append(d.args, "--client-secret", c.ClientSecret)
		}
	}
	return leased(ctx, i.port, &session{sandbox: box, driver: d})
}

// inspectorCommand runs the program once for each thing to do.
type inspectorCommand struct {
	box  *sandbox
	args []string
}

func (i *inspectorCommand) connect(ctx context.Context) error {
	var list struct {
		Tools []json.RawMessage `json:"tools"`
	}
	if err := i.run(ctx, &list, "--method", "tools/list"); err != nil {
		return err
	}
	if len(list.Tools) == 0 {
		// It prints an empty list where it has not asked for one, and ends well:
		// 2.12.0 sometimes does not once a server has answered GET with 404.
		return &answered{words: "it listed no tools"}
	}
	return nil
}

func (i *inspectorCommand) call(ctx context.Context, tool string, arguments map[string]any) (string, error) {
	args := []string{"--method", "tools/call", "--tool-name", tool}
	for name, value := range arguments {
		// A value is read as JSON where it can be.
		v, err := json.Marshal(value)
		if err != nil {
			return "", err
		}
		args = append(args, "--tool-arg", name+"="+string(v))
	}
	var result toolResult
	if err := i.run(ctx, &result, args...); err != nil {
		return "", err
	}
	return result.outcome()
}

// run runs the program to its end. Its result is the JSON document on its
// standard output; an error is one on the last line of the other stream.
func (i *inspectorCommand) run(ctx context.Context, result any, args ...string) error {
	var out strings.Builder
	o := proc.Options{Stdout: func(line string) { out.WriteString(line + "\n") }}
	said, p, err := i.box.run(ctx, slices.Concat(i.args, args), o)
	switch {
	case err != nil:
		return err
	case result != nil && json.Unmarshal([]byte(out.String()), result) == nil:
		return nil // a tool's own error has an exit code too
	case p.ExitCode() == 0:
		return &answered{"no result on standard output\n" + otherInterface, clients.Unsupported}
	}
	for _, line := range slices.Backward(said) {
		var last struct {
			Error struct {
				Code    string `json:"code"`
				Message string `json:"message"`
			} `json:"error"`
		}
		if json.Unmarshal([]byte(line), &last) == nil && last.Error.Message != "" {
			return &answered{words: last.Error.Code + ": " + last.Error.Message}
		}
	}
	return p.Err()
}
