package scenarios_test

import (
	"slices"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/mutant"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// The conformant client at the reference deployment is the zero of every
// measurement.
func TestTheConformantPairHasNoFindingInAnyRevision(t *testing.T) {
	t.Parallel()
	book := lawBook(t)
	for _, revision := range requirement.Revisions() {
		t.Run(revision, func(t *testing.T) {
			t.Parallel()
			o := scenarios.RunOptions{Book: book, Seed: 1, Revision: revision}
			c := measureIn(t, o, newMutant(t, "none"), deploy(t)).cell
			if c.Verdict != report.Pass || !c.Connected || c.Stage != "" || c.Culprit != "" {
				t.Errorf("verdict %s, connected %t\n%s", c.Verdict, c.Connected, tell(c))
			}
			for id, f := range verdicts(c) {
				if f.Verdict != report.Pass {
					t.Errorf("%s is %s: %s", id, f.Verdict, f.Observed)
				}
			}
			for _, s := range c.Scenarios {
				if s.Verdict != report.Pass {
					t.Errorf("%s is %s: %s", s.ID, s.Verdict, s.Reason)
				}
			}
		})
	}
}

// A client that does nothing is red in every scenario, whatever it claims.
func TestIdleClientsAreRedInEveryScenario(t *testing.T) {
	t.Parallel()
	book := lawBook(t)
	for _, c := range []clients.Client{mutant.Null(), mutant.Boaster(), mutant.Silent()} {
		t.Run(c.Identity().ID, func(t *testing.T) {
			t.Parallel()
			got := measure(t, c, deploy(t), book).cell
			if got.Connected || got.Verdict != report.Fail || len(got.Scenarios) != 10 {
				t.Errorf("connected %t, verdict %s, %d scenarios; want a failure of ten\n%s",
					got.Connected, got.Verdict, len(got.Scenarios), tell(got))
			}
			red(t, got, scenarioIDs())
			for id, f := range verdicts(got) {
				if f.Party == string(requirement.Client) && f.Verdict == report.Pass && f.Check != "errors/bounded-attempts" {
					t.Errorf("%s passes a client that did nothing: %s", id, f.Observed)
				}
			}
		})
	}
}

// red wants every scenario to be a failure or untested.
func red(t *testing.T, c report.Cell, ids []string) {
	t.Helper()
	for _, s := range c.Scenarios {
		if slices.Contains(ids, s.ID) && s.Verdict != report.Fail && s.Verdict != report.Untested {
			t.Errorf("%s is %s, want fail or untested\n%s", s.ID, s.Verdict, tell(c))
		}
	}
}

// A client that goes away at a door breaks at that door, and everything that
// lies behind it is red.
func TestStoppingAtADoorIsSeenThere(t *testing.T) {
	t.Parallel()
	book := lawBook(t)
	behind := map[reading.Door][]string{ // what is red besides what comes before
		reading.DoorChallenge:        {"C.1"},
		reading.DoorResourceMetadata: {"C.1"},
		reading.DoorServerMetadata:   {"C.1"},
		reading.DoorRegistration:     {"C.2"},
		reading.DoorAuthorize:        {"C.2", "C.3", "C.4"},
		reading.DoorConsent:          {"C.4"},
		reading.DoorCallback:         {"C.3", "C.5"},
		reading.DoorToken:            {"C.5"},
		reading.DoorCall:             {"C.6", "C.7", "C.8", "C.9", "C.10"},
		reading.DoorStepUp:           {"C.7"},
		reading.DoorRefresh:          {"C.6"},
	}
	for _, door := range reading.Doors() {
		t.Run(string(door), func(t *testing.T) {
			t.Parallel()
			c, err := mutant.StopAt(string(door))
			if err != nil {
				t.Fatal(err)
			}
			got := measure(t, c, deploy(t, noDocuments), book).cell
			if got.Stage != string(door) || got.Verdict != report.Fail {
				t.Errorf("verdict %s at %q\n%s", got.Verdict, got.Stage, tell(got))
			}
			if isWayIn := slices.Index(reading.Doors(), door) <= slices.Index(reading.Doors(), reading.DoorCall); isWayIn == got.Connected {
				t.Errorf("connected %t", got.Connected)
			}
			red(t, got, behind[door])
			if !got.Connected {
				red(t, got, behind[reading.DoorCall])
			}
		})
	}
	if _, err := mutant.StopAt("window"); err == nil {
		t.Error("a door that does not exist is no error")
	}
}

func TestGarbageIsRed(t *testing.T) {
	t.Parallel()
	c, err := mutant.Garbage()
	if err != nil {
		t.Fatal(err)
	}
	for name, settings := range map[string][]string{"with documents": nil, "without": {noDocuments}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := measure(t, c, deploy(t, settings...), lawBook(t)).cell
			if got.Connected || got.Verdict != report.Fail {
				t.Errorf("connected %t, verdict %s\n%s", got.Connected, got.Verdict, tell(got))
			}
			red(t, got, []string{"C.5", "C.6", "C.7", "C.8", "C.9", "C.10"})
		})
	}
}
