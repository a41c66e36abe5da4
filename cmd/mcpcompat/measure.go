package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
)

// measurement is a run that came to its end.
type measurement struct {
	cat     catalogue
	plan    scenarios.Plan
	results *report.Results
	// complete says that every scenario was attempted; only then are the
	// verdicts comparable with the accepted ones.
	complete bool
}

// measure runs a selection and writes results.json and junit.xml. When the
// run ends early, what was measured so far is written before the error is
// returned.
func (a *app) measure(ctx context.Context, m *measureFlags, selection scenarios.Selection) (*measurement, error) {
	cat, err := a.engine.Catalogue(a.own, m.selection.Clients...)
	if err != nil {
		return nil, fmt.Errorf("the data is faulty, so nothing is run:\n%w", err)
	}
	plan, err := cat.Select(selection)
	if err != nil {
		return nil, err
	}
	return a.carryOut(ctx, m, cat, plan, false)
}

// carryOut runs a plan, or the shard of it that was asked for; see measure.
// features has the results say what each client sent.
func (a *app) carryOut(
	ctx context.Context, m *measureFlags, cat catalogue, plan scenarios.Plan, features bool,
) (*measurement, error) {
	if m.shard.Of > 1 {
		if plan = plan.Shard(m.shard.Shard); len(plan.Cells) == 0 {
			return nil, fmt.Errorf("shard %s is empty: the selection has fewer clients than shards", &m.shard)
		}
	}
	ctx, stop := interruptible(ctx)
	defer stop()

	p := newProgress(a.stderr, len(plan.Cells))
	results, err := a.engine.Run(ctx, plan, scenarios.RunOptions{
		Stage: scenarios.Stage{Documents: cat.Documents()},
		Out:   m.out, Revision: m.revision, Consent: m.consent, Parallel: m.parallel, Seed: m.seed, Features: features, Progress: p.cell,
	})
	p.done()
	if results != nil {
		results.Shard = m.shard.String()
	}
	done := &measurement{
		cat: cat, plan: plan, results: results,
		complete: len(plan.Scenarios) == len(cat.Scenarios()),
	}
	if results != nil && len(results.Cells) > 0 {
		if describeErr := cat.Describe(results); describeErr != nil {
			return nil, errors.Join(describeErr, err)
		}
		if writeErr := done.write(m.out); writeErr != nil {
			return nil, errors.Join(writeErr, err)
		}
	}
	switch {
	case ctx.Err() != nil:
		return nil, interrupted(plan, results, m.out)
	case err != nil:
		return nil, err
	case len(results.Cells) == 0:
		return nil, nothingMeasured(results)
	}
	return done, nil
}

func interrupted(plan scenarios.Plan, r *report.Results, out string) error {
	if r == nil || len(r.Cells) == 0 {
		return errors.New("interrupted before a cell was measured")
	}
	return fmt.Errorf("interrupted: %d of %d cells were measured; they are in %s",
		len(r.Cells), len(plan.Cells), resultsPath(out))
}

// nothingMeasured is an error although nothing went wrong: no cells must never
// look like success.
func nothingMeasured(r *report.Results) error {
	lines := []string{"nothing was measured:"}
	for _, s := range r.Skipped {
		lines = append(lines, "  "+s.What+": "+s.Why)
	}
	return errors.New(strings.Join(lines, "\n"))
}

// write writes the files that other programs read.
func (m *measurement) write(out string) error {
	if err := report.Write(resultsPath(out), m.results); err != nil {
		return err
	}
	junit, err := report.JUnit(m.results, lookups(m.cat))
	if err != nil {
		return err
	}
	return report.WriteFile(filepath.Join(out, "junit.xml"), junit)
}

func resultsPath(out string) string { return filepath.Join(out, "results.json") }

// print shows the results on standard output: as JSON and nothing else, or for
// a person.
func (a *app) print(m *measurement, flags *measureFlags) error {
	if flags.json {
		return report.Encode(a.stdout, m.results)
	}
	var b bytes.Buffer
	b.WriteString(report.Terminal(m.results, a.stdout.options()))
	fmt.Fprintf(&b, "\nresults: %s\n", resultsPath(flags.out))
	if c, ok := firstBroken(m.results); ok {
		fmt.Fprintf(&b, "why:     mcpcompat explain %s%s\n", c.Name(), outFlag(flags.out))
	}
	_, err := a.stdout.Write(b.Bytes())
	return err
}

func firstBroken(r *report.Results) (report.Cell, bool) {
	for _, c := range r.Cells {
		if c.Verdict.Red() {
			return c, true
		}
	}
	return report.Cell{}, false
}

// outFlag repeats --out where it is not the default.
func outFlag(out string) string {
	if out == "out" {
		return ""
	}
	return " --out " + out
}

// runOutcome is the exit of a command for which a broken cell is a failure:
// nil means that nothing was worse than known, and that something passed.
func runOutcome(r *report.Results) error {
	counts := r.Counts()
	if n := counts[report.HarnessError]; n > 0 {
		return fmt.Errorf("the harness failed in %d of %d cells", n, len(r.Cells))
	}
	bad, passed := 0, false
	for _, c := range r.Cells {
		if c.Verdict.Red() {
			bad++
		}
		passed = passed || c.Verdict.Good()
		for _, s := range c.Scenarios {
			passed = passed || s.Verdict.Good()
		}
	}
	switch {
	case bad > 0:
		return failure(fmt.Sprintf("%d of %d cells failed or could not be tested", bad, len(r.Cells)))
	case !passed:
		return failure("nothing failed, but nothing passed either")
	default:
		return nil
	}
}

// matrixOutcome is the exit of a command for which a broken cell is a result.
func matrixOutcome(r *report.Results) error {
	if n := r.Counts()[report.HarnessError]; n > 0 {
		return fmt.Errorf("the harness failed in %d of %d cells: these were not measured", n, len(r.Cells))
	}
	if missing := r.MissingShards(); len(missing) > 0 {
		return fmt.Errorf("without shard %s: its clients were not measured", strings.Join(missing, ", "))
	}
	return nil
}

func lookups(cat catalogue) report.Lookups {
	look := report.Lookups{Law: cat.Book(), Deployments: map[string]string{}}
	for _, d := range cat.Deployments() {
		look.Deployments[d.ID] = d.Description
	}
	return look
}

// pageOptions are those of the pages of the project.
func pageOptions(cat catalogue) report.PageOptions {
	o := report.PageOptions{Lookups: lookups(cat)}
	for _, s := range cat.Suites() {
		if s.ID == scenarios.MainSuite {
			for _, id := range s.Selection.Deployments {
				o.Columns = append(o.Columns, report.Column{ID: id, Head: s.Heads[id]})
			}
		}
	}
	return o
}
