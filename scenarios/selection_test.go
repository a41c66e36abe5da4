package scenarios_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	released "github.com/mcpcompat/mcpcompat/clients/real"
	"github.com/mcpcompat/mcpcompat/scenarios"
)

func catalogue(t *testing.T) *scenarios.Catalogue {
	t.Helper()
	c, err := scenarios.NewCatalogue(scenarios.CatalogueOptions{
		Clients: programs(), Release: func(id, version string) (clients.Client, error) {
			return released.Release(id, version, released.Options{})
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func names(p scenarios.Plan) []string {
	var out []string
	for _, c := range p.Cells {
		out = append(out, c.Name()+" "+string(c.Client.Identity().Basis))
	}
	return out
}

func TestSelect(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	for name, s := range map[string]struct {
		selection scenarios.Selection
		want      []string
	}{
		"a client by id": {
			scenarios.Selection{Clients: []string{"claude-desktop"}, Deployments: []string{"reference"}},
			[]string{"claude-desktop@current/reference emulated"},
		},
		"a version in a range": {
			scenarios.Selection{Clients: []string{"claude-code@2.1.79"}, Deployments: []string{"reference"}},
			[]string{"claude-code@2.1.79/reference emulated"},
		},
		"a condition": {
			scenarios.Selection{Clients: []string{"vscode@1.107+port-taken"}, Deployments: []string{"enterprise"}},
			[]string{"vscode@1.107+port-taken/enterprise emulated"},
		},
		"every basis of an id": {
			scenarios.Selection{Clients: []string{"mcp-remote"}, Deployments: []string{"reference"}},
			[]string{"mcp-remote@0.15.1/reference real", "mcp-remote@0.15.1/reference emulated"},
		},
		"one basis of an id": {
			scenarios.Selection{Clients: []string{"mcp-remote"}, Deployments: []string{"reference"}, Basis: "real"},
			[]string{"mcp-remote@0.15.1/reference real"},
		},
		"another release of a program": {
			scenarios.Selection{Clients: []string{"mcp-remote@0.15.0"}, Deployments: []string{"reference"}, Basis: "real"},
			[]string{"mcp-remote@0.15.0/reference real"},
		},
		"a suite's basis": {
			scenarios.Selection{Suite: "five-clients", Clients: []string{"mcp-remote"}},
			[]string{"mcp-remote@0.15.1/enterprise emulated"},
		},
		"one thing named twice is one cell": {
			scenarios.Selection{Clients: []string{"claude-desktop", "claude-desktop"}, Deployments: []string{"reference"}},
			[]string{"claude-desktop@current/reference emulated"},
		},
		"names take the place of a suite's": {
			scenarios.Selection{Suite: "five-clients", Clients: []string{"cursor@1.0.0"}},
			[]string{"cursor@1.0.0/enterprise emulated"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan, err := c.Select(s.selection)
			if err != nil || !slices.Equal(names(plan), s.want) {
				t.Errorf("got %q, %v; want %q", names(plan), err, s.want)
			}
		})
	}
}

// Whoever names another release is told that this is not it.
func TestSelectSaysWhereOnlyTheEmulationIsMeant(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	for selector, want := range map[string]string{
		"mcp-remote@0.15.0": "client mcp-remote@0.15.0 (real)", "mcp-remote@0.15.1": "", "mcp-remote": "", "cursor@1.0.0": "",
	} {
		plan, err := c.Select(scenarios.Selection{Clients: []string{selector}, Deployments: []string{"reference"}})
		if err != nil {
			t.Fatal(err)
		}
		if want == "" && len(plan.Skipped) == 0 {
			continue
		}
		if len(plan.Skipped) != 1 || plan.Skipped[0].What != want {
			t.Errorf("%s: skipped %+v, want %q", selector, plan.Skipped, want)
		}
	}
}

// Nothing that is selected is quietly dropped.
func TestSelectRefuses(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	for name, s := range map[string]struct {
		selection scenarios.Selection
		want      string
	}{
		"unknown client":      {scenarios.Selection{Clients: []string{"vscdoe"}}, `"vscdoe": did you mean vscode?`},
		"version in no range": {scenarios.Selection{Clients: []string{"cursor@0.5.0"}}, "cursor@0.5.0"},
		"unknown condition":   {scenarios.Selection{Clients: []string{"vscode+raining"}}, "vscode+raining"},
		"unknown deployment":  {scenarios.Selection{Deployments: []string{"enterpris"}}, `did you mean enterprise?`},
		"unknown scenario":    {scenarios.Selection{Scenarios: []string{"C.0"}}, `unknown scenario "C.0"`},
		"unknown suite":       {scenarios.Selection{Suite: "six-clients"}, `did you mean five-clients?`},
		"unknown basis":       {scenarios.Selection{Basis: "reel"}, `did you mean real?`},
		"no exact release":    {scenarios.Selection{Clients: []string{"mcp-remote@0.15"}, Basis: "real"}, "not an exact version"},
		"all and a name": {
			scenarios.Selection{Clients: []string{scenarios.All, "cursor"}, Deployments: []string{"reference", scenarios.All}},
			`"all" names every deployment`,
		},
		"nothing left": {scenarios.Selection{Clients: []string{"cursor"}, Basis: "real"}, "nothing is selected"},
		"all that is wrong at once": {
			scenarios.Selection{Clients: []string{"vscdoe"}, Deployments: []string{"enterpris"}}, "enterprise",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := c.Select(s.selection)
			if !errors.Is(err, scenarios.ErrSelection) || !strings.Contains(err.Error(), s.want) {
				t.Errorf("got %v, want an error of the selection that says %q", err, s.want)
			}
		})
	}
}

// Where nothing is named the suite main is meant, and the current clients.
func TestSelectByDefault(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	usual, err := c.Select(scenarios.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	suite, err := c.Select(scenarios.Selection{Suite: scenarios.MainSuite})
	if err != nil || !slices.Equal(names(usual), names(suite)) {
		t.Errorf("the default is not the suite main: %v", err)
	}
	for _, spec := range usual.Cells {
		if spec.Brief {
			t.Errorf("%s is brief", spec.Name())
		}
	}
	one, err := c.Select(scenarios.Selection{Clients: []string{"claude-desktop"}})
	if err != nil || len(one.Cells) != len(mainSuite(t, c).Selection.Deployments) {
		t.Errorf("a client alone: %q, %v", names(one), err)
	}
}

func mainSuite(t *testing.T, c *scenarios.Catalogue) scenarios.Suite {
	t.Helper()
	for _, s := range c.Suites() {
		if s.ID == scenarios.MainSuite {
			return s
		}
	}
	t.Fatal("there is no suite main")
	return scenarios.Suite{}
}

// Everything is every emulated row at every embedded column; what costs
// seconds is measured where it matters. What is measured in full is what the
// suite main selects.
func TestSelectEverything(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	plan, err := c.Select(scenarios.Selection{Clients: []string{scenarios.All}, Deployments: []string{scenarios.All}})
	if err != nil {
		t.Fatal(err)
	}
	full, brief := map[string]bool{}, map[string]bool{}
	for _, spec := range plan.Cells {
		name := spec.Standing().Name()
		if full[name] || brief[name] {
			t.Errorf("%s is there twice", name)
		}
		full[name], brief[name] = !spec.Brief, spec.Brief
	}
	main, err := c.Select(scenarios.Selection{Suite: scenarios.MainSuite})
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range main.Cells {
		program := spec.Client.Identity().Basis == clients.Real || spec.Client.Identity().Basis == clients.SDK
		switch name := spec.Standing().Name(); {
		case full[name]:
			delete(full, name)
		case !program:
			t.Errorf("%s of the suite main is not measured in full", name)
		case slices.Contains([]string{"reference", "enterprise", "exact-redirect-port"}, spec.Deployment.ID):
			t.Errorf("%s of the suite released is not measured in full", name)
		}
	}
	for name, yes := range full {
		if yes {
			t.Errorf("%s is measured in full, and is not in the suite main", name)
		}
	}
	for name, want := range map[string]bool{
		"claude-code@1.0.60/hostile-mix-up":             true, // a historical variant at an attack
		"claude-code@1.0.60/reference":                  true,
		"vscode@1.139.1+port-taken/enterprise":          true,
		"servers@probe/hostile-mix-up (probe)":          true,
		"conformant@2026-07-28/reference-container":     true,
		"servers@probe/reference-container (probe)":     true,
		"cimd@current/reference-container":              false, // a container, and not in its suite
		"mcp-remote@0.15.1/hostile-mix-up (real)":       false, // a released program beyond the suite main
		"claude-code@1.0.60/reference-container":        false,
		"mcp-remote@0.15.1/reference (real)":            false, // there, but not in brief
		"mcp-remote@0.15.1/proxy (real)":                false, // a released program beyond its suite
		"go-sdk@1.8.0/hostile-redirect-private (sdk)":   false,
		"conformant@2026-07-28/reference":               false,
		"conformant@2026-07-28/hostile-redirect-origin": true,
	} {
		if brief[name] != want {
			t.Errorf("%s: in brief %t, want %t", name, brief[name], want)
		}
	}
}
