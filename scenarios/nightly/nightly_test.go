package nightly_test

import (
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/nightly"
)

func cell(client, deployment string, v report.Verdict, door, wire string) report.Cell {
	return report.Cell{
		Client: client, Deployment: deployment, Basis: "real", Verdict: v, Stage: door, Wire: wire, Summary: "it is so",
		Features:  []report.Feature{{Path: "scope.order", Value: "scope of " + wire}},
		Scenarios: []report.Scenario{{ID: "C.1", Name: "discovery", Verdict: v, Findings: []report.Finding{{Check: "a/b"}}}},
	}
}

func night(date string, cells ...report.Cell) *report.Results {
	return &report.Results{Schema: report.Schema, Date: date, Cells: cells}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	last := night("2026-11-20",
		cell("codex@0.169.0", "reference", report.Pass, "", "w1"),
		cell("codex@0.169.0", "enterprise", report.Fail, "registration", "w1"),
		cell("codex@0.169.0", "dcr-only", report.Pass, "", "w1"),
		cell("codex@0.169.0", "cimd-only", report.Pass, "", "w1"),
		cell("cline@3.0.65", "reference", report.Fail, "step-up", "w3"),
	)
	now := night("2026-11-21",
		cell("codex@0.170.0", "reference", report.Fail, "callback", "w2"),
		cell("codex@0.170.0", "enterprise", report.Pass, "", "w1"),
		cell("codex@0.170.0", "dcr-only", report.Pass, "", "w2"),
		cell("cline@3.0.65", "reference", report.Fail, "token", "w3"),
	)
	now.Skipped = []report.Skipped{{What: "client opencode@1.18.33 (real)", Why: "install fails"}}
	n := nightly.Compare(last, now)
	if !n.Regressed() || n.Quiet() {
		t.Errorf("regressed %v, quiet %v", n.Regressed(), n.Quiet())
	}
	if got, want := n.Title(), "Newly broken: codex@0.170.0/reference; not everything was measured"; got != want {
		t.Errorf("title %q, want %q", got, want)
	}
	page := n.Markdown()
	for _, want := range []string{
		"- codex 0.170.0, was 0.169.0\n",
		"## Newly broken\n\n- `codex@0.170.0/reference`: fail at callback, was pass. it is so\n  - scope.order: scope of w2, was scope of w1\n",
		"## Newly fixed\n\n- `codex@0.170.0/enterprise`: pass, was fail at registration",
		"- `cline@3.0.65/reference`: fail at token, was fail at step-up",
		"## The same result, but something else was sent\n\n- `codex@0.170.0/dcr-only`: w2, was w1",
		"## Measured before and not now\n\n- codex/cimd-only (real), last measured 2026-11-20\n",
		"- client opencode@1.18.33 (real): install fails\n",
		"; not everything was measured.\n",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
}

// Nothing to compare with is no regression, and neither is the same again.
func TestNoNews(t *testing.T) {
	t.Parallel()
	now := night("2026-11-21", cell("codex@0.170.0", "reference", report.Fail, "callback", "w2"))
	for name, last := range map[string]*report.Results{"no night before": nil, "the same": now} {
		n := nightly.Compare(last, now)
		if n.Regressed() || !n.Quiet() || n.Title() != "Nothing changed" {
			t.Errorf("%s: %+v", name, n)
		}
	}
}

func TestKeep(t *testing.T) {
	t.Parallel()
	r := night("2026-11-21", cell("codex@0.170.0", "reference", report.Fail, "callback", "w2"))
	emulated := r.Cells[0]
	emulated.Basis = "emulated"
	r.Cells = append(r.Cells, emulated)
	kept := nightly.Keep(r, nil)
	if len(kept.Cells) != 1 || kept.Cells[0].Scenarios[0].Findings != nil || len(kept.Cells[0].Features) != 1 {
		t.Errorf("kept %+v", kept.Cells)
	}
	if len(r.Cells) != 2 || len(r.Cells[0].Scenarios[0].Findings) != 1 {
		t.Error("the results themselves were changed")
	}
	if n := nightly.Compare(kept, r); !n.Quiet() {
		t.Errorf("what was kept differs from what it was kept of: %+v", n)
	}
}

// A cell has one issue, whatever its version; what is fixed closes it.
func TestIssues(t *testing.T) {
	t.Parallel()
	broken := night("2026-11-20", cell("codex@0.169.0", "reference", report.Fail, "callback", "w1"))
	well := night("2026-11-21", cell("codex@0.170.0", "reference", report.Pass, "", "w1"))
	opened, closed := nightly.Compare(well, broken).Issues(), nightly.Compare(broken, well).Issues()
	if len(opened) != 1 || len(closed) != 1 || opened[0].Title != "codex at reference" || opened[0].Title != closed[0].Title {
		t.Fatalf("opened %+v, closed %+v", opened, closed)
	}
	if opened[0].Closes || !closed[0].Closes || !strings.Contains(opened[0].Body, "is newly broken") {
		t.Errorf("opened %+v, closed %+v", opened[0], closed[0])
	}
	emulated := cell("codex@0.169.0", "reference", report.Pass, "", "w9")
	emulated.Basis = "emulated"
	well.Cells = append(well.Cells, emulated)
	if drifted := nightly.Compare(nil, well).Issues(); len(drifted) != 1 || drifted[0].Title != "The profile of codex has drifted" ||
		!strings.Contains(drifted[0].Body, "scope.order: profile says scope of w9, release sent scope of w1") {
		t.Errorf("drifted: %+v", drifted)
	}
}
