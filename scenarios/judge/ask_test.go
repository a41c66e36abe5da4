package judge

import (
	"slices"
	"testing"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// ask has one check judge a recording.
func ask(t *testing.T, v *reading.View, id string) check.Result {
	t.Helper()
	all := slices.Concat(Checks(), ProbeChecks())
	i := slices.IndexFunc(all, func(c check.Check) bool { return c.ID == id })
	if i < 0 {
		t.Fatalf("there is no check %s", id)
	}
	return all[i].Judge(v)
}
