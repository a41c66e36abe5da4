package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpcompat/mcpcompat/clients"
)

func TestTrials(t *testing.T) {
	t.Parallel()
	got, err := trials([]string{
		"Client scenarios (test against a client):",
		"  - initialize [2025-06-18,2025-11-25]",
		"  - auth/metadata-default [2025-11-25,2026-07-28]",
		"  - auth/2025-03-26-oauth-endpoint-fallback [2025-03-26]",
		"  - auth/iss-supported [2026-07-28]",
		"  - auth/dpop [extension]",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []trial{
		{scenario: "auth/metadata-default", messages: "2025-11-25"},
		{scenario: "auth/2025-03-26-oauth-endpoint-fallback", messages: "2025-03-26"},
		{scenario: "auth/iss-supported", messages: "2025-11-25", forced: true},
		{scenario: "auth/metadata-default", messages: "2026-07-28"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(trial{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := trials([]string{"  - initialize [2025-06-18]"}); err == nil {
		t.Error("a list without such scenarios is no error")
	}
}

func TestReleasedClientsByName(t *testing.T) {
	t.Parallel()
	all, err := releasedClients(nil, nil)
	if err != nil || len(all) < 5 {
		t.Fatalf("%d clients, %v", len(all), err)
	}
	some, err := releasedClients([]string{"go-sdk", "codex"}, nil)
	if err != nil || len(some) != 2 || some[0].Identity().ID != "go-sdk" {
		t.Errorf("%v, %v", some, err)
	}
	if _, err := releasedClients([]string{"nobody"}, nil); err == nil {
		t.Error("nobody is known")
	}
}

func TestMarksOfReleasedClients(t *testing.T) {
	t.Parallel()
	excused := &reason{Whose: theirs}
	for want, s := range map[string]scenario{
		"pass":   {passed: 1, ended: "0"},
		"fail":   {passed: 1, bad: []string{"a"}, ended: "0"},
		"cannot": {passed: 1, bad: []string{"a"}, ended: exitCannot, rejected: true},
		"time":   {passed: 1, ended: outOfTimeEnd, rejected: true},
		"n/a":    {passed: 1, bad: []string{"a"}, ended: "0", reason: excused},
	} {
		if got := s.mark(); got != want {
			t.Errorf("%+v: %s, want %s", s, got, want)
		}
	}
	for want, s := range map[string]scenario{
		"nothing was checked": {},
		"all checks passed, and the client ended with an error": {passed: 2, rejected: true},
		"`a`, `b`": {bad: []string{"a", "b"}},
	} {
		if got := s.wrong(); got != want {
			t.Errorf("%+v: %s, want %s", s, got, want)
		}
	}
}

// The harness ends a client that takes too long; that says nothing of the client.
func TestTheEndOfPatienceIsNoFailure(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]bool{
		"x@1 did not connect to http://localhost:1/mcp (failed): listening\ncontext deadline exceeded\n": true,
		"the call of test-tool did not succeed (timed-out): it hangs: waited in vain for an answer\n":    true,
		"x@1 did not connect to http://localhost:1/mcp (failed): refused by the server\n":                false,
		"x@1 connected to http://localhost:1/mcp\ntest-tool answered: context deadline exceeded\n":       false,
		"": false,
	} {
		dir := t.TempDir()
		folder := filepath.Join(dir, "auth", "a"+stamp)
		if err := os.MkdirAll(folder, 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "stdout.txt"), []byte(said), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := saidBy(dir)
		if err != nil || outOfTime.MatchString(got) != want {
			t.Errorf("%q: %v", said, err)
		}
	}
	if said, err := saidBy(t.TempDir()); said != "" || err != nil {
		t.Errorf("without any client: %q, %v", said, err)
	}
}

func TestReasonsLookAtWhatWasSeen(t *testing.T) {
	t.Parallel()
	r := &reason{Mode: modeReleased, Scenarios: []string{"x"}, Seen: `"id":"https://`}
	for details, want := range map[string]bool{`{"id":"https://a"}`: true, `{"id":"registered"}`: false} {
		s := scenario{name: "x", bad: []string{"a"}, details: []string{details}}
		if r.explains(modeReleased, s) != want {
			t.Errorf("%s", details)
		}
		s.details = append(s.details, `{}`)
		if r.explains(modeReleased, s) {
			t.Errorf("%s and another: explained", details)
		}
	}
	if r.explains(modeReleased, scenario{name: "x"}) {
		t.Error("nothing was seen, and that is explained")
	}
	if (&reason{ID: "a", Mode: modeReleased, Scenarios: []string{"x"}, Whose: notApplicable, Why: "x", Seen: "("}).check() == nil {
		t.Error("a bad expression is valid")
	}
}

func TestReleasedBoard(t *testing.T) {
	t.Parallel()
	excuse := &reason{ID: "excuse", Mode: modeReleased, Whose: theirs, Why: "It expects the impossible.", Evidence: []string{"seen"}}
	tries := []trial{{scenario: "auth/a", messages: "2025-11-25"}, {scenario: "auth/b", messages: newest}}
	of := func(i int, s scenario) result {
		return result{run: run{mode: modeReleased, what: tries[i].String()}, scenarios: []scenario{s}}
	}
	board := releasedBoard([]examined{
		{client: clients.Identity{ID: "one", Version: "1.0"}, results: []result{
			of(0, scenario{name: "auth/a", passed: 1}), of(1, scenario{name: "auth/b", bad: []string{"checked"}, failed: 1}),
		}},
		{client: clients.Identity{ID: "two", Version: "2.0", Condition: "odd"}, results: []result{
			of(0, scenario{name: "auth/a", bad: []string{"z"}, reason: excuse}), of(1, scenario{name: "auth/b", ended: exitCannot}),
		}},
		{client: clients.Identity{ID: "three", Version: "3"}, missing: "it is not here"},
	}, tries, reasons{excuse}, measured{on: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), took: 90 * time.Second})
	for _, want := range []string{
		"2026-11-21, suite " + preRelease + ": 2 clients in 2 scenarios in 90 seconds",
		"| scenario | one<br>1.0 | two<br>2.0+odd |\n|---|---|---|\n| a | pass | n/a |\n| b (2026-07-28) | **fail** | cannot |\n| **pass** | **1** | **0** |\n",
		"Not run: three@3: it is not here\n",
		"### excuse\n\nThe suite is in error. It expects the impossible.\n\n- seen\n\nIn client mode: auth/a.\n",
		"### one@1.0\n\n| scenario | what failed |\n|---|---|\n| b (2026-07-28) | `checked` |\n",
	} {
		if !strings.Contains(board, want) {
			t.Errorf("no %q in\n%s", want, board)
		}
	}
}

func TestEachPartOfTheDocumentOutlastsTheOther(t *testing.T) {
	t.Parallel()
	theirs := releasedBegins + "\n\nthe released\n"
	both := "# ours\n\n" + theirs
	for _, tt := range []struct {
		document, part string
		released       bool
		want           string
	}{
		{"", "# ours\n", false, "# ours\n"},
		{"# ours\n", theirs, true, both},
		{both, "# ours again\n\n", false, "# ours again\n\n" + theirs},
		{both, releasedBegins + "\n\nanew\n\n", true, "# ours\n\n" + releasedBegins + "\n\nanew\n"},
	} {
		if got := joined(tt.document, tt.part, tt.released); got != tt.want {
			t.Errorf("%q with %q: %q, want %q", tt.document, tt.part, got, tt.want)
		}
	}
}
