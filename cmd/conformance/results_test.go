package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// leave writes a folder as the suite leaves it behind.
func leave(t *testing.T, scenarios map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, checks := range scenarios {
		folder := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(folder, 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "checks.json"), []byte(checks), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const stamp = "-2026-11-21T04-37-03-141Z"

func TestResultsAreRead(t *testing.T) {
	t.Parallel()
	dir := leave(t, map[string]string{
		"auth/iss-supported" + stamp: `[{"id":"a","status":"SUCCESS"},{"id":"b","status":"SUCCESS"},{"id":"log","status":"INFO"}]`,
		"initialize" + stamp:         `[]`,
		"tools_call" + stamp: `[{"id":"z","status":"WARNING"},{"id":"a","status":"FAILURE"},{"id":"a","status":"FAILURE"},
			{"id":"s","status":"SKIPPED"}]`,
	})
	got, err := readResults(dir, modeClient, map[string]bool{"initialize": true, "auth/iss-supported": false})
	if err != nil {
		t.Fatal(err)
	}
	want := []scenario{
		{name: "auth/iss-supported", passed: 2, rejected: true},
		{name: "initialize"},
		{name: "tools_call", failed: 2, warnings: 1, skipped: 1, bad: []string{"a", "z"}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(scenario{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, s := range got {
		if s.green() {
			t.Errorf("%s is green", s.name)
		}
	}
	if good := (scenario{passed: 1}); !good.green() || good.empty() {
		t.Error("a scenario in which something passed and nothing failed is not green")
	}
	if !(scenario{skipped: 3}).empty() {
		t.Error("a scenario in which everything was skipped is not empty")
	}
}

func TestNamesOfScenariosLoseTheModeAndTheTime(t *testing.T) {
	t.Parallel()
	for mode, folder := range map[string]string{
		modeServer: "server-server-stateless", modeAuthorization: "authorization-server-server-stateless", modeClient: "server-stateless",
	} {
		got, err := readResults(leave(t, map[string]string{folder + stamp: `[]`}), mode, nil)
		if err != nil || len(got) != 1 || got[0].name != "server-stateless" {
			t.Errorf("%s: %+v, %v", mode, got, err)
		}
	}
}

func TestResultsThatCannotBeTrusted(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]string{
		"not the folder of a scenario": leave(t, map[string]string{"tools_call": `[]`}),
		"checks.json":                  leave(t, map[string]string{"tools_call" + stamp: `[`}),
		`unknown status "MAYBE"`:       leave(t, map[string]string{"tools_call" + stamp: `[{"id":"x","status":"MAYBE"}]`}),
		errNoResults.Error():           leave(t, nil),
		"no such file":                 filepath.Join(t.TempDir(), "absent"),
	} {
		if _, err := readResults(dir, modeClient, nil); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	dir := leave(t, map[string]string{"tools_call" + stamp: `[]`})
	if _, err := readResults(dir, modeClient, map[string]bool{"lost": true}); !errors.Is(err, errNoResults) {
		t.Errorf("a scenario that was counted and left nothing: %v", err)
	}
}

func TestMarksAreRead(t *testing.T) {
	t.Parallel()
	marks := map[string]bool{}
	for _, line := range []string{
		"✓ auth/metadata-default: 18 passed, 0 failed", "✗ auth/basic-cimd: 12 passed, 0 failed, 1 warnings",
		"  ✗ auth/dpop (extension)", "Total: 226 passed, 0 failed, 1 warnings", "",
	} {
		readMark(line, marks)
	}
	if diff := cmp.Diff(map[string]bool{"auth/metadata-default": true, "auth/basic-cimd": false}, marks); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
