package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// Options narrow a judgement.
type Options struct {
	// Book is the law; nil is an error of the caller.
	Book *requirement.Book
	// Scenarios are the ids to judge; nil means all of them.
	Scenarios []string
	// Revision overrides the recording's; "" means what the
	// recording names, and the newest where it names none.
	Revision string
}

// revision is what a recording is judged by, and why, "" where the caller asked
// for it.
func (o Options) revision(v *reading.View) (revision, because string) {
	if o.Revision != "" {
		return o.Revision, ""
	}
	return v.Revision()
}

// Cell judges a recording: of several flows, the one that came furthest. The
// identity of client and deployment, the provider and the duration are the
// caller's to fill in.
func Cell(rec *trace.Recording, o Options) report.Cell { return CellOf(reading.NewView(rec), o) }

// CellOf judges one flow of a recording.
func CellOf(v *reading.View, o Options) report.Cell {
	rec := v.Rec
	revision, because := o.revision(v)
	found, silent := findings(v, o.Book, revision)
	c := report.Cell{
		Client: rec.Setting.Client, Deployment: rec.Setting.Deployment,
		DeploymentKind: rec.Setting.Kind, Verdict: report.Pass,
		Connected: slices.Contains(v.Connect().Passed, reading.DoorCall), OverTime: overTime(v),
	}
	wanted := func(id string) bool { return o.Scenarios == nil || slices.Contains(o.Scenarios, id) }
	if rec.Setting.RefuseAt != "" {
		attacked(&c, v, found, wanted)
		return c
	}
	var missed []goal
	unable, applies := v.Unable(), false
	for _, s := range Scenarios() {
		if !wanted(s.ID) {
			continue
		}
		g := s.goal(v)
		if unable != "" {
			g = goal{reason: "unsupported: " + unable}
		}
		scenario := s.report(g, found, silent)
		c.Scenarios = append(c.Scenarios, scenario)
		if scenario.Verdict != report.NotApplicable { // what does not apply lowers nothing that was earned
			c.Verdict, applies = report.Worst(c.Verdict, scenario.Verdict), true
		}
		if g.tried && !g.reached {
			g.later, g.scenario = s.later, s.ID
			missed = append(missed, g)
		}
	}
	switch {
	case len(c.Scenarios) == 0:
		c.Verdict = report.Untested
	case !applies:
		c.Verdict = report.NotApplicable
	}
	c.JudgedBy, c.JudgedBecause = revision, because
	broken := firstBreak(missed, len(v.Attempts) > 0)
	conclude(&c, v, o.Book, explaining(found, broken), broken)
	return c
}

// firstBreak is the missed goal with which it began, nil for none. What was
// missed on the way in comes before everything else, the first door on the path
// first. What comes later was attempted in turn, so the first to break is the
// first in the list; where nobody knows the order (an imported recording), the
// path decides again.
func firstBreak(missed []goal, inTurn bool) *goal {
	var first *goal
	for _, g := range missed {
		switch {
		case first == nil, first.later && !g.later:
			first = &g
		case first.later == g.later && (!g.later || !inTurn) && g.stage.Index() < first.stage.Index():
			first = &g
		}
	}
	return first
}

// explaining are the findings that can explain a break. C.10 is attempted last,
// so what it shows explains no break that came before it.
func explaining(found []judged, broken *goal) []judged {
	const last = "C.10"
	if broken == nil || broken.scenario == last {
		return found
	}
	return slices.DeleteFunc(slices.Clone(found), func(j judged) bool { return j.check.Scenario == last })
}

// report sums up one scenario.
func (s Scenario) report(g goal, found []judged, silent map[string]string) report.Scenario {
	out := report.Scenario{ID: s.ID, Name: s.Name, Verdict: report.Pass}
	for _, j := range found {
		if j.check.Scenario != s.ID {
			continue
		}
		out.Findings = append(out.Findings, j.Finding)
		// What a server did wrong is on record, and counts against the cell
		// only where it stopped the client.
		if j.Party == string(requirement.Client) {
			out.Verdict = report.Worst(out.Verdict, j.Verdict)
		}
	}
	switch {
	case g.tried && !g.reached:
		out.Verdict, out.Reason = report.Fail, g.reason
	case g.apart != "":
		quiet(&out, report.NotApplicable, g.apart)
	case !g.tried && strings.HasPrefix(g.reason, "unsupported"):
		quiet(&out, report.Unsupported, g.reason)
	case !g.tried:
		quiet(&out, report.Untested, g.reason)
	default:
		s.kept(&out, g, silent)
	}
	return out
}

// kept looks after what a scenario promised once it has reached its end: each of
// those checks must have spoken.
func (s Scenario) kept(out *report.Scenario, g goal, silent map[string]string) {
	for _, p := range s.Promises {
		switch needs, missing := silent[p]; {
		case missing && g.unowed != "":
			quiet(out, report.NotApplicable, g.unowed)
		case missing:
			quiet(out, report.Untested, fmt.Sprintf("%s saw nothing: it needs %s", p, needs))
		}
	}
	if out.Verdict == report.Pass {
		out.Reason = g.remark
	}
}

// quiet gives a scenario a verdict for what was not seen, unless something
// worse was.
func quiet(s *report.Scenario, v report.Verdict, reason string) {
	if s.Verdict = report.Worst(s.Verdict, v); s.Verdict == v {
		s.Reason = reason
	}
}

// findings runs every check whose requirement the revision has. silent are the
// checks that had nothing to look at, with what they need.
func findings(v *reading.View, book *requirement.Book, revision string) (found []judged, silent map[string]string) {
	silent = map[string]string{}
	for _, c := range inOrder() {
		row, level, ok := book.In(c.ID, revision)
		if !ok {
			continue
		}
		r := c.Judge(v)
		if r.State == check.NotSeen {
			silent[c.ID] = c.Needs
			continue
		}
		f := report.Finding{
			Check: c.ID, Requirement: row.ID, Party: string(row.Party), Level: string(level), Stage: string(c.Stage),
			Verdict: report.Pass, Expected: r.Expected, Observed: r.Observed, Exchanges: r.Exchanges,
		}
		if r.State == check.Broken {
			f.Verdict = report.Warn
			if level.Mandatory() {
				f.Verdict = report.Fail
			}
		}
		found = append(found, judged{f, c})
	}
	return found, silent
}
