//go:build unix

package real

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/node"
)

//go:embed programs/typescript-sdk.mjs
var typeScriptProgram []byte

// typeScriptSDK is one of the two lines of the SDK that are released, each in a
// package of its own.
func typeScriptSDK(major int) program {
	p := program{
		id: "typescript-sdk", name: "MCP TypeScript SDK", npm: "@modelcontextprotocol/client", version: "2.4.0",
		basis: clients.SDK, node: "20", entry: beside("typescript-sdk", typeScriptProgram), lock: "ts-sdk-v2",
	}
	if major == 1 {
		p.npm, p.version, p.lock = "@modelcontextprotocol/sdk", "1.32.2", "ts-sdk-v1"
	}
	return p
}

// beside writes a program of ours beside an installed package, where Node.js
// finds the package. The name tells one program from another, so that several
// versions of ours can share a cache.
func beside(name string, source []byte) func(node.Installed) (string, error) {
	sum := sha256.Sum256(source)
	name += "-" + hex.EncodeToString(sum[:4]) + ".mjs"
	return func(i node.Installed) (string, error) {
		path := filepath.Join(i.Dir, name)
		if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, source) {
			return path, nil
		}
		tmp, err := os.CreateTemp(i.Dir, name)
		if err != nil {
			return "", err
		}
		_, err = tmp.Write(source)
		if closed := tmp.Close(); err == nil {
			err = closed
		}
		if err == nil {
			err = os.Rename(tmp.Name(), path)
		}
		return path, err
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
	return clients.Registration{
		Name:         "MCP TypeScript SDK client",
		RedirectURIs: []string{fmt.Sprintf("http://localhost:%d/callback", c.port.number)},
	}
}

// Start implements clients.Client.
func (c *TypeScriptSDK) Start(ctx context.Context, f clients.Facts) (clients.Session, error) {
	box, err := c.sandbox(ctx, f)
	if err != nil {
		return nil, err
	}
	port, registered := 0, ""
	if f.Credentials != nil {
		info, err := json.Marshal(credentials{f.Credentials.ClientID, f.Credentials.ClientSecret})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.id, err)
		}
		port, registered = c.port.number, string(info)
	}
	d := &obedient{box: box, args: []string{strconv.Itoa(c.major), f.MCPURL, strconv.Itoa(port), registered}}
	s := &session{sandbox: box, driver: d}
	if f.Credentials == nil {
		return s, nil
	}
	return leased(ctx, c.port, s)
}

// obedient drives a program of ours on an SDK, which speaks JSON-RPC on its
// standard streams and does what it is told.
type obedient struct {
	box  *sandbox
	args []string

	peer *peer // nil before the program was started
}

func (o *obedient) connect(ctx context.Context) error {
	p := &peer{}
	if err := o.box.talk(o.args, p); err != nil { //nolint:contextcheck // the program outlives the attempt that starts it
		return err
	}
	o.peer = p
	return p.call(ctx, "connect", struct{}{}, nil)
}

func (o *obedient) call(ctx context.Context, tool string, arguments map[string]any) (string, error) {
	if o.peer == nil {
		return "", errNotRunning
	}
	var result toolResult
	if err := o.peer.call(ctx, "call", map[string]any{"tool": tool, "arguments": arguments}, &result); err != nil {
		return "", err
	}
	return result.outcome()
}
