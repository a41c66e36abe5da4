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
