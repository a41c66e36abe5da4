package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/report"
)

// Shards that were measured apart make the same page as the whole.
func TestMatrixOfShards(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	if code := i.run("matrix", "--out", "{}/whole", "--pages", "{}/whole"); code != exitOK {
		t.Fatalf("the whole: exit %d, %s", code, &i.stderr)
	}
	for _, shard := range []string{"1", "2"} {
		if code := i.run("matrix", "--shard", shard+"/2", "--out", "{}/"+shard); code != exitOK {
			t.Fatalf("shard %s: exit %d, %s", shard, code, &i.stderr)
		}
		if r, err := report.Read(i.path(shard + "/results.json")); err != nil || len(r.Cells) != 2 {
			t.Errorf("shard %s: %v, %v", shard, r, err)
		}
	}
	code := i.run("matrix", "--merge", "{}/1/results.json,{}/2/results.json", "--out", "{}/merged", "--pages", "{}/merged")
	if code != exitOK {
		t.Fatalf("merged: exit %d, %s", code, &i.stderr)
	}
	whole, err := os.ReadFile(i.path("whole/compat-matrix.md"))
	if err != nil {
		t.Fatal(err)
	}
	merged, err := os.ReadFile(i.path("merged/compat-matrix.md"))
	if err != nil || !bytes.Equal(merged, whole) {
		t.Errorf("the page of the shards differs from that of the whole: %v", err)
	}
	if code := i.run("matrix", "--merge", "a.json", "--shard", "1/2"); code != exitError || !strings.Contains(i.stderr.String(), "not both") {
		t.Errorf("both: exit %d, %s", code, &i.stderr)
	}
}

// The pages show of released programs what the last night measured, and the
// files for other programs only what was measured now.
func TestMatrixWithTheLastNight(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	if code := i.run("matrix", "--out", "{}/out", "--pages", "{}/pages"); code != exitOK {
		t.Fatalf("exit %d, %s", code, &i.stderr)
	}
	night, err := report.Read(i.path("out/results.json"))
	if err != nil {
		t.Fatal(err)
	}
	last := night.Cells[0]
	last.Client, last.ClientName, last.Basis = "nightly-client@7.0.0", "Nightly Client", "real"
	measured := len(night.Cells)
	night.Cells, night.Date = append(night.Cells, last), "2026-11-20"
	if err := report.Write(i.path("night.json"), night); err != nil {
		t.Fatal(err)
	}
	run := func(more ...string) (page string) {
		t.Helper()
		args := append([]string{"matrix", "--out", "{}/out", "--pages", "{}/pages", "--night", "{}/night.json"}, more...)
		if code := i.run(args...); code != exitOK {
			t.Fatalf("exit %d, %s", code, &i.stderr)
		}
		text, err := os.ReadFile(i.path("pages/compat-matrix.md"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	const row = "| [Nightly Client 7.0.0 (real)](docs/clients/nightly-client.md) | real, 2026-11-20 |"
	if page := run(); !strings.Contains(page, row) || !strings.Contains(i.stdout.String(), "with 1 cells of released programs") {
		t.Errorf("the row is missing: %s\n%s", &i.stdout, page)
	}
	if r, err := report.Read(i.path("out/results.json")); err != nil || len(r.Cells) != measured {
		t.Errorf("the results have what was not measured: %v", err)
	}
	for _, more := range [][]string{{"--revision", "2025-06-18"}, {"--basis", "emulated"}, {"--night", ""}, {"--night", "{}/none.json"}} {
		if page := run(more...); strings.Contains(page, "Nightly Client") {
			t.Errorf("%v: shows the last night", more)
		}
	}
	if code := i.run("matrix", "--out", "{}/out", "--pages", "{}/pages", "--night", "{}/pages/compat-matrix.md"); code != exitError {
		t.Errorf("a night that is none: exit %d", code)
	}
}
