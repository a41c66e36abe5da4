package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// refusal is how a client took an attack.
type refusal struct {
	verdict report.Verdict
	reason  string
	law     *judged // the rule that it broke, nil for none
}

// refuses judges how the client took the attack that it must refuse at a door.
func refuses(v *reading.View, door reading.Door, found []judged) refusal {
	seen, crossed := guarded(v, door)
	switch {
	case crossed != "":
		return fellForIt(door, crossed, found)
	case !seen && v.Unable() != "":
		return refusal{verdict: report.Unsupported, reason: v.Unable()}
	case !seen && kept(v) != "":
		return refusal{verdict: report.HarnessError, reason: kept(v)}
	case !seen:
		return refusal{verdict: report.Untested, reason: "the attack was not seen: " + obstacleWords(v)}
	case v.Connect().Broken == "":
		return refusal{verdict: report.RefusedRight, reason: "it did not act on the attack, and came in another way"}
	}
	words := ""
	for _, a := range v.Attempts {
		switch {
		case noAccount(a) != "":
			return refusal{verdict: report.HarnessError, reason: noAccount(a)}
		case a.Status == "ok":
			return refusal{verdict: report.Fail, reason: "it claims success at an attack"}
		case a.Status == "refused" && a.Words != "":
			return refusal{verdict: report.RefusedRight, reason: lastWords(a.Words)}
		case a.Status == "unsupported":
			return refusal{verdict: report.Unsupported, reason: "unsupported: " + reading.Clip(a.Words)}
		}
		words = lastWords(a.Words)
	}
	return refusal{verdict: report.Untested, reason: "it stopped at the attack without saying that it refuses; it says " +
		reading.Quote(words)}
}

// noAccount says why an attempt tells nothing about the client, "" where it does.
func noAccount(a reading.Attempt) string {
	var why string
	switch {
	case !a.Answered, a.Status == reading.StatusTimedOut:
		why = "the harness stopped waiting"
	case a.Status == reading.StatusBlocked:
		why = "this machine stood in the way"
	default:
		return ""
	}
	if a.Words != "" {
		why += ": " + lastWords(a.Words)
	}
	return why
}

// kept says what kept the client from the attack that was no doing of its own, ""
// for nothing.
func kept(v *reading.View) string {
	for _, a := range v.Attempts {
		if why := noAccount(a); why != "" {
			return why
		}
	}
	return ""
}

// lastWords is the telling part of what a client says: of the output of a
// program, line by line, the end, and of a message the beginning.
func lastWords(words string) string {
	lines := strings.Split(strings.TrimSpace(words), "\n")
	text := reading.Clip(lines[len(lines)-1])
	for _, line := range slices.Backward(lines[:len(lines)-1]) {
		longer := strings.Join(strings.Fields(line), " ") + " " + text
		if reading.Clip(longer) != longer {
			break
		}
		text = longer
	}
	return text
}

// guarded asks the checks that guard a door: whether an attack was seen there,
// and what the client did about it that it must not, "" for nothing.
func guarded(v *reading.View, door reading.Door) (seen bool, crossed string) {
	for _, c := range inOrder() {
		if !slices.Contains(c.Guards, door) {
			continue
		}
		r := c.Judge(v)
		seen = seen || r.State != check.NotSeen
		if r.State == check.Broken && crossed == "" {
			crossed = r.Observed
		}
	}
	return seen, crossed
}

// fellForIt blames the client where the revision has a rule against it.
func fellForIt(door reading.Door, crossed string, found []judged) refusal {
	for _, j := range found {
		if slices.Contains(j.check.Guards, door) && j.Verdict != report.Pass {
			return refusal{verdict: report.Fail, reason: j.Observed, law: &j}
		}
	}
	return refusal{verdict: report.NotApplicable, reason: "the revision has no rule against it: " + crossed}
}

// attacked fills in the cell of a hostile deployment.
func attacked(c *report.Cell, v *reading.View, found []judged, wanted func(string) bool) {
	door := reading.Door(v.Rec.Setting.RefuseAt)
	r := refuses(v, door, found)
	c.Verdict = report.NotApplicable
	for _, s := range Scenarios() {
		if !wanted(s.ID) {
			continue
		}
		out := report.Scenario{ID: s.ID, Name: s.Name, Verdict: report.NotApplicable, Reason: "an attack, to be refused at " + string(door)}
		if s.ID == "C.8" || s.ID == scenarioOf(door) {
			out.Verdict, out.Reason, c.Verdict = r.verdict, r.reason, r.verdict
		}
		for _, j := range found {
			if j.check.Scenario == s.ID && slices.Contains(j.check.Guards, door) {
				out.Findings = append(out.Findings, j.Finding)
			}
		}
		c.Scenarios = append(c.Scenarios, out)
	}
	if v.Rec.Incomplete != "" {
		c.Verdict = report.Worst(c.Verdict, report.Fail)
	}
	reason := trace.Readable(r.reason)
	switch r.verdict {
	case report.RefusedRight:
		c.Summary = "refuses, rightly, at " + string(door) + ": " + reason
	case report.Fail:
		c.Stage, c.Culprit = string(door), "client"
		broken := "breaks at " + string(door) + ", where it must refuse: "
		if c.Connected {
			broken = "connects, then " + broken
		}
		c.Summary = broken + reason
		if r.law != nil {
			c.Why = r.law.Check
			c.Summary += fmt.Sprintf(" (%s %s: %s)", r.law.Party, r.law.Level, r.law.Requirement)
		}
	case report.HarnessError:
		c.Culprit = report.TheHarness
		c.Summary = "harness error at " + string(door) + ": " + reason
	default:
		c.Summary = strings.ReplaceAll(string(r.verdict), "-", " ") + ": " + reason
	}
}

// scenarioOf is the scenario to which a door at which attacks are refused
// belongs.
func scenarioOf(door reading.Door) string {
	switch {
	case door.Index() <= reading.DoorServerMetadata.Index():
		return "C.1"
	case door == reading.DoorRegistration:
		return "C.2"
	case door.Index() <= reading.DoorConsent.Index():
		return "C.4"
	}
	return "C.5"
}

// obstacleWords is what stood in the way of the first flow, in words.
func obstacleWords(v *reading.View) string {
	p := v.Connect()
	if p.Broken == "" {
		return "the client came in"
	}
	return obstacle(v, p).String()
}
