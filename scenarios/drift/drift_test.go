package drift_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/drift"
)

func cell(client, deployment, basis string, v report.Verdict, pairs ...string) report.Cell {
	c := report.Cell{Client: client, Deployment: deployment, Basis: basis, Verdict: v}
	for i := 0; i < len(pairs); i += 2 {
		c.Features = append(c.Features, report.Feature{Path: pairs[i], Value: pairs[i+1]})
	}
	return c
}

func results() *report.Results {
	return &report.Results{Cells: []report.Cell{
		cell("codex@0.169.0", "reference", "emulated", report.Pass, "scope.order", "challenge", "redirect.path", "/callback"),
		cell("codex@0.169.0", "enterprise", "emulated", report.Pass, "scope.order", "challenge"),
		cell("codex@0.170.0", "reference", "real", report.Fail, "scope.order", "challenge+offline_access", "redirect.path", "/cb"),
		cell("codex@0.170.0", "enterprise", "real", report.Pass, "scope.order", "challenge+offline_access", "token.extra", "audience"),
		cell("amp@1.0.0", "reference", "real", report.Pass, "scope.order", "none"),
	}}
}

func TestFind(t *testing.T) {
	t.Parallel()
	var got []string
	for _, d := range drift.Find(results()) {
		got = append(got, d.String())
	}
	want := []string{
		"codex@0.170.0: scope.order: profile says challenge, release sent challenge+offline_access (at reference, enterprise)",
		"codex@0.170.0: redirect.path: profile says /callback, release sent /cb (at reference)",
		"codex@0.170.0: verdict: profile says pass, release sent fail (at reference)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"amp@1.0.0"}, drift.Unmatched(results())); diff != "" {
		t.Errorf("without a profile: want (-), got (+):\n%s", diff)
	}
}

// A release that does what its profile says has no drift.
func TestNoDrift(t *testing.T) {
	t.Parallel()
	r := results()
	r.Cells = r.Cells[:2]
	for _, c := range r.Cells {
		c.Basis = "real"
		r.Cells = append(r.Cells, c)
	}
	if got := drift.Find(r); got != nil {
		t.Errorf("got %v", got)
	}
}

const profile = `id: codex
variants:
  - versions: ">=0.145.0"
    version: 0.169.0
    current: true
`

// What fits a field is proposed as one, the rest is said in a remark.
func TestPropose(t *testing.T) {
	t.Parallel()
	got, err := drift.Propose("clients/emulated/profiles/codex.yaml", profile, [][]drift.Difference{drift.Find(results())}, "2026-11-21")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/codex.patch")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

// The profile of the release itself gets remarks: it is the profile that is
// wrong, and a person has to find out where.
func TestProposeForTheSameRelease(t *testing.T) {
	t.Parallel()
	same := []drift.Difference{{Client: "codex@0.169.0", Profile: "codex@0.169.0", Path: "redirect.path", Says: "/callback", Sent: "/cb"}}
	got, err := drift.Propose("p", profile, [][]drift.Difference{same}, "2026-11-21")
	if err != nil || !strings.Contains(got, "\n+    # redirect.path: the profile says /callback, the release sent /cb\n") {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestProposeNothing(t *testing.T) {
	t.Parallel()
	onlyVerdict := []drift.Difference{{Client: "codex@1.0.0", Profile: "codex@0.169.0", Path: "verdict", Says: "pass", Sent: "fail"}}
	if got, err := drift.Propose("p", profile, [][]drift.Difference{onlyVerdict}, "2026-11-21"); err != nil || got != "" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestProposeForAnUnknownVariant(t *testing.T) {
	t.Parallel()
	other := strings.ReplaceAll(profile, "0.169.0", "0.1.0")
	if _, err := drift.Propose("p", other, [][]drift.Difference{drift.Find(results())}, "2026-11-21"); !errors.Is(err, drift.ErrNoVariant) {
		t.Errorf("got %v", err)
	}
}

// A check of which one fails and the other does not is a difference, also where
// both cells fail; what was not found out is none, and no edit is proposed.
func TestFindChecks(t *testing.T) {
	t.Parallel()
	judged := func(basis string, v ...report.Verdict) report.Cell {
		c := cell("codex@0.169.0", "reference", basis, report.Fail)
		s := report.Scenario{ID: "C.1"}
		for i, verdict := range v {
			s.Findings = append(s.Findings, report.Finding{Check: "a/" + string(rune('a'+i)), Verdict: verdict})
		}
		c.Scenarios = []report.Scenario{s}
		return c
	}
	found := drift.Find(&report.Results{Cells: []report.Cell{
		judged("emulated", report.Pass, report.Fail, report.Pass, report.Pass, report.Fail, report.Untested),
		judged("real", report.Fail, report.Warn, report.Warn, report.Untested, report.Fail, report.Fail),
	}})
	var got []string
	for _, d := range found {
		got = append(got, d.String())
	}
	want := []string{
		"codex@0.169.0: check a/a: profile says pass, release sent fail (at reference)",
		"codex@0.169.0: check a/b: profile says fail, release sent warn (at reference)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	if patch, err := drift.Propose("p", profile, [][]drift.Difference{found}, "2026-11-21"); err != nil || patch != "" {
		t.Errorf("proposes %q, %v", patch, err)
	}
}
