package scenarios_test

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
)

// Legal is what is odd and allowed, so that a client which follows the rules
// must get along with it, in every scenario that applies.
func TestTheConformantClientPassesAtEveryLegalDeployment(t *testing.T) {
	t.Parallel()
	book := lawBook(t)
	profiles, err := emulated.All()
	if err != nil {
		t.Fatal(err)
	}
	found, err := profiles.Find("conformant")
	if err != nil {
		t.Fatal(err)
	}
	all, err := deployment.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		if d.Kind != deployment.Legal || d.Provider != deployment.Embedded {
			continue
		}
		t.Run(d.ID, func(t *testing.T) {
			t.Parallel()
			got := measureIn(t, scenarios.RunOptions{Book: book, Seed: 1}, found[0], d).cell
			if got.Verdict != report.Pass && got.Verdict != report.Warn || !got.Connected || got.Stage != "" || got.Culprit == "client" {
				t.Errorf("%s\nagain: mcpcompat run --client conformant --deployment %s", tell(got), d.ID)
			}
			for id, f := range verdicts(got) {
				if f.Party == "client" && (f.Verdict == report.Fail || f.Verdict == report.Warn) {
					t.Errorf("%s is %s: %s", id, f.Verdict, f.Observed)
				}
			}
		})
	}
}
