package scenarios

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

var errHeldBack = errors.New("the cell does not let its client leave this machine")

// permit keeps the clients of this process on loopback where everything they
// need is there, and puts on the recording who tried to leave.
func permit(d deployment.Deployment, rec *trace.Recorder) func(netip.AddrPort) error {
	if d.Provider != deployment.Embedded && d.Provider != "" {
		return nil
	}
	return func(a netip.AddrPort) error {
		if a.Addr().Unmap().IsLoopback() {
			return nil
		}
		rec.Event(trace.HeldBack, map[string]string{"address": a.String()})
		return fmt.Errorf("%s: %w", a, errHeldBack)
	}
}

// uncontrolled says why a client cannot be let loose on a deployment, "" when
// it can.
func uncontrolled(spec CellSpec) string {
	if spec.Client.Identity().Basis == clients.Real && spec.Deployment.LeadsOut() {
		return "the deployment points into a private network, and a released program cannot be kept from going there"
	}
	return ""
}
