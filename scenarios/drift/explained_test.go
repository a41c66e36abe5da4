package drift_test

import (
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/drift"
)

// What is explained comes last, with its reason, and proposes no edit; the same
// feature of another program, or with another value, does not.
func TestExplainedDifferences(t *testing.T) {
	t.Parallel()
	const path = "discovery.start"
	pair := func(client, says, sent string) *report.Results {
		return &report.Results{Cells: []report.Cell{
			cell(client, "reference", "emulated", report.Pass, path, says, "redirect.path", "/a"),
			cell(client, "reference", "real", report.Fail, path, sent, "redirect.path", "/b"),
		}}
	}
	for _, test := range []struct {
		client, sent string
		explained    bool
	}{
		{"claude-code@2.1.329", "server/discover, metadata", true},
		{"claude-code@2.1.329", "GET, metadata", false},
		{"codex@0.169.0", "server/discover, metadata", false},
	} {
		found := drift.Find(pair(test.client, "metadata", test.sent))
		if len(found) != 3 {
			t.Fatalf("%s: %v", test.client, found)
		}
		last := found[len(found)-1]
		if is := last.Path == path && last.Why != ""; is != test.explained {
			t.Errorf("%s: %v", test.client, found)
		}
		if test.explained && !strings.HasSuffix(last.String(), "; "+last.Why) {
			t.Errorf("the reason is not told: %s", last)
		}
		if patch, err := drift.Propose("p", profileOf(test.client), [][]drift.Difference{found}, "2026-11-21"); err != nil ||
			strings.Contains(patch, path) == test.explained {
			t.Errorf("%s: %v, proposes\n%s", test.client, err, patch)
		}
	}
}

func profileOf(client string) string {
	_, version, _ := strings.Cut(client, "@")
	return "id: x\nvariants:\n  - versions: \">=0.1.0\"\n    version: " + version + "\n"
}

// The reasons are complete: one without a reason could hide anything.
func TestExplanations(t *testing.T) {
	t.Parallel()
	if len(drift.Explained()) == 0 {
		t.Fatal("none")
	}
	for text, want := range map[string]string{
		"- {clients: [a], paths: [b]}":                                                         "clients, paths and why are needed",
		"- {clients: [a], why: c}":                                                             "clients, paths and why are needed",
		"- {clients: [a], paths: [verdict], why: c}":                                           "says, sent and deployments are needed",
		"- {clients: [a], paths: [verdict], says: pass, deployments: [x], why: c}":             "says, sent and deployments are needed",
		"- {clients: [a], paths: [verdict], says: pass, sent: fail at b, why: c}":              "says, sent and deployments are needed",
		"- {clients: [a], paths: [verdict], says: pass, sent: fail, deployments: [x], why: c}": "",
		"- {clients: [a], paths: [b], why: c, x: y}":                                           "x",
		"- {clients: [a], paths: [b], why: c, says: d}":                                        "",
	} {
		_, err := drift.ReadExplanations("e.yaml", []byte(text))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// How a cell ended is explained at the deployments that are named, and for what
// was seen there; the same failure elsewhere, or another one, is not.
func TestExplainedVerdicts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		deployment, stage string
		explained         bool
	}{
		{"enterprise", "authorize", true},
		{"enterprise", "token", false},
		{"reference", "authorize", false},
	} {
		release := cell("go-sdk@1.8.0", test.deployment, "sdk", report.Fail)
		release.Stage = test.stage
		found := drift.Find(&report.Results{Cells: []report.Cell{cell("go-sdk@1.8.0", test.deployment, "emulated", report.Pass), release}})
		if len(found) != 1 || (found[0].Why != "") != test.explained {
			t.Errorf("%+v: %v", test, found)
		}
	}
}

// Two generations of one SDK are each held against their own profile, and a new
// release against the one before it.
func TestTheProfileOfAGeneration(t *testing.T) {
	t.Parallel()
	r := &report.Results{Cells: []report.Cell{
		cell("sdk@2.4.0", "reference", "emulated", report.Pass, "pkce.method", "two"),
		cell("sdk@1.32.2", "reference", "emulated", report.Pass, "pkce.method", "one"),
	}}
	for version, profile := range map[string]string{"2.4.0": "sdk@2.4.0", "2.5.0": "sdk@2.4.0", "1.32.2": "sdk@1.32.2", "1.33.0": "sdk@1.32.2", "3.0.0": "sdk@2.4.0"} {
		one := &report.Results{Cells: append(r.Cells[:2:2], cell("sdk@"+version, "reference", "sdk", report.Pass, "pkce.method", "other"))}
		if found := drift.Find(one); len(found) != 1 || found[0].Profile != profile {
			t.Errorf("%s: %v", version, found)
		}
	}
}
