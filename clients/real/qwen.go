//go:build unix

package real

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/real/internal/modelstub"
)

// qwenPort is where the program waits for the callback, whatever redirect URI it
// is configured with.
const qwenPort = 7777

func qwen() program {
	return program{
		id: "qwen-code", name: "Qwen Code", npm: "@qwen-code/qwen-code", version: "0.24.4",
		node: "22", entry: script("qwen"),
		asksLogin: regexp.MustCompile(`No auth type is selected`),
	}
}

// Qwen is Qwen Code (https://github.com/QwenLM/qwen-code). It is driven as an
// editor would, over the Agent Client Protocol with the extensions by which the
// program's own server manages MCP servers: its login is the one behind the
// button of its /mcp dialog.
type Qwen struct {
	*release

	port *portLease
}

func newQwen(r *release) *Qwen { return &Qwen{r, fixedPort(r, qwenPort)} }

// Registration implements clients.Client.
func (*Qwen) Registration() clients.Registration {
	return clients.Registration{
		Name:         "Qwen Code",
		RedirectURIs: []string{fmt.Sprintf("http://localhost:%d/oauth/callback", qwenPort)},
		AuthMethod:   "client_secret_post",
	}
}

// Start implements clients.Client.
func (q *Qwen) Start(ctx context.Context, f clients.Facts) (clients.Session, error) {
	box, err := q.sandbox(ctx, f)
	if err != nil {
		return nil, err
	}
	d := &qwenAgent{agent: agent{box: box, args: []string{"--acp", "--yolo"}}}
	s := &session{sandbox: box, driver: d}
	if err := d.model.open(s); err != nil { //nolint:contextcheck // the model lives as long as the session
		return nil, err
	}
	box.env = []string{
		"OPENAI_API_KEY=none", "OPENAI_BASE_URL=" + d.model.URL() + "/v1", "OPENAI_MODEL=" + modelstub.Model,
		"QWEN_CODE_NO_RELAUNCH=true",
	}
	if err := d.configure(f); err != nil {
		return nil, closing(s, err)
	}
	return leased(ctx, q.port, s)
}

// qwenAgent drives the program as an editor.
type qwenAgent struct {
	agent

	model model
	chat  string
}

// configure writes what a user would have set up. Tools are offered to the model
// at once instead of behind a search, which only a model would make.
func (d *qwenAgent) configure(f clients.Facts) error {
	type object = map[string]any
	server := object{"httpUrl": f.MCPURL, "trust": true}
	if c := f.Credentials; c != nil {
		oauth := object{"enabled": true, "clientId": c.ClientID}
		if c.ClientSecret != "" {
			oauth["clientSecret"] = c.ClientSecret
		}
		server["oauth"] = oauth
	}
	return writeJSON(filepath.Join(f.Home, ".qwen", "settings.json"), object{
		"$version":   3,
		"security":   object{"auth": object{"selectedType": "openai"}, "folderTrust": object{"enabled": false}},
		"general":    object{"enableAutoUpdate": false},
		"privacy":    object{"usageStatisticsEnabled": false},
		"telemetry":  object{"enabled": false},
		"ui":         object{"enableFollowupSuggestions": false},
		"memory":     object{"enableManagedAutoMemory": false, "enableManagedAutoDream": false},
		"tools":      object{"toolSearch": object{"enabled": false}},
		"mcpServers": object{serverName: server},
	})
}

const (
	qwenManage  = "qwen/control/workspace/mcp/manage"
	qwenRestart = "qwen/control/workspace/mcp/restart"
	qwenStatus  = "qwen/status/workspace/mcp"
	// qwenInterval is how often the program is asked how far it is. It tells
	// nobody by itself.
	qwenInterval = 50 * time.Millisecond
	// qwenNotStarted is how it says that it has given up a server for now.
	qwenNotStarted = "MCP server(s) failed to start"
)

// qwenServer is the program's own account of an MCP server.
type qwenServer struct {
	Name                string `json:"name"`
	MCPStatus           string `json:"mcpStatus"`
	RequiresAuth        bool   `json:"requiresAuth"`
	AuthenticationState string `json:"authenticationState"`
	AuthenticationError string `json:"authenticationError"`
}

func (d *qwenAgent) connect(ctx context.Context) error {
	err := d.start(ctx)
	if err != nil {
		return err
	}
	if d.chat, err = d.converse(ctx); err != nil {
		return err
	}
	server, err := d.until(ctx, d.box.browser.mark(), func(s qwenServer) bool {
		return s.MCPStatus == "connected" || s.RequiresAuth || slices.ContainsFunc(d.box.said(), func(line string) bool {
			return strings.Contains(line, qwenNotStarted)
		})
	})
	if err != nil || server.MCPStatus == "connected" {
		return err
	}
	return d.login(ctx)
}

// reconnect does what a user would who misses a server: the program drops one
// whose token was rejected, and does not take it up again by itself.
func (d *qwenAgent) reconnect(ctx context.Context) error {
	settled := func(s qwenServer) bool { return s.MCPStatus != "connecting" }
	server, err := d.until(ctx, d.box.browser.mark(), settled)
	if err != nil || server.MCPStatus == "connected" {
		return err
	}
	// Where that is not enough, the state says so.
	var failed *answered
	err = d.peer.call(ctx, qwenRestart, map[string]string{"serverName": serverName}, nil)
	if err != nil && !errors.As(err, &failed) {
		return err
	}
	server, err = d.until(ctx, d.box.browser.mark(), settled)
	if err != nil || server.MCPStatus == "connected" {
		return err
	}
	return d.login(ctx)
}

// login presses the button.
func (d *qwenAgent) login(ctx context.Context) error {
	mark := d.box.browser.mark()
	request := map[string]string{"serverName": serverName, "action": "authenticate"}
	if err := d.peer.call(ctx, qwenManage, request, nil); err != nil {
		return err
	}
	server, err := d.until(ctx, mark, func(s qwenServer) bool {
		return s.AuthenticationState != "pending" && s.MCPStatus != "connecting"
	})
	switch {
	case err != nil:
		return err
	case server.AuthenticationState != "succeeded":
		return &answered{words: server.AuthenticationError}
	case server.MCPStatus != "connected":
		return &answered{words: "the login succeeded, and the server is " + server.MCPStatus}
	}
	return nil
}

// until asks the program for its account of the server until it is the one that
// is waited for, or the browser came to rest after the mark.
func (d *qwenAgent) until(ctx context.Context, mark int, enough func(qwenServer) bool) (qwenServer, error) {
	tick := time.NewTicker(qwenInterval)
	defer tick.Stop()
	for {
		var status struct {
			Servers []qwenServer `json:"servers"`
		}
		if err := d.peer.call(ctx, qwenStatus, struct{}{}, &status); err != nil {
			return qwenServer{}, err
		}
		for _, s := range status.Servers {
			if s.Name == serverName && enough(s) {
				return s, nil
			}
		}
		ticked, stop := context.WithCancel(ctx)
		_, err := await(ticked, d.box, d.peer.process, mark, "the server's state", tick.C)
		stop()
		if err != nil {
			return qwenServer{}, err
		}
	}
}

func (d *qwenAgent) call(ctx context.Context, tool string, arguments map[string]any) (string, error) {
	if d.peer == nil {
		return "", errNotRunning
	}
	if err := d.reconnect(ctx); err != nil {
		return "", err
	}
	turn := d.model.Ask(serverName, tool, arguments)
	updates, err := d.prompt(ctx, d.chat, "Call the tool "+tool+".")
	if err != nil {
		return "", err
	}
	result, err := d.model.result(turn)
	if err != nil {
		return "", err
	}
	if ended(updates, result.CallID).Status == acpFailed {
		return "", &answered{words: result.Text}
	}
	return result.Text, nil
}
