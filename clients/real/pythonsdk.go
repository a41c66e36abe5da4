//go:build unix

package real

import (
	"context"

	"github.com/mcpcompat/mcpcompat/clients"
)

// pythonSDK is one of the two lines of the SDK that are released.
func pythonSDK(major int) program {
	p := program{
		id: "python-sdk", name: "MCP Python SDK", version: "2.3.0", basis: clients.SDK, lock: "python-sdk-v2",
		from: pypi{name: "mcp", python: "3.11", program: "python-sdk.py"},
	}
	if major == 1 {
		p.version, p.lock = "1.29.0", "python-sdk-v1"
	}
	return p
}

// PythonSDK is a program on the MCP Python SDK
// (https://github.com/modelcontextprotocol/python-sdk), in its version 1 or 2. The
// SDK leaves it to the program to store tokens, and this one keeps them in memory
// like the SDK's own example, so that a restart begins from nothing. A session that
// the SDK has given up is followed by another one with the next call.
type PythonSDK struct {
	*release

	major int
	port  *portLease
}

func newPythonSDK(r *release, major int) *PythonSDK {
	return &PythonSDK{r, major, newPortLease(r.id + r.version)}
}

// Registration implements clients.Client.
func (c *PythonSDK) Registration() clients.Registration {
	return obedientRegistration("MCP Python SDK client", c.port)
}

// Start implements clients.Client.
func (c *PythonSDK) Start(ctx context.Context, f clients.Facts) (clients.Session, error) {
	return startObedient(ctx, c.release, c.major, c.port, f)
}
