//go:build unix

package real

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/mcpcompat/mcpcompat/clients"
)

// startObedient starts nothing yet: it prepares a session of a program of ours on
// an SDK, which is told the line of the SDK, the MCP server, the port of the
// callback, and what was registered by hand.
func startObedient(ctx context.Context, r *release, major int, lease *portLease, f clients.Facts) (clients.Session, error) {
	box, err := r.sandbox(ctx, f)
	if err != nil {
		return nil, err
	}
	port, registered := 0, ""
	if f.Credentials != nil {
		info, err := json.Marshal(credentials{f.Credentials.ClientID, f.Credentials.ClientSecret})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.id, err)
		}
		port, registered = lease.port(), string(info)
	}
	d := &obedient{box: box, args: []string{strconv.Itoa(major), f.MCPURL, strconv.Itoa(port), registered}}
	s := &session{sandbox: box, driver: d}
	if f.Credentials == nil {
		return s, nil
	}
	return leased(ctx, lease, s)
}

// obedientRegistration is what an operator registers for a program of ours.
func obedientRegistration(name string, lease *portLease) clients.Registration {
	return clients.Registration{
		Name:         name,
		RedirectURIs: []string{fmt.Sprintf("http://localhost:%d/callback", lease.port())},
	}
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
