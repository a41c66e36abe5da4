package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// scenario is what the suite found in one of its scenarios.
type scenario struct {
	name                              string
	passed, failed, warnings, skipped int
	// bad are the ids of the checks that failed or warned, each once.
	bad []string
	// rejected says that the suite itself counts the scenario as failed.
	rejected bool
	// details are those of the checks in bad, as the suite wrote them down.
	details []string
	// ended is the exit code of a released client, or "time" where the suite gave
	// it up; "" where nobody looked.
	ended string
	// reason is why the scenario is not green; nil where it is, or where
	// nobody knows.
	reason *reason
}

// green says that something was checked and nothing was wrong.
func (s scenario) green() bool {
	return s.passed > 0 && len(s.bad) == 0 && !s.rejected
}

// empty says that the suite checked nothing, which it shows as passed.
func (s scenario) empty() bool { return s.passed == 0 && len(s.bad) == 0 && !s.rejected }

// check is an element of the suite's checks.json.
type check struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	// Details are what was seen, in no fixed form.
	Details json.RawMessage `json:"details"`
}

// dated takes the time off the name of a scenario's folder.
var dated = regexp.MustCompile(`^(.+)-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$`)

// errNoResults is returned when the suite left nothing behind.
var errNoResults = errors.New("the suite left no results")

// readResults reads the folder of a run. marks are what the suite printed.
func readResults(dir, mode string, marks map[string]bool) ([]scenario, error) {
	prefix := map[string]string{modeServer: "server-", modeAuthorization: "authorization-server-"}[mode]
	var out []scenario
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "checks.json" {
			return err
		}
		folder, err := filepath.Rel(dir, filepath.Dir(path))
		if err != nil {
			return err
		}
		m := dated.FindStringSubmatch(filepath.ToSlash(folder))
		if m == nil {
			return fmt.Errorf("%s: not the folder of a scenario", folder)
		}
		s, err := readChecks(path)
		if err != nil {
			return err
		}
		s.name = strings.TrimPrefix(m[1], prefix)
		if passed, marked := marks[s.name]; marked {
			s.rejected = !passed
		}
		out = append(out, s)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, errNoResults
	}
	for name := range marks {
		if !slices.ContainsFunc(out, func(s scenario) bool { return s.name == name }) {
			return nil, fmt.Errorf("%w of %s, which it counts", errNoResults, name)
		}
	}
	slices.SortFunc(out, func(a, b scenario) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

func readChecks(path string) (scenario, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return scenario{}, err
	}
	var checks []check
	if err := json.Unmarshal(data, &checks); err != nil {
		return scenario{}, fmt.Errorf("%s: %w", path, err)
	}
	var s scenario
	for _, c := range checks {
		switch c.Status {
		case "SUCCESS":
			s.passed++
			continue
		case "FAILURE":
			s.failed++
		case "WARNING":
			s.warnings++
		case "SKIPPED":
			s.skipped++
			continue
		case "INFO": // the traffic
			continue
		default:
			return scenario{}, fmt.Errorf("%s: check %s has the unknown status %q", path, c.ID, c.Status)
		}
		if len(c.Details) > 0 {
			s.details = append(s.details, string(c.Details))
		}
		if !slices.Contains(s.bad, c.ID) {
			s.bad = append(s.bad, c.ID)
		}
	}
	slices.Sort(s.bad)
	return s, nil
}

// counted is a line of the suite's summary.
var counted = regexp.MustCompile(`^([✓✗]) (\S+): \d+ passed, \d+ failed`)

// readMark notes what the suite makes of a scenario itself: it also counts a
// client that ended with an error where it should not have.
func readMark(line string, marks map[string]bool) {
	if m := counted.FindStringSubmatch(line); m != nil {
		marks[m[2]] = m[1] == "✓"
	}
}
