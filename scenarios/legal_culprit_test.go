package scenarios_test

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// A legal deployment breaks no rule that stops anybody: the conformant client
// gets along with it. So whoever does not is at fault itself, or nobody is.
func TestAtALegalDeploymentNoServerIsAtFault(t *testing.T) {
	t.Parallel()
	profiles, err := emulated.All()
	if err != nil {
		t.Fatal(err)
	}
	all, err := deployment.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	store, err := documents.All()
	if err != nil {
		t.Fatal(err)
	}
	plan := scenarios.Plan{Scenarios: scenarioIDs()}
	// Clients that differ: in registration, redirect URIs, scope, resource, iss
	// and what they do without metadata.
	for _, name := range []string{
		"claude-code@1.0.60", "codex@0.144.0", "cursor@2.0.0", "gemini-cli@0.61.0", "kiro@2.11.0", "vscode",
	} {
		found, err := profiles.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range all {
			if d.Kind == deployment.Legal && d.Provider == deployment.Embedded {
				plan.Cells = append(plan.Cells, scenarios.CellSpec{Client: found[0], Deployment: &d})
			}
		}
	}
	got, err := scenarios.Run(t.Context(), plan, scenarios.RunOptions{
		Book: lawBook(t), Seed: 1, Stage: scenarios.Stage{Documents: store}, Consent: scenarios.ConsentHTTP, Parallel: 2, Out: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Cells) != len(plan.Cells) {
		t.Errorf("%d cells of %d", len(got.Cells), len(plan.Cells))
	}
	for _, c := range got.Cells {
		switch c.Culprit {
		case string(requirement.AuthorizationServer), string(requirement.MCPServer):
			t.Errorf("%s\nagain: mcpcompat run --client %s --deployment %s", tell(c), c.Client, c.Deployment)
		}
		if c.Verdict == report.Fail && c.Summary == "" {
			t.Errorf("%s/%s fails without a word", c.Client, c.Deployment)
		}
	}
}
