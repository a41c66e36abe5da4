package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/report"
)

// night calls the command. The only released program of the catalogue is beta.
func night(i *invocation, args ...string) int {
	return i.run(append([]string{"nightly", "--out", "{}/out", "--last", "{}/last.json", "--deployment", "reference"}, args...)...)
}

func TestNightly(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.engine.newest = "9.9.9"
	code := night(i, "--keep")
	if code != exitOK || !strings.Contains(i.stdout.String(), "There is no earlier measurement to compare with.") {
		t.Fatalf("the first night: exit %d\n%s%s", code, &i.stdout, &i.stderr)
	}
	kept, err := report.Read(i.path("last.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(kept.Cells) == 0 || slices.ContainsFunc(kept.Cells, func(c report.Cell) bool { return c.Basis == "emulated" }) {
		t.Errorf("kept: %+v", kept.Cells)
	}
	if !slices.ContainsFunc(kept.Cells, func(c report.Cell) bool { return strings.HasSuffix(c.Client, "@9.9.9") }) {
		t.Errorf("the newest release was not measured: %+v", kept.Cells)
	}

	if code = night(i); code != exitOK || !strings.Contains(i.stdout.String(), "Nothing changed") {
		t.Errorf("the same again: exit %d\n%s", code, &i.stdout)
	}

	i.engine.verdicts = []report.Verdict{report.Fail}
	code = night(i)
	if code != exitFailed || !strings.Contains(i.stdout.String(), "## Newly broken") || !strings.Contains(i.stderr.String(), "newly broken") {
		t.Errorf("a regression: exit %d\n%s%s", code, &i.stdout, &i.stderr)
	}
	for _, name := range []string{"results.json", "nightly.md", "nightly.json", "drift.patch"} {
		if _, err := os.Stat(filepath.Join(i.dir, "out", name)); err != nil {
			t.Error(err)
		}
	}
}

// A registry that does not answer leaves the program out, and says so; the last
// night's cells are then missing, which is no regression.
func TestNightlyWithoutARegistry(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.engine.noNewest = errors.New("the registry cannot be reached")
	if code := night(i); code != exitError || !strings.Contains(i.stderr.String(), "client beta (real): the registry cannot be reached") {
		t.Errorf("exit %d\n%s%s", code, &i.stdout, &i.stderr)
	}
}

func TestNightlyShardsAreMerged(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.engine.newest = "9.9.9"
	if code := night(i, "--shard", "1/2"); code != exitOK || !strings.Contains(i.stdout.String(), "shard 1/2: 1 cells") {
		t.Fatalf("exit %d\n%s%s", code, &i.stdout, &i.stderr)
	}
	if code := night(i, "--shard", "2/2"); code != exitError || !strings.Contains(i.stderr.String(), "shard 2/2 is empty") {
		t.Errorf("an empty shard: exit %d\n%s", code, &i.stderr)
	}
	code := night(i, "--merge", "{}/out/results.json", "--keep")
	if code != exitError || !strings.Contains(i.stderr.String(), "without shard 2/2") || !strings.Contains(i.stdout.String(), "shard 2/2: its results are missing") {
		t.Errorf("a shard is missing: exit %d\n%s%s", code, &i.stdout, &i.stderr)
	}
	if kept, err := report.Read(i.path("last.json")); err != nil || len(kept.Cells) == 0 {
		t.Errorf("what there is was not kept: %v", err)
	}
	code = night(i, "--merge", "{}/out/results.json,{}/out/results.json")
	if code != exitError || !strings.Contains(i.stderr.String(), "is in an earlier part, too") {
		t.Errorf("one part twice: exit %d\n%s", code, &i.stderr)
	}
}

func TestNightlyUsage(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"did you mean":  {"--client", "betta"},
		"not both":      {"--merge", "a.json", "--shard", "1/2"},
		`shard "3/2"`:   {"--shard", "3/2"},
		"no such file":  {"--merge", "nowhere.json"},
		"all scenarios": {"--keep", "--scenario", "C.1"},
	} {
		i := newInvocation(t)
		if code := night(i, args...); code != exitError || !strings.Contains(i.stderr.String(), want) {
			t.Errorf("%v: exit %d, %s", args, code, &i.stderr)
		}
	}
}
