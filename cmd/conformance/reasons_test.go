package main

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestTheReasonsThatAreWrittenDownAreValid(t *testing.T) {
	t.Parallel()
	rs, err := readReasons()
	if err != nil {
		t.Fatal(err)
	}
	if len(rs) == 0 {
		t.Error("there are none")
	}
	for _, bad := range []reason{
		{},
		{ID: "a", Mode: modeClient, Scenarios: []string{"["}, Whose: notApplicable, Why: "x"},
		{ID: "a", Mode: "sideways", Scenarios: []string{"x"}, Whose: notApplicable, Why: "x"},
		{ID: "a", Mode: modeClient, Scenarios: []string{"x"}, Whose: "nobody", Why: "x"},
		{ID: "a", Mode: modeClient, Scenarios: []string{"x"}, Whose: theirs, Why: "x"},
	} {
		if bad.check() == nil {
			t.Errorf("%+v is valid", bad)
		}
	}
}

func TestReasonsExplainWhatIsWrongAndNothingElse(t *testing.T) {
	t.Parallel()
	whole := &reason{ID: "whole", Mode: modeClient, Scenarios: []string{"auth/x-*"}, Whose: notApplicable}
	part := &reason{ID: "part", Mode: modeClient, Scenarios: []string{"y"}, Checks: []string{"a", "b"}, Whose: theirs}
	for _, tt := range []struct {
		mode     string
		scenario scenario
		want     *reason
	}{
		{modeClient, scenario{name: "auth/x-1", failed: 1, bad: []string{"z"}}, whole},
		{modeClient, scenario{name: "auth/x-empty"}, whole},
		{modeServer, scenario{name: "auth/x-1", failed: 1, bad: []string{"z"}}, nil},
		{modeClient, scenario{name: "auth/x-1", passed: 3}, nil},
		{modeClient, scenario{name: "y", failed: 1, bad: []string{"a"}}, part},
		{modeClient, scenario{name: "y", failed: 2, bad: []string{"a", "c"}}, nil},
		{modeClient, scenario{name: "y"}, nil},
		{modeClient, scenario{name: "y", passed: 2, rejected: true}, nil},
	} {
		results := []result{{run: run{mode: tt.mode}, scenarios: []scenario{tt.scenario}}}
		_ = reasons{whole, part}.explain(results) // most of them are not needed here
		if got := results[0].scenarios[0].reason; got != tt.want {
			t.Errorf("%s %+v: %+v", tt.mode, tt.scenario, got)
		}
	}
}

// An excuse for what is in order hides the next failure, so it is an error.
func TestAReasonWithoutUseIsAnError(t *testing.T) {
	t.Parallel()
	needed := &reason{ID: "needed", Mode: modeClient, Scenarios: []string{"bad"}, Whose: notApplicable}
	idle := &reason{ID: "idle", Mode: modeClient, Scenarios: []string{"good"}, Whose: notApplicable}
	results := []result{{run: run{mode: modeClient}, scenarios: []scenario{
		{name: "good", passed: 1}, {name: "bad", failed: 1, bad: []string{"x"}},
	}}}
	err := reasons{needed, idle}.explain(results)
	if !errors.Is(err, errNotGreen) || !strings.HasSuffix(err.Error(), ": idle") {
		t.Error(err)
	}
	if err := (reasons{needed}).explain(results); err != nil {
		t.Error(err)
	}
	if err := unexplained(results); err != nil {
		t.Error(err)
	}
}

func TestTheScoreboardSaysEverything(t *testing.T) {
	t.Parallel()
	apart := &reason{ID: "apart", Mode: modeClient, Scenarios: []string{"other-grant"}, Whose: notApplicable, Why: "It is another grant."}
	suiteErr := &reason{ID: "odd", Mode: modeClient, Scenarios: []string{"odd"}, Whose: theirs, Why: "It asks for the odd.", Evidence: []string{"seen"}}
	own := &reason{ID: "own", Mode: modeClient, Scenarios: []string{"mine"}, Whose: ours, Why: "We know.", Evidence: []string{"seen"}}
	results := []result{{run: run{release: "1.2.3", mode: modeClient, what: "everything", args: []string{"--suite", "all"}}, scenarios: []scenario{
		{name: "empty"},
		{name: "good", passed: 2},
		{name: "late", passed: 1, rejected: true},
		{name: "mine", failed: 1, bad: []string{"m"}},
		{name: "odd", failed: 1, bad: []string{"o"}},
		{name: "other-grant", passed: 1, failed: 1, bad: []string{"g"}},
		{name: "worse", warnings: 1, bad: []string{"w"}},
	}}}
	if err := (reasons{apart, suiteErr, own}).explain(results); err != nil {
		t.Fatal(err)
	}
	text := scoreboard(results, reasons{apart, suiteErr, own}, measured{on: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), took: 61 * time.Second})
	for _, want := range []string{
		"2026-11-21: 1 runs of the suite with 7 scenarios in 61 seconds.",
		"| 1.2.3 | client | everything | 7 | 1 | 1 | 1 | 4 | 4 |",
		"| good | green | 2 | 0 | 0 | 0 |",
		"| odd | [suite in error](#odd) | 0 | 1 | 0 | 0 |",
		"| other-grant | [not applicable](#apart) | 1 | 1 | 0 | 0 |",
		"| mine | [**open**](#own) |",
		"| worse | **open** | 0 | 0 | 1 | 0 |",
		"### odd\n\nThe suite is in error. It asks for the odd.\n\n- seen\n\nIn client mode: odd.",
		"everything: empty: nothing was checked\n", "everything: late: the client ended with an error\n", "everything: worse: w\n",
		"`conformance client --suite all`",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	err := unexplained(results)
	for _, name := range []string{"empty", "late", "mine", "worse"} {
		if err == nil || !strings.Contains(err.Error(), "everything: "+name) {
			t.Errorf("%s is not named: %v", name, err)
		}
	}
	if err != nil && strings.Contains(err.Error(), "everything: odd") {
		t.Errorf("what the suite has to mend is ours: %v", err)
	}
}
