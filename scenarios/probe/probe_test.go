package probe_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// named is a deployment of the catalogue with settings, path=value.
func named(tb testing.TB, id string, settings ...string) deployment.Deployment {
	tb.Helper()
	all, err := deployment.Catalogue()
	if err != nil {
		tb.Fatal(err)
	}
	i := slices.IndexFunc(all, func(d deployment.Deployment) bool { return d.ID == id })
	if i < 0 {
		tb.Fatalf("no deployment %s", id)
	}
	d := all[i]
	for _, s := range settings {
		path, value, _ := strings.Cut(s, "=")
		if d, err = d.With(path, value); err != nil {
			tb.Fatal(err)
		}
	}
	return d
}

// measure probes a deployment.
func measure(tb testing.TB, d deployment.Deployment) report.Cell {
	tb.Helper()
	book, err := requirement.Default()
	if err != nil {
		tb.Fatal(err)
	}
	store, err := documents.All()
	if err != nil {
		tb.Fatal(err)
	}
	c := scenarios.Probe(tb.Context(), d, scenarios.RunOptions{Book: book, Stage: scenarios.Stage{Documents: store}, Seed: 1})
	if c.Verdict == report.HarnessError {
		tb.Fatalf("%s: %s", d.ID, c.Summary)
	}
	return c
}

func findings(c report.Cell) map[string]report.Finding {
	out := map[string]report.Finding{}
	for _, s := range c.Scenarios {
		for _, f := range s.Findings {
			out[f.Check] = f
		}
	}
	return out
}

func TestTmpProbe(t *testing.T) {
	c := measure(t, named(t, "reference"))
	t.Log(c.Verdict, c.Summary, c.DurationMS)
	for _, s := range c.Scenarios {
		t.Log(s.ID, s.Verdict, s.Reason)
		for _, f := range s.Findings {
			if f.Verdict != report.Pass {
				t.Log("   ", f.Verdict, f.Check, f.Requirement, f.Expected, "|", f.Observed, f.Exchanges)
			}
		}
	}
}

func BenchmarkReference(b *testing.B) {
	d := named(b, "reference")
	for b.Loop() {
		measure(b, d)
	}
}
