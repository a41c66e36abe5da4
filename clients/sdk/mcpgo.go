package sdk

import (
	"context"
	"errors"
	"fmt"

	"github.com/mcpcompat/mcpcompat/clients"
)

const (
	mcpGoModule = "github.com/mark3labs/mcp-go"
	// mcpGoVersion is used where a binary does not know its modules.
	mcpGoVersion = "1.2.1"
	// mcpGoPort is the port of the callback that is registered by hand; it is
	// the one of the library's own example client.
	mcpGoPort = 8085
)

// MCPGo is a client on mcp-go (https://github.com/mark3labs/mcp-go), made like
// the library's own example of a client with OAuth: when a call is answered by
// the library's error that says so, it registers where it has no client_id, shows
// the authorization URL, and makes the call again. Scopes are named by the
// program or not at all, and this one names none, as its user knows of none. The
// library keeps tokens in memory, so that a restart begins from nothing.
type MCPGo struct{}

// Identity implements clients.Client.
func (MCPGo) Identity() clients.Identity {
	return clients.Identity{ID: "mcp-go", Name: "mcp-go", Version: version(mcpGoModule, mcpGoVersion), Basis: clients.SDK}
}

// Registration implements clients.Client.
func (MCPGo) Registration() clients.Registration {
	return clients.Registration{Name: "mcp-go client", RedirectURIs: []string{mcpGoRedirect(mcpGoPort)}}
}

// Available implements clients.Client: what is compiled in can always run.
func (MCPGo) Available(context.Context) error { return nil }

// Start implements clients.Client.
func (MCPGo) Start(_ context.Context, f clients.Facts) (clients.Session, error) {
	if f.UserAgent == nil {
		return nil, errors.New("mcp-go: no user agent given")
	}
	return newMCPGoSession(f), nil
}

func mcpGoRedirect(port int) string { return fmt.Sprintf("http://localhost:%d/oauth/callback", port) }
