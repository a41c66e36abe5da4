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

// Servers judges what the prober recorded: here a violation of the
// authorization server or the MCP server counts against the cell.
func Servers(rec *trace.Recording, o Options) report.Cell {
	v := reading.NewView(rec)
	c := report.Cell{
		Client: rec.Setting.Client, Deployment: rec.Setting.Deployment, DeploymentKind: rec.Setting.Kind,
		Connected: slices.ContainsFunc(v.MCP, func(m reading.MCPRequest) bool { return m.Result && m.Token != "" }),
	}
	revision, _ := o.revision(v)
	found := serverFindings(v, o.Book, revision)
	for _, s := range Scenarios() {
		if o.Scenarios != nil && !slices.Contains(o.Scenarios, s.ID) {
			continue
		}
		if sum, ok := serverScenario(s, found); ok {
			c.Scenarios = append(c.Scenarios, sum)
		}
	}
	concludeServers(&c, v)
	return c
}

// serverFindings runs every probe check whose requirement the revision has.
func serverFindings(v *reading.View, book *requirement.Book, revision string) []judged {
	var out []judged
	for _, c := range ProbeChecks() {
		row, level, ok := book.In(c.ID, revision)
		if !ok {
			continue
		}
		f := report.Finding{
			Check: c.ID, Requirement: row.ID, Party: string(row.Party), Level: string(level), Stage: string(c.Stage),
			Verdict: report.Pass,
		}
		switch r := c.Judge(v); r.State {
		case check.NotSeen:
			status, why := untried(v, c.ProbeOf())
			f.Verdict, f.Expected, f.Observed = report.Untested, c.Needs, why
			if status == reading.ProbeNotOffered {
				f.Verdict = report.NotApplicable
			}
		case check.Broken:
			f.Verdict = report.Warn
			if level.Mandatory() {
				f.Verdict = report.Fail
			}
			f.Expected, f.Observed, f.Exchanges = r.Expected, r.Observed, r.Exchanges
		case check.Kept:
			f.Expected, f.Observed, f.Exchanges = r.Expected, r.Observed, r.Exchanges
		}
		out = append(out, judged{f, c})
	}
	return out
}

// serverScenario sums up one scenario; false when nothing of it is probed.
// What could not be tried stays on the list and does not lower a verdict that
// others earned: a deployment need not have every feature, nor a control plane.
func serverScenario(s Scenario, found []judged) (report.Scenario, bool) {
	out := report.Scenario{ID: s.ID, Name: s.Name, Verdict: report.NotApplicable}
	seen := false
	for _, j := range found {
		if j.check.Scenario != s.ID {
			continue
		}
		out.Findings = append(out.Findings, j.Finding)
		switch j.Verdict {
		case report.NotApplicable:
		case report.Untested:
			if !seen && out.Verdict == report.NotApplicable {
				out.Verdict, out.Reason = report.Untested, j.Observed
			}
		default:
			if !seen {
				out.Verdict, out.Reason, seen = report.Pass, "", true
			}
			out.Verdict = report.Worst(out.Verdict, j.Verdict)
		}
	}
	if out.Verdict == report.NotApplicable && len(out.Findings) > 0 {
		out.Reason = out.Findings[0].Observed
	}
	return out, len(out.Findings) > 0
}

// concludeServers fills in verdict, door, culprit and summary of a cell of the
// prober.
func concludeServers(c *report.Cell, v *reading.View) {
	kept, notTried := 0, 0
	var broken []string
	var verdicts []report.Verdict
	for _, s := range c.Scenarios {
		if s.Verdict != report.NotApplicable {
			verdicts = append(verdicts, s.Verdict)
		}
		for _, f := range s.Findings {
			switch f.Verdict {
			case report.Pass:
				kept++
			case report.Untested:
				notTried++
			case report.Fail, report.Warn:
				broken = append(broken, f.Requirement+" ("+trace.Readable(f.Observed)+")")
				if f.Verdict == report.Fail && c.Culprit == "" {
					c.Stage, c.Culprit, c.Why = f.Stage, f.Party, f.Check
				}
			default:
			}
		}
	}
	if c.Verdict = report.Worst(verdicts...); kept == 0 {
		c.Verdict = report.Worst(report.Untested, c.Verdict)
	}
	if v.Rec.Incomplete != "" {
		c.Verdict = report.Worst(report.Fail, c.Verdict)
	}
	c.Summary = "the servers keep " + check.Count(kept, "rule")
	if len(broken) > 0 {
		c.Summary += " and break " + strings.Join(broken, ", ")
	}
	if notTried > 0 {
		c.Summary += fmt.Sprintf("; %d could not be tried", notTried)
	}
}
