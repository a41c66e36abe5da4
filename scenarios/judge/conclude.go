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

// conclude fills in what the cell answers: the door, whose fault the refusal
// there is, and why. The rules that were broken stay with the scenarios.
func conclude(c *report.Cell, v *reading.View, book *requirement.Book, found []judged, broken *goal) {
	if v.Rec.Incomplete != "" {
		c.Verdict = report.Worst(c.Verdict, report.Fail)
	}
	if broken == nil {
		withoutBreak(c, v, found)
		return
	}
	c.Stage, c.Obstacle, c.Says = string(broken.stage), broken.obstacle, broken.says
	d := decide(v, book, c.JudgedBy, found, broken)
	c.Culprit, c.Missing = d.culprit, d.missing
	if d.culprit == report.TheHarness {
		c.Verdict = report.HarnessError
	}
	if d.why != nil {
		c.Why = d.why.Check
	}
	if d.collision != nil {
		c.Collision = d.collision.Rows
	}
	c.Summary = summary(c, broken, d)
}

// summary is the break in a sentence.
func summary(c *report.Cell, broken *goal, d decision) string {
	s := "breaks at " + string(broken.stage)
	if c.Connected {
		s = "connects, then breaks at " + string(broken.stage)
	}
	switch {
	case d.why != nil:
		return fmt.Sprintf("%s: %s (%s %s: %s)", s, trace.Readable(d.why.Observed), d.why.Party, d.why.Level, d.why.Requirement)
	case d.collision != nil:
		return fmt.Sprintf("%s: %s (%s)", s, d.collision.Says, strings.Join(d.collision.Rows, ", "))
	}
	return s + ": " + trace.Readable(broken.obstacle.String())
}

// withoutBreak concludes a cell in which no door stayed shut.
func withoutBreak(c *report.Cell, v *reading.View, found []judged) {
	var faults []string
	named := map[string]bool{}
	for _, j := range found {
		if j.Party != check.Client || j.Verdict != report.Fail {
			continue
		}
		if c.Culprit == "" {
			c.Culprit, c.Why = j.Party, j.Check
		}
		if !named[j.Requirement] { // one sentence may be broken at several doors
			faults = append(faults, fmt.Sprintf("%s (%s)", j.Requirement, trace.Readable(j.Observed)))
			named[j.Requirement] = true
		}
	}
	if suspect := atTheEnd(c, v, found); suspect != nil {
		c.Culprit, c.Why = suspect.Party, suspect.Check
		c.Summary = fmt.Sprintf("the recording ends where a rule was broken: %s (%s %s: %s)",
			trace.Readable(suspect.Observed), suspect.Party, suspect.Level, suspect.Requirement)
		return
	}
	passed := v.Connect().Passed
	switch {
	case v.Unable() != "":
		c.Summary = "does not connect: " + v.Unable()
	case c.Connected:
		c.Summary = "connects"
	case len(v.Exchanges) == 0 && v.Rec.Creator != "":
		c.Summary = withoutTraffic(v)
	case len(passed) > 0:
		c.Summary = "the recording ends after the door " + string(passed[len(passed)-1])
	default:
		c.Summary = "nothing was seen that could be judged"
	}
	if len(faults) > 0 {
		c.Summary += ", and breaks " + strings.Join(faults, ", ")
		if !c.Connected {
			c.Summary = "no door stays shut on the recording; the client breaks " + strings.Join(faults, ", ")
		}
	}
}

// withoutTraffic says that a file holds nothing to judge.
func withoutTraffic(v *reading.View) string {
	if reading.HasLogin(v.Rec) {
		return "no MCP traffic in this file, only OAuth that nothing ties to an MCP client"
	}
	return "no MCP or OAuth traffic in this file"
}

// atTheEnd is the rule that a server broke in the very last answer of a
// recording that ends before a result, where it can be why there is no more; nil
// for none.
func atTheEnd(c *report.Cell, v *reading.View, found []judged) *judged {
	if c.Connected || c.Culprit != "" || len(v.Attempts) > 0 || len(v.Exchanges) == 0 {
		return nil
	}
	last := v.Exchanges[len(v.Exchanges)-1].ID
	for i, j := range found {
		if j.bad() && j.Party != check.Client && len(j.check.Breaks) > 0 && slices.Contains(j.Exchanges, last) {
			return &found[i]
		}
	}
	return nil
}
