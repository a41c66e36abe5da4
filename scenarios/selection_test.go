package scenarios_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/scenarios"
)

func catalogue(t *testing.T) *scenarios.Catalogue {
	t.Helper()
	c, err := scenarios.NewCatalogue(scenarios.CatalogueOptions{Clients: programs()})
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
			scenarios.Selection{Clients: []string{"claude-code"}, Deployments: []string{"reference"}},
			[]string{"claude-code@2.1.329/reference emulated"},
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
		"one thing named twice is one cell": {
			scenarios.Selection{Clients: []string{"vscode", "vscode"}, Deployments: []string{"reference"}},
			[]string{"vscode@1.139.1/reference emulated"},
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

// Nothing that is selected is quietly dropped.
func TestSelectRefuses(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	for name, s := range map[string]struct {
		selection scenarios.Selection
		want      string
	}{
		"unknown client":      {scenarios.Selection{Clients: []string{"vscdoe"}}, `"vscdoe": did you mean vscode?`},
		"version in no range": {scenarios.Selection{Clients: []string{"cursor@2.5.0"}}, "cursor@2.5.0"},
		"unknown condition":   {scenarios.Selection{Clients: []string{"vscode+raining"}}, "vscode+raining"},
		"unknown deployment":  {scenarios.Selection{Deployments: []string{"enterpris"}}, `did you mean enterprise?`},
		"unknown scenario":    {scenarios.Selection{Scenarios: []string{"C.0"}}, `unknown scenario "C.0"`},
		"unknown suite":       {scenarios.Selection{Suite: "six-clients"}, `did you mean five-clients?`},
		"unknown basis":       {scenarios.Selection{Basis: "reel"}, `did you mean real?`},
		"nothing left":        {scenarios.Selection{Clients: []string{"cursor"}, Basis: "real"}, "nothing is selected"},
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
