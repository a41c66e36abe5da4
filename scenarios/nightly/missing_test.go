package nightly_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/nightly"
)

// A program that cannot be measured for a night does not come back broken
// unnoticed: what it was last known to do is kept, and compared with.
func TestWhatIsNotMeasuredIsKept(t *testing.T) {
	t.Parallel()
	first := night("2026-11-19", cell("codex@0.169.0", "reference", report.Pass, "", "w1"), cell("cline@3.0.65", "reference", report.Pass, "", "w1"))
	second := night("2026-11-20", cell("cline@3.0.65", "reference", report.Pass, "", "w1"))
	second.Skipped = []report.Skipped{{What: "client codex (real)", Why: "the registry cannot be reached"}}
	kept := nightly.Keep(second, nightly.Keep(first, nil))
	n := nightly.Compare(nightly.Keep(first, nil), second)
	if n.Quiet() || n.Regressed() || n.Title() != "Nothing changed; not everything was measured" {
		t.Errorf("the night without it: %+v", n)
	}
	opened := n.Issues()
	if i := slices.IndexFunc(opened, func(i nightly.Issue) bool { return i.Title == "codex is not measured" }); i < 0 ||
		opened[i].Closes || !strings.Contains(opened[i].Body, "the registry cannot be reached") ||
		!strings.Contains(opened[i].Body, "- codex/reference (real), last measured 2026-11-19\n") {
		t.Errorf("issues %+v", opened)
	}

	third := night("2026-11-21", cell("codex@0.170.0", "reference", report.Fail, "token", "w1"), cell("cline@3.0.65", "reference", report.Pass, "", "w1"))
	n = nightly.Compare(kept, third)
	if !n.Regressed() || !slices.Equal(n.Again, []string{"codex"}) || len(n.Releases) != 1 || n.Releases[0].Was != "0.169.0" {
		t.Errorf("it came back broken: %+v", n)
	}
	if closed := n.Issues(); !slices.ContainsFunc(closed, func(i nightly.Issue) bool { return i.Title == "codex is not measured" && i.Closes }) {
		t.Errorf("issues %+v", closed)
	}
	if again := nightly.Keep(third, kept); len(again.Cells) != 2 || again.Cells[0].Measured != "" {
		t.Errorf("kept %+v", again.Cells)
	}
}

// Where the harness failed nothing was measured: it is no news of the client, and
// the result before it stays.
func TestAHarnessErrorIsNoMeasurement(t *testing.T) {
	t.Parallel()
	before := night("2026-11-20", cell("codex@0.169.0", "reference", report.Pass, "", "w1"))
	now := night("2026-11-21", cell("codex@0.169.0", "reference", report.HarnessError, "", "w1"))
	n := nightly.Compare(before, now)
	if len(n.Missing) != 1 || len(n.Broken) != 0 || n.Quiet() {
		t.Errorf("%+v", n)
	}
	if kept := nightly.Keep(now, before); len(kept.Cells) != 1 || kept.Cells[0].Verdict != report.Pass || kept.Cells[0].Measured != "2026-11-20" {
		t.Errorf("kept %+v", kept.Cells)
	}
}

// What shows nothing any more is broken, and what shows nothing is not fixed.
func TestNothingShownIsNoSuccess(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		was, is report.Verdict
		group   string
	}{
		{report.Pass, report.Untested, "broken"},
		{report.Pass, report.Unsupported, "broken"},
		{report.Warn, report.NotApplicable, "broken"},
		{report.RefusedRight, report.Fail, "broken"},
		{report.Pass, report.Known, "broken"},
		{report.Fail, report.Unsupported, "changed"},
		{report.Fail, report.Untested, "changed"},
		{report.Known, report.NotApplicable, "changed"},
		{report.Pass, report.Warn, "changed"},
		{report.Unsupported, report.Pass, "fixed"},
		{report.Untested, report.Warn, "fixed"},
	} {
		n := nightly.Compare(night("2026-11-20", cell("codex@0.169.0", "reference", test.was, "", "w1")),
			night("2026-11-21", cell("codex@0.169.0", "reference", test.is, "", "w1")))
		got := map[string]int{"broken": len(n.Broken), "fixed": len(n.Fixed), "changed": len(n.Changed)}
		if got[test.group] != 1 || len(n.Broken)+len(n.Fixed)+len(n.Changed) != 1 || n.Regressed() != (test.group == "broken") {
			t.Errorf("%s, was %s: %v, want %s", test.is, test.was, got, test.group)
		}
	}
}

// A cell that was not measured before is told, whatever it shows.
func TestAddedCells(t *testing.T) {
	t.Parallel()
	one := cell("codex@0.169.0", "reference", report.Pass, "", "w1")
	n := nightly.Compare(night("2026-11-20", one), night("2026-11-21", one, cell("codex@0.169.0", "enterprise", report.Fail, "token", "w1")))
	if n.Quiet() || !strings.Contains(n.Markdown(), "## Measured for the first time\n\n- codex/enterprise (real): fail at token\n") {
		t.Errorf("%s", n.Markdown())
	}
}
