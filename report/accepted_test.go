package report

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestAcceptThenCompare(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := acceptableSample()
	if _, err := WriteAccepted(dir, r, nil); err != nil {
		t.Fatal(err)
	}
	accepted, err := LoadAccepted(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r.Standings(), accepted.Cells); diff != "" {
		t.Errorf("accepted differs from measured:\n%s", diff)
	}
	if accepted.Revision != r.Revision {
		t.Errorf("revision %q", accepted.Revision)
	}
	if c := Compare(r, accepted.Cells, nil); !c.OK() || len(c.Wire) > 0 {
		t.Errorf("what was accepted differs from itself: %+v", c)
	}
	text, err := os.ReadFile(filepath.Join(dir, "enterprise.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "accepted.yaml", string(text))
}

// acceptableSample is the sample without the cell in which the harness failed.
func acceptableSample() *Results {
	r := sample()
	r.Cells = r.Cells[1:]
	r.Cells[0].Wire = "0123456789ab"
	return r
}

func TestCompare(t *testing.T) {
	t.Parallel()
	accepted := acceptableSample().Standings()
	at := func(r *Results, name string) *Cell {
		for i := range r.Cells {
			if r.Cells[i].Name() == name {
				return &r.Cells[i]
			}
		}
		t.Fatalf("no cell %s", name)
		return nil
	}
	drop := func(r *Results, name string) {
		for i := range r.Cells {
			if r.Cells[i].Name() == name {
				r.Cells = append(r.Cells[:i], r.Cells[i+1:]...)
				return
			}
		}
		t.Fatalf("no cell %s", name)
	}
	const vscode, zed = "vscode@1.107+port-taken/enterprise", "zed@1/reference"
	for name, c := range map[string]struct {
		change                          func(*Results)
		expected                        func(Standing) bool
		changed, wire, stale, unmatched string
	}{
		"another verdict": {change: func(r *Results) { at(r, zed).Verdict = Fail }, changed: zed},
		"another door":    {change: func(r *Results) { at(r, vscode).Stage = "token" }, changed: vscode},
		"another culprit": {change: func(r *Results) { at(r, vscode).Culprit = "client" }, changed: vscode},
		"another wire":    {change: func(r *Results) { at(r, vscode).Wire = "ba9876543210" }, wire: vscode},
		"no wire":         {change: func(r *Results) { at(r, vscode).Wire = "" }},
		"gone":            {change: func(r *Results) { drop(r, zed) }, stale: zed},
		"skipped client": {change: func(r *Results) {
			drop(r, zed)
			r.Skipped = append(r.Skipped, Skipped{What: "client zed", Why: "not installed"})
		}},
		"skipped cell": {change: func(r *Results) {
			drop(r, zed)
			r.Skipped = append(r.Skipped, Skipped{What: "cell " + zed, Why: "no browser"})
		}},
		"another skip": {change: func(r *Results) {
			drop(r, zed)
			r.Skipped = append(r.Skipped, Skipped{What: "client z", Why: "not installed"})
		}, stale: zed},
		"not selected": {
			change:   func(r *Results) { drop(r, zed) },
			expected: func(s Standing) bool { return s.Client != "zed@1" },
		},
		"not selected but measured": {
			change:   func(r *Results) { at(r, zed).Verdict = Fail },
			expected: func(Standing) bool { return false },
			changed:  zed,
		},
		"new": {change: func(r *Results) {
			n := *at(r, zed)
			n.Client = "zed@2"
			r.Cells = append(r.Cells, n)
		}, unmatched: "zed@2/reference"},
		"another basis": {change: func(r *Results) { at(r, zed).Basis = "real" }, stale: zed, unmatched: zed + " (real)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := acceptableSample()
			c.change(r)
			got := Compare(r, accepted, c.expected)
			for _, list := range []struct {
				what, want string
				got        []Standing
			}{
				{"changed", c.changed, is(got.Changed)},
				{"wire", c.wire, is(got.Wire)},
				{"stale", c.stale, got.Stale},
				{"unmatched", c.unmatched, got.Unmatched},
			} {
				var names []string
				for _, s := range list.got {
					names = append(names, s.Name())
				}
				if got := strings.Join(names, " "); got != list.want {
					t.Errorf("%s: %q, want %q", list.what, got, list.want)
				}
			}
			if ok := c.changed+c.stale+c.unmatched == ""; got.OK() != ok {
				t.Errorf("OK() = %t", got.OK())
			}
		})
	}
}

func is(changes []Change) []Standing {
	var out []Standing
	for _, c := range changes {
		out = append(out, c.Is)
	}
	return out
}

func TestAcceptKeepsWhatWasNotMeasuredForAReason(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := WriteAccepted(dir, acceptableSample(), nil); err != nil {
		t.Fatal(err)
	}
	part := acceptableSample()
	part.Cells = part.Find("zed@1/reference")
	part.Skipped = []Skipped{{What: "deployment mix-up", Why: "no engine"}}
	// Only enterprise was not to be measured; mix-up was skipped.
	expected := func(s Standing) bool { return s.Deployment != "enterprise" }
	if _, err := WriteAccepted(dir, part, expected); err != nil {
		t.Fatal(err)
	}
	accepted, err := LoadAccepted(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	left := map[string]int{}
	for _, s := range accepted.Cells {
		left[s.Deployment]++
	}
	if diff := cmp.Diff(map[string]int{"reference": 1, "enterprise": 4, "mix-up": 2}, left); diff != "" {
		t.Errorf("entries left by deployment (-want +got):\n%s", diff)
	}
	if _, err := os.Stat(filepath.Join(dir, "exact-redirect-port.yaml")); !os.IsNotExist(err) {
		t.Errorf("a file without entries is still there: %v", err)
	}
}

func TestAcceptRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := WriteAccepted(dir, sample(), nil); err == nil || !strings.Contains(err.Error(), "mcp-remote@0.15.1/enterprise") {
		t.Errorf("a harness error was accepted: %v", err)
	}
	if _, err := WriteAccepted(dir, &Results{}, nil); err == nil || !strings.Contains(err.Error(), "nothing was measured") {
		t.Errorf("nothing was accepted: %v", err)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 0 {
		t.Errorf("files were written: %v, %v", files, err)
	}
	if _, err := WriteAccepted(dir, acceptableSample(), nil); err != nil {
		t.Fatal(err)
	}
	other := acceptableSample()
	other.Revision = "2025-06-18"
	if _, err := WriteAccepted(dir, other, nil); err == nil || !strings.Contains(err.Error(), "2025-06-18") {
		t.Errorf("results of another revision were mixed in: %v", err)
	}
}

func TestLoadAcceptedReportsAllErrors(t *testing.T) {
	t.Parallel()
	const head = "\nrevision: \"2026-07-28\"\n"
	_, err := LoadAccepted(fstest.MapFS{
		"a.yaml": {Data: []byte("deployment: a" + head + "results: []\n")},
		"b.yaml": {Data: []byte("deployment: b\nrevision: \"2025-03-26\"\nresults: [{verdict: fine, clients: {x@1: \"\"}}]\n")},
		"c.yaml": {Data: []byte("deployment: d" + head +
			"results: [{verdict: pass, clients: {x@1: \"\"}}, {verdict: warn, clients: {x@1: \"\"}}]\n")},
		"d.yaml": {Data: []byte("deployment: d\nverdict: pass\n")},
		"e.yaml": {Data: []byte("deployment: e" + head + "results: [{verdict: pass, clients: {x@1 (emulated): \"\", y@1 (real: \"\"}}]\n")},
		"f.yaml": {Data: []byte("deployment: f" + head +
			"results: [{verdict: pass, clients: {x@1: \"\"}}, {verdict: pass, clients: {y@1: \"\"}}, {verdict: warn}]\n")},
		"g.yaml":    {Data: []byte("deployment: g" + head + "results: [{verdict: pass, clients: {x@1: \"\", x@1: \"\"}}]\n")},
		"README.md": {Data: []byte("# no YAML")},
	})
	if err == nil {
		t.Fatal("loaded")
	}
	for _, want := range []string{
		"a.yaml: no results", `b.yaml: x@1: verdict "fine"`, `b.yaml: the revision is "2025-03-26"`, `c.yaml: the deployment is "d"`,
		"c.yaml: x@1: there twice", "d.yaml:2:", "e.yaml: x@1 (emulated): the basis emulated", "e.yaml: y@1 (real: want CLIENT@VERSION",
		`f.yaml: the result "pass" is there twice`, `f.yaml: the result "warn" is that of no client`, "g.yaml:3:",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
}

func TestEmbeddedAcceptedResultsLoad(t *testing.T) {
	t.Parallel()
	if _, err := LoadAccepted(AcceptedFiles()); err != nil {
		t.Error(err)
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	s := func(client string, v Verdict, stage, wire string) Standing {
		return Standing{Client: client, Deployment: "d", Verdict: v, Stage: stage, Wire: wire}
	}
	c := Diff(
		[]Standing{
			s("a", Pass, "", ""), s("b", Fail, "token", ""), s("c", Fail, "token", ""), s("d", Pass, "", "1"),
			s("e", Pass, "", "1"), s("f", Warn, "", ""), s("h", Known, "token", ""),
		},
		[]Standing{
			s("g", Pass, "", ""), s("f", Pass, "", ""), s("d", Pass, "", "2"), s("c", Fail, "authorize", ""),
			s("b", Pass, "", ""), s("a", Fail, "token", ""), s("h", Pass, "", ""),
		},
	)
	golden(t, "changes.txt", c.Text(TextOptions{}))
	if c.Empty() {
		t.Error("the changes say that they are empty")
	}
	same := sample().Standings()
	if c := Diff(same, same); !c.Empty() || c.Text(TextOptions{}) != "" {
		t.Errorf("equal measurements differ: %+v", c)
	}
}
