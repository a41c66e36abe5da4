package main

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mcpcompat/mcpcompat/report"
)

func TestExitCodes(t *testing.T) {
	t.Parallel()
	type v = []report.Verdict
	for name, c := range map[string]struct {
		verdicts    v
		run, matrix int
	}{
		"all pass":               {v{report.Pass}, 0, 0},
		"one refused rightly":    {v{report.RefusedRight, report.Pass}, 0, 0},
		"warnings only":          {v{report.Warn}, 0, 0},
		"known beside a pass":    {v{report.Known, report.Pass}, 0, 0},
		"unsupported and a pass": {v{report.Unsupported, report.Pass}, 0, 0},
		"nothing passed":         {v{report.NotApplicable}, 1, 0},
		"only known":             {v{report.Known}, 1, 0},
		"one failed":             {v{report.Pass, report.Fail, report.Pass}, 1, 0},
		"one untested":           {v{report.Untested, report.Pass}, 1, 0},
		"one harness error":      {v{report.Pass, report.HarnessError, report.Pass}, 2, 2},
		"failed and harness":     {v{report.Fail, report.HarnessError, report.Pass}, 2, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for command, want := range map[string]int{"run": c.run, "matrix": c.matrix} {
				i := newInvocation(t)
				i.engine.verdicts = c.verdicts
				args := []string{command, "--out", "{}/out"}
				if command == "matrix" {
					args = append(args, "--pages", "{}")
				}
				if code := i.run(args...); code != want {
					t.Errorf("%s: exit %d, want %d: %s", command, code, want, i.stderr.String())
				}
				if said := i.stderr.Len() > 0; said != (want != 0) {
					t.Errorf("%s: standard error %q", command, i.stderr.String())
				}
				if r, err := report.Read(i.path("out/results.json")); err != nil || len(r.Cells) != 4 {
					t.Errorf("%s: results: %v, %v", command, r, err)
				}
			}
		})
	}
}

func TestRunPassesOnWhatItWasGiven(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	code := i.run("run", "--out", "{}/o", "--revision", "2025-06-18", "--consent", "http", "--seed", "42", "--parallel", "3",
		"--client", "alpha,beta", "--basis", "real")
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, i.stderr.String())
	}
	got := i.engine.asked
	if got.Out != i.path("o") || got.Revision != "2025-06-18" || got.Consent != "http" || got.Seed != 42 || got.Parallel != 3 {
		t.Errorf("asked for %+v", got)
	}
	r, err := report.Read(i.path("o/results.json"))
	if err != nil || len(r.Cells) != 2 || r.Cells[0].Client != "beta@2.0" {
		t.Errorf("results: %+v, %v", r, err)
	}
	if _, err := os.Stat(i.path("o/junit.xml")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat("compat-matrix.md"); !os.IsNotExist(err) {
		t.Errorf("run touched compat-matrix.md: %v", err)
	}
}

func TestRunTellsAPersonWhatCameOfIt(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.engine.verdicts = []report.Verdict{report.Pass, report.Fail, report.Pass}
	i.run("run", "--out", "{}/out")
	got := strings.ReplaceAll(i.stdout.String(), i.dir, "DIR")
	golden(t, "run.txt", got)
}

// With --json the results are on standard output, and nothing else.
func TestJSONAlone(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"run", "matrix"} {
		i := newInvocation(t)
		args := []string{command, "--json", "--out", "{}/out"}
		if command == "matrix" {
			args = append(args, "--pages", "{}")
		}
		if code := i.run(args...); code != exitOK {
			t.Fatalf("%s: exit %d: %s", command, code, i.stderr.String())
		}
		r, err := report.Decode("standard output", bytes.NewReader(i.stdout.Bytes()))
		if err != nil || len(r.Cells) != 4 {
			t.Errorf("%s: %v\n%s", command, err, i.stdout.String())
		}
		file, err := os.ReadFile(i.path("out/results.json"))
		if err != nil || !bytes.Equal(file, i.stdout.Bytes()) {
			t.Errorf("%s: standard output and the file differ (%v)", command, err)
		}
	}
}

func TestNothingMeasuredIsAnError(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.engine.stopAfter = 0
	i.engine.cat.clients = i.engine.cat.clients[:1]
	i.engine.err = errors.New("the disk is full")
	if code := i.run("run", "--out", "{}/out"); code != exitError {
		t.Errorf("exit %d", code)
	}
	if got := i.stderr.String(); got != "mcpcompat: the disk is full\n" {
		t.Errorf("standard error %q", got)
	}
	err := nothingMeasured(&report.Results{Skipped: []report.Skipped{{What: "client beta@2.0", Why: "no Node"}}})
	if err == nil || err.Error() != "nothing was measured:\n  client beta@2.0: no Node" {
		t.Errorf("error %v", err)
	}
}

func TestFaultyDataIsNotRun(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.engine.faulty = errors.New("profiles/x.yaml:3: unknown key")
	if code := i.run("run", "--out", "{}/out"); code != exitError {
		t.Errorf("exit %d", code)
	}
	if got := i.stderr.String(); !strings.Contains(got, "profiles/x.yaml:3: unknown key") {
		t.Errorf("standard error %q", got)
	}
	if _, err := os.Stat(i.path("out")); !os.IsNotExist(err) {
		t.Errorf("something was written: %v", err)
	}
}

func TestResultsThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	if err := os.MkdirAll(i.path("out/results.json/in-the-way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if code := i.run("run", "--out", "{}/out"); code != exitError {
		t.Errorf("exit %d", code)
	}
	if got := i.stderr.String(); !strings.Contains(got, i.path("out/results.json")) {
		t.Errorf("standard error %q does not name the file", got)
	}
}

func TestMatrixWritesThePage(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.engine.verdicts = []report.Verdict{report.Pass, report.Fail, report.Pass}
	if code := i.run("matrix", "--out", "{}/out", "--pages", "{}"); code != exitOK {
		t.Fatalf("exit %d: %s", code, i.stderr.String())
	}
	page, err := os.ReadFile(i.path("compat-matrix.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# MCP client compatibility", "[✗\u00a0auth](#authorize-"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if !strings.Contains(i.stdout.String(), "no results have been accepted yet") {
		t.Errorf("standard output:\n%s", i.stdout.String())
	}
}

func TestMatrixSaysWhatChanged(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	accept := func() {
		t.Helper()
		if code := i.run("matrix", "--out", "{}/out", "--pages", "{}", "--accept={}/accepted"); code != exitOK {
			t.Fatalf("exit %d: %s", code, i.stderr.String())
		}
		if !strings.Contains(i.stdout.String(), "accepted: "+i.path("accepted/enterprise.yaml")) {
			t.Errorf("standard output:\n%s", i.stdout.String())
		}
		i.accepted = os.DirFS(i.path("accepted"))
	}
	i.engine.verdicts = []report.Verdict{report.Pass, report.Fail, report.Pass}
	accept()
	matrix := func(args ...string) string {
		t.Helper()
		if code := i.run(append([]string{"matrix", "--out", "{}/out", "--pages", "{}"}, args...)...); code != exitOK {
			t.Fatalf("exit %d: %s", code, i.stderr.String())
		}
		_, after, _ := strings.Cut(i.stdout.String(), "compat-matrix.md\n")
		return after
	}
	if got := matrix(); got != "\nnothing changed since the accepted results\n" {
		t.Errorf("the same again: %s", got)
	}
	i.engine.verdicts = []report.Verdict{report.Fail, report.Pass}
	golden(t, "changes.txt", matrix())
	// What was not selected is not missed.
	i.engine.verdicts = []report.Verdict{report.Pass}
	if got := matrix("--client", "alpha"); got != "\nnothing changed since the accepted results\n" {
		t.Errorf("a part of it: %s", got)
	}
	if got := matrix("--scenario", "C.1"); !strings.Contains(got, "only a part of the scenarios was run") {
		t.Errorf("a scenario: %s", got)
	}
	if got := matrix("--revision", "2025-06-18"); !strings.Contains(got, "of revision 2026-07-28") {
		t.Errorf("another revision: %s", got)
	}
	i.engine.cat.clients = i.engine.cat.clients[:1]
	i.engine.verdicts = []report.Verdict{report.Pass}
	if got := matrix(); !strings.Contains(got, "gone (2)\n  beta@2.0/enterprise (real): pass\n  beta@2.0/reference (real): fail") {
		t.Errorf("a client that is no more: %s", got)
	}
	i.accepted = fstest.MapFS{"x.yaml": {Data: []byte("oops: 1\n")}}
	if code := i.run("matrix", "--out", "{}/out", "--pages", "{}"); code != exitError ||
		!strings.Contains(i.stderr.String(), "x.yaml:1") {
		t.Errorf("faulty accepted results: exit %d, %s", code, i.stderr.String())
	}
}

func TestMatrixDoesNotAcceptHarnessErrors(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.engine.verdicts = []report.Verdict{report.HarnessError, report.Pass}
	if code := i.run("matrix", "--out", "{}/out", "--pages", "{}", "--accept={}/accepted"); code != exitError {
		t.Errorf("exit %d", code)
	}
	if _, err := os.Stat(i.path("accepted")); !os.IsNotExist(err) {
		t.Errorf("something was accepted: %v", err)
	}
}
