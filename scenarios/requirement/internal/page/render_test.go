package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

func TestThePageIsUpToDate(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "page.md")
	if err := run([]string{"-out", file}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("../../../../docs/requirements.md")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/requirements.md is out of date: run go generate ./scenarios/requirement")
	}
	book, err := requirement.Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range book.Rows() {
		if !strings.Contains(string(got), "| `"+r.ID+"` |") || !strings.Contains(string(got), r.Source) {
			t.Errorf("%s is not on the page", r.ID)
		}
	}
	if run(nil) == nil || run([]string{"-nonsense"}) == nil {
		t.Error("wrong arguments are accepted")
	}
}
