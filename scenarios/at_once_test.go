package scenarios

import (
	"runtime"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
)

func TestHowManyCellsRunAtOnce(t *testing.T) {
	t.Parallel()
	cell := func(b clients.Basis, p deployment.Provider) CellSpec {
		return CellSpec{
			Client:     emulated.New(clients.Identity{ID: "a", Basis: b}, emulated.Behaviour{}),
			Deployment: &deployment.Deployment{ID: "b", Provider: p},
		}
	}
	own := cell(clients.Emulated, deployment.Embedded)
	cpus := runtime.NumCPU()
	for name, c := range map[string]struct {
		browser *useragent.Browser
		with    CellSpec
		want    int
	}{
		"only this process": {nil, cell(clients.Emulated, ""), 2 * cpus},
		"the servers":       {nil, cell(ProbeBasis, deployment.Embedded), 2 * cpus},
		"a program":         {nil, cell(clients.Real, deployment.Embedded), cpus},
		"an SDK":            {nil, cell(clients.SDK, deployment.Embedded), cpus},
		"containers":        {nil, cell(clients.Emulated, deployment.Container), cpus},
		"a browser":         {new(useragent.Browser), own, cpus},
	} {
		r := runner{RunOptions: RunOptions{Browser: c.browser}}
		if got := r.atOnce([]CellSpec{own, c.with}); got != c.want {
			t.Errorf("%s: %d cells at once, want %d", name, got, c.want)
		}
	}
}
