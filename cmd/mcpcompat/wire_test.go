package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mcpcompat/mcpcompat/report"
)

// The real harness behind the commands: what one of them writes, the others
// can read.
func TestHarnessEndToEnd(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	call := func(args ...string) (code int, stdout, stderr string) {
		var out, err bytes.Buffer
		a := &app{
			engine: harness{say: func(string) {}}, accepted: fstest.MapFS{},
			stdout: terminal{Writer: &out}, stderr: terminal{Writer: &err},
		}
		code = a.main(t.Context(), args)
		return code, out.String(), err.String()
	}
	if code, _, stderr := call("run", "--suite", "five-clients", "--consent", "http", "--out", dir); code != exitFailed {
		t.Fatalf("exit %d, want %d: three of the five break: %s", code, exitFailed, stderr)
	}
	r, err := report.Read(filepath.Join(dir, "results.json"))
	if err != nil {
		t.Fatal(err)
	}
	explained := 0
	for _, c := range r.Cells {
		code, stdout, stderr := call("explain", c.Name(), "--out", dir)
		if code != exitOK || !strings.Contains(stdout, c.Name()+": "+c.Outcome()) || strings.Contains(stdout, "no recording") {
			t.Errorf("explain %s: exit %d: %s%s", c.Name(), code, stdout, stderr)
		}
		code, stdout, stderr = call("judge", filepath.Join(dir, c.Recording))
		if code != exitOK || !strings.Contains(stdout, "passed     resource-metadata") {
			t.Errorf("judge %s: exit %d: %s%s", c.Recording, code, stdout, stderr)
		}
		explained++
	}
	if explained < 5 {
		t.Errorf("only %d cells", explained)
	}
	if code, _, stderr := call("list", "clients"); code != exitOK {
		t.Errorf("list clients: exit %d: %s", code, stderr)
	}
}
