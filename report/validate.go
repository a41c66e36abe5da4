package report

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Validate returns everything that makes r other than a results file of
// [Schema], joined; nil means that every renderer can be trusted with it.
func (r *Results) Validate() error {
	if r.Schema != Schema {
		return fmt.Errorf("the schema is %q, and this program reads %q", r.Schema, Schema)
	}
	var errs []error
	add := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if r.Revision == "" {
		add("no revision")
	}
	if !validDate(r.Date) {
		add("date %q is not of the form 2006-01-02", r.Date)
	}
	seen := map[string]bool{}
	for i := range r.Cells {
		c := &r.Cells[i]
		// One client can be measured twice at a deployment, on two bases.
		if key := c.Name() + " " + c.Basis; seen[key] {
			add("cell %s (%s) is there twice", c.Name(), c.Basis)
		} else {
			seen[key] = true
		}
		for _, p := range c.problems() {
			add("cell %s: %s", c.Name(), p)
		}
		if c.Culprit == Neither && len(c.Collision) != 2 {
			add("cell %s: culprit %q needs the two rows that collide, and there are %d", c.Name(), c.Culprit, len(c.Collision))
		}
	}
	return errors.Join(errs...)
}

func validDate(s string) bool {
	if _, err := time.Parse(time.DateOnly, s); err == nil {
		return true
	}
	_, err := time.Parse(time.RFC3339, s)
	return err == nil
}

func (c *Cell) problems() []string {
	var p []string
	add := func(format string, args ...any) { p = append(p, fmt.Sprintf(format, args...)) }
	if c.Client == "" || c.Deployment == "" {
		add("no client or no deployment")
	}
	if !c.Verdict.Valid() {
		add("verdict %q is none of %s", c.Verdict, verdictList())
	}
	if c.Stage != "" && !slices.Contains(Stages(), c.Stage) {
		add("stage %q is none of %s", c.Stage, strings.Join(Stages(), ", "))
	}
	if c.Culprit != "" && !slices.Contains(Culprits(), c.Culprit) {
		add("culprit %q is none of %s", c.Culprit, strings.Join(Culprits(), ", "))
	}
	if c.Obstacle != nil && !slices.Contains(ObstacleKinds(), c.Obstacle.Kind) {
		add("obstacle %q is none of %v", c.Obstacle.Kind, ObstacleKinds())
	}
	// The path is followed when a cell is explained, so it must not lead out
	// of the folder of the results.
	if c.Recording != "" && !filepath.IsLocal(c.Recording) {
		add("recording %q is not beside the results", c.Recording)
	}
	p = append(p, c.scenarioProblems()...)
	return append(p, c.OverTime.problems()...)
}

func (c *Cell) scenarioProblems() []string {
	var p []string
	add := func(format string, args ...any) { p = append(p, fmt.Sprintf(format, args...)) }
	seen := map[string]bool{}
	for _, s := range c.Scenarios {
		if seen[s.ID] {
			add("scenario %s is there twice", s.ID)
		}
		seen[s.ID] = true
		if !s.Verdict.Valid() {
			add("scenario %s: verdict %q is none of %s", s.ID, s.Verdict, verdictList())
		}
		for _, f := range s.Findings {
			if !f.Verdict.Valid() {
				add("scenario %s, check %s: verdict %q is none of %s", s.ID, f.Check, f.Verdict, verdictList())
			}
		}
	}
	return p
}

func verdictList() string {
	words := make([]string, 0, len(Verdicts()))
	for _, v := range Verdicts() {
		words = append(words, string(v))
	}
	return strings.Join(words, ", ")
}
