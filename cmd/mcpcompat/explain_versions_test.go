package main

import (
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
)

// ranged is a catalogue that selects among the profiles that come with the
// program.
type ranged struct {
	*fakeCatalogue

	profiles emulated.Profiles
}

func (p ranged) Select(s scenarios.Selection) (scenarios.Plan, error) {
	var plan scenarios.Plan
	found, err := p.profiles.Find(s.Clients[0])
	for _, c := range found {
		plan.Cells = append(plan.Cells, scenarios.CellSpec{Client: c}, scenarios.CellSpec{Client: c})
	}
	return plan, err
}

func TestExplainFindsAVersionByItsRange(t *testing.T) {
	t.Parallel()
	profiles, err := emulated.All()
	if err != nil {
		t.Fatal(err)
	}
	cat := ranged{profiles: profiles}
	for name, want := range map[string]string{
		"vscode@1.107":            "which behave as 1.107.0",
		"vscode@1.107+port-taken": "which behave as 1.107.0",
		"vscode@0.1":              "",
		"nobody@1.0":              "",
		"vscode":                  "", // its own name; see clientTopics
		"all":                     "",
	} {
		topics := otherVersions(cat, name)
		if (len(topics) == 1) != (want != "") || len(topics) > 1 {
			t.Errorf("%s: %d clients", name, len(topics))
			continue
		}
		if want == "" {
			continue
		}
		text := topics[0].text(report.TextOptions{})
		if topics[0].name != name || !strings.Contains(text, want) || !strings.Contains(text, "evidence") {
			t.Errorf("%s: %s\n%s", name, topics[0].name, text)
		}
	}
}
