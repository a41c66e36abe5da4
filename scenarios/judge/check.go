package judge

import (
	"cmp"
	"slices"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/client"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/server"
)

// Checks returns every check of the recording of a client, in the order of the
// doors: at a door the client's come first.
func Checks() []check.Check {
	all := slices.Concat(client.Checks(), server.Checks())
	slices.SortStableFunc(all, func(a, b check.Check) int { return cmp.Compare(a.Stage.Index(), b.Stage.Index()) })
	return all
}

// ProbeChecks returns the checks that judge the servers from a recording of
// the prober, in the order of the doors.
func ProbeChecks() []check.Check { return server.ProbeChecks() }
