//go:build unix

package real

import (
	"context"

	"github.com/mcpcompat/mcpcompat/clients"
)

// rmcp is the SDK that Codex and Goose are built on.
func rmcp() program {
	const version = "3.1.4"
	return program{
		id: "rmcp", name: "MCP Rust SDK (rmcp)", version: version, basis: clients.SDK,
		from: crate{name: "rmcp", made: version, cargo: "1.88", program: "rmcp"},
	}
}

// RMCP is a program on the MCP Rust SDK
// (https://github.com/modelcontextprotocol/rust-sdk). Like the SDK's own example it
// logs in when the server has asked for it, keeps tokens in memory, so that a
// restart begins from nothing, and opens with the handshake. Where the SDK hands on
// a challenge that it does not meet by itself, the program has it meet it once.
type RMCP struct {
	*release

	port *portLease
}

func newRMCP(r *release) *RMCP { return &RMCP{r, newPortLease(r.id + r.version)} }

// Registration implements clients.Client.
func (c *RMCP) Registration() clients.Registration {
	return obedientRegistration("MCP Rust SDK client", c.port)
}

// Start implements clients.Client.
func (c *RMCP) Start(ctx context.Context, f clients.Facts) (clients.Session, error) {
	return startObedient(ctx, c.release, 0, c.port, f)
}
