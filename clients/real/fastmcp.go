//go:build unix

package real

import (
	"context"

	"github.com/mcpcompat/mcpcompat/clients"
)

// fastMCP is the release to which everything that it depends on is published as
// wheels.
func fastMCP() program {
	return program{
		id: "fastmcp", name: "FastMCP", version: "4.1.2", basis: clients.SDK,
		from: pypi{name: "fastmcp", python: "3.11", program: "fastmcp.py"},
	}
}

// FastMCP is a program on the client of FastMCP
// (https://github.com/PrefectHQ/fastmcp), which is built on the MCP Python SDK. Other
// than that, it brings a login of its own: it looks at the authorization URL before
// it opens the user's browser, and listens for the callback. Tokens are kept in
// memory unless the program hands it a store, so that a restart begins from nothing.
type FastMCP struct {
	*release

	port *portLease
}

func newFastMCP(r *release) *FastMCP { return &FastMCP{r, newPortLease(r.id)} }

// Registration implements clients.Client.
func (c *FastMCP) Registration() clients.Registration {
	return obedientRegistration("FastMCP Client", c.port)
}

// Start implements clients.Client.
func (c *FastMCP) Start(ctx context.Context, f clients.Facts) (clients.Session, error) {
	s, err := startObedient(ctx, c.release, 0, c.port, f)
	if own, ok := s.(*session); ok {
		own.driver = &vacating{own.driver, own.sandbox}
	}
	return s, err
}

// vacating is for a program that chooses its port once and listens there during a
// login only. The ports that are said to be in use beside it are those of the same
// user's other session, which needs them back for its own next login.
type vacating struct {
	driver

	box *sandbox
}

func (v *vacating) connect(ctx context.Context) error {
	err := v.driver.connect(ctx)
	v.box.vacate()
	return err
}
