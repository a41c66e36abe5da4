//go:build unix

package real

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"

	"github.com/mcpcompat/mcpcompat/clients"
)

func mcpRemote() program {
	return program{
		id: "mcp-remote", name: "mcp-remote", npm: "mcp-remote", version: "0.15.1",
		node:  "20.18.1", // of the HTTP client inside the program
		entry: script("mcp-remote"),
	}
}

// MCPRemote is mcp-remote, the bridge by which hosts that only know programs
// reach remote MCP servers (https://github.com/punkpeye/mcp-remote). It opens
// with the protocol of its host; the stateless revision 2026-07-28 is an option
// of the program that is off by default, and so it is here.
type MCPRemote struct {
	*release

	port *portLease
	// ports are for sessions that register by themselves. Left alone, the program
	// derives a port from a hash of the URL, which mostly falls into the range of
	// free ports: where another program holds it at that moment, the program listens
	// on the next one and may still send the browser to the first.
	ports passingPorts
}

func newMCPRemote(r *release) *MCPRemote { return &MCPRemote{release: r, port: newPortLease(r.id)} }

// Registration implements clients.Client. A port that is given on the command
// line is used as it is, so that is what an operator is told to register.
func (m *MCPRemote) Registration() clients.Registration {
	return clients.Registration{
		Name:         "mcp-remote",
		RedirectURIs: []string{"http://localhost:" + strconv.Itoa(m.port.port()) + "/oauth/callback"},
	}
}

// Start implements clients.Client.
func (m *MCPRemote) Start(ctx context.Context, f clients.Facts) (clients.Session, error) {
	port := m.ports.of(f.MCPURL)
	var given []string
	if f.Credentials != nil {
		info, err := json.Marshal(credentials{f.Credentials.ClientID, f.Credentials.ClientSecret})
		if err != nil {
			return nil, fmt.Errorf("mcp-remote: %w", err)
		}
		port, given = m.port, []string{"--static-oauth-client-info", string(info)}
	}
	box, err := m.sandbox(ctx, f)
	if err != nil {
		return nil, err
	}
	box.noise = processID
	h := &host{box: box, args: append([]string{f.MCPURL, strconv.Itoa(port.port())}, given...)}
	s := &session{sandbox: box, driver: h}
	return leased(ctx, port, s)
}

// processID is how the program begins each line that it logs.
var processID = regexp.MustCompile(`^(\[\d+\] )+`)

// credentials are how the program takes a client that was registered by hand.
type credentials struct {
	ID     string `json:"client_id"`
	Secret string `json:"client_secret,omitempty"`
}
