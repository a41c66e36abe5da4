package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/report"
)

// What was measured can be rendered again, to the same bytes, as long as it is
// what was accepted.
func TestPagesAreRenderedAgain(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.engine.verdicts = []report.Verdict{report.Pass, report.Fail, report.Pass}
	if code := i.run("matrix", "--out", "{}/out", "--pages", "{}", "--accept={}/accepted"); code != exitOK {
		t.Fatalf("exit %d: %s", code, i.stderr.String())
	}
	i.accepted = os.DirFS(i.path("accepted"))
	page := i.path(report.MatrixPage)
	want, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(page, []byte("edited by hand"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := i.run("pages", "--pages", "{}"); code != exitOK {
		t.Fatalf("exit %d: %s", code, i.stderr.String())
	}
	if got, err := os.ReadFile(page); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%v: rendered again it is\n%s", err, got)
	}
	// Other results were accepted since.
	i.engine.verdicts = []report.Verdict{report.Pass}
	if code := i.run("matrix", "--out", "{}/out", "--pages", "{}/other", "--accept={}/accepted"); code != exitOK {
		t.Fatalf("exit %d: %s", code, i.stderr.String())
	}
	if code := i.run("pages", "--pages", "{}"); code != exitError || !strings.Contains(i.stderr.String(), "make matrix measures again") {
		t.Errorf("exit %d: %s", code, i.stderr.String())
	}
}

func TestPagesRefuses(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	for line, want := range map[string]string{
		"pages --pages {}": report.PagesData,
		"pages --pages=":   "--pages has an empty name",
		"pages extra":      "takes no arguments",
	} {
		if code := i.run(strings.Fields(line)...); code != exitError || !strings.Contains(i.stderr.String(), want) {
			t.Errorf("%s: exit %d, %s", line, code, i.stderr.String())
		}
	}
}

// A part never takes the place of the whole.
func TestMatrixOfAPartLeavesThePagesAlone(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	if code := i.run("matrix", "--client", "alpha", "--out", "{}/out"); code != exitOK {
		t.Fatalf("exit %d: %s", code, i.stderr.String())
	}
	if _, err := os.Stat(i.path("out/" + report.MatrixPage)); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(report.MatrixPage); !os.IsNotExist(err) {
		t.Errorf("a page was written into the present folder: %v", err)
	}
}
