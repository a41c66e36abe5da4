package judge

import (
	"cmp"
	"slices"
	"sync"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/client"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/server"
)

// Checks returns every check of the recording of a client, in the order of the
// doors: at a door the client's come first.
func Checks() []check.Check { return slices.Clone(inOrder()) }

// inOrder are the checks, put in order once: thousands of cells are judged.
//
//nolint:gochecknoglobals // a value computed once and never changed
var inOrder = sync.OnceValue(func() []check.Check {
	all := slices.Concat(client.Checks(), server.Checks())
	slices.SortStableFunc(all, func(a, b check.Check) int { return cmp.Compare(a.Stage.Index(), b.Stage.Index()) })
	return all
})

// ProbeChecks returns the checks that judge the servers from a recording of
// the prober, in the order of the doors.
func ProbeChecks() []check.Check { return server.ProbeChecks() }
