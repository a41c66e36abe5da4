package report

import (
	"strings"
	"testing"
)

func TestCarry(t *testing.T) {
	t.Parallel()
	here := part("2026-11-22", "codex@1/reference", "zed@1/reference", "zed@1/enterprise")
	here.Cells[1].Basis, here.Cells[2].Basis = "emulated", "emulated"
	here.Cells[0].Verdict = Pass
	night := part("2026-11-21", "codex@1/reference", "codex@1/enterprise", "codex@1/gone", "cline@1/reference", "zed@2/reference")
	night.Cells[0].Verdict, night.Cells[4].Basis = Fail, "emulated"
	night.Cells[3].Measured, night.Cells[3].Recording = "2026-11-20", "cells/cline.json"

	got, n, err := here.Carry(night)
	if err != nil || n != 2 {
		t.Fatalf("%d cells, %v", n, err)
	}
	var words []string
	for _, c := range got.Cells {
		words = append(words, strings.Join([]string{c.Name(), c.Basis, string(c.Verdict), c.Measured + c.Recording}, " "))
	}
	want := "codex@1/reference real pass |zed@1/reference emulated  |zed@1/enterprise emulated  |" +
		"codex@1/enterprise real  2026-11-21|cline@1/reference real  2026-11-20"
	if got := strings.Join(words, "|"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if len(here.Cells) != 3 {
		t.Error("the results themselves were changed")
	}
	page := Markdown(got, PageOptions{})
	for _, line := range []string{"| real, 2026-11-20 |", "| real, 2026-11-21 |"} {
		if !strings.Contains(page, line) {
			t.Errorf("the page lacks %q:\n%s", line, page)
		}
	}
}

func TestCarryRefuses(t *testing.T) {
	t.Parallel()
	here, night := part("2026-11-22", "a@1/x"), part("2026-11-21", "b@1/x")
	night.Revision = "2025-11-25"
	if _, _, err := here.Carry(night); err == nil || !strings.Contains(err.Error(), "revision 2025-11-25") {
		t.Errorf("another revision: %v", err)
	}
}
