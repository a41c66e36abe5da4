package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A shortened cell keeps its verdicts and what is wrong, and nothing else.
func TestShorten(t *testing.T) {
	t.Parallel()
	good := Finding{Check: "a/good", Verdict: Pass, Observed: "all well"}
	decisive := Finding{Check: "a/decisive", Verdict: Untested}
	c := Cell{
		Client: "x@1", Deployment: "d", Verdict: Fail, Why: "a/decisive", Recording: "cells/x.json",
		Scenarios: []Scenario{
			scenario("C.1", "discovery", Pass, "", good),
			scenario("C.4", "authorization", Fail, "", good, scopeFinding(Warn), decisive, portFinding()),
		},
	}
	c.Shorten()
	want := []Scenario{
		{ID: "C.1", Name: "discovery", Verdict: Pass},
		scenario("C.4", "authorization", Fail, "", scopeFinding(Warn), decisive, portFinding()),
	}
	if diff := cmp.Diff(want, c.Scenarios); diff != "" || c.Recording != "" || c.Verdict != Fail {
		t.Errorf("%s %q (-want +got):\n%s", c.Verdict, c.Recording, diff)
	}
}
