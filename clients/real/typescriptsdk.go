//go:build unix

package real

import (
	"context"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/node"
)

// typeScriptSDK is one of the two lines of the SDK that are released, each in a
// package of its own.
func typeScriptSDK(major int) program {
	p := program{
		id: "typescript-sdk", name: "MCP TypeScript SDK", npm: "@modelcontextprotocol/client", version: "2.4.0",
		basis: clients.SDK, node: "20", entry: beside("typescript-sdk.mjs"), lock: "ts-sdk-v2",
	}
	if major == 1 {
		p.npm, p.version, p.lock = "@modelcontextprotocol/sdk", "1.32.2", "ts-sdk-v1"
	}
	return p
}

// beside places a program of ours beside an installed package, where Node.js finds
// the package.
func beside(name string) func(node.Installed) (string, error) {
	return func(i node.Installed) (string, error) {
		source, err := programs.ReadFile("programs/" + name)
		if err != nil {
			return "", err
		}
		return place(i.Dir, name, source)
	}
}

// TypeScriptSDK is a program on the MCP TypeScript SDK
// (https://github.com/modelcontextprotocol/typescript-sdk), in its version 1 or
// 2. The SDK leaves it to the program to store tokens, and this one keeps them in
// memory like the SDK's own example, so that a restart begins from nothing. It
// opens with the handshake; the stateless revision 2026-07-28 is an option of
// version 2 that is off by default, and so it is here.
type TypeScriptSDK struct {
	*release

	major int
	port  *portLease
}

func newTypeScriptSDK(r *release, major int) *TypeScriptSDK {
	return &TypeScriptSDK{r, major, newPortLease(r.id + r.version)}
}

// Registration implements clients.Client.
func (c *TypeScriptSDK) Registration() clients.Registration {
	return obedientRegistration("MCP TypeScript SDK client", c.port)
}

// Start implements clients.Client.
func (c *TypeScriptSDK) Start(ctx context.Context, f clients.Facts) (clients.Session, error) {
	return startObedient(ctx, c.release, c.major, c.port, f)
}
