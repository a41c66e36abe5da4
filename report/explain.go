package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// Explain says in words what happened in one cell: the door at which it broke,
// the sentence of law, what was expected and observed, the exchanges in time
// order, whose fault it is, and the command that runs it again. rec may be nil
// when the recording is lost.
func Explain(r *Results, c Cell, rec *trace.Recording, look Lookups, o TextOptions) string {
	e := explainer{NewPage(o), look}
	e.title(r, c)
	e.outcome(c)
	_, telling, ok := c.Telling()
	if ok {
		e.finding(telling)
	}
	e.others(c, telling)
	e.reasons(c)
	if rec == nil {
		e.Heading("What happened")
		e.Text("There is no recording of this cell: it was measured in brief, or the recording was removed. The command below records it.")
	} else {
		e.recording(rec, marked(c, telling, ok))
	}
	e.Heading("Run it again")
	e.line("  " + r.Rerun(c))
	return e.String()
}

// Judgement says in words what the judge read off a recording that is not part
// of any results: who the client was, which doors it passed, what was wrong.
// doors are the journey as the judge read it, in order.
func Judgement(c Cell, rec *trace.Recording, doors []Door, look Lookups, o TextOptions) string {
	e := explainer{NewPage(o), look}
	e.Heading("Who the client was")
	// The label of a foreign file was read off the wire: look.Who reads more.
	if c.Client != "" && (len(look.Who) == 0 || rec.Setting.Deployment != "") {
		e.Text(c.Client)
	}
	who := slices.Concat(look.Who, Who(rec))
	for _, line := range who {
		e.Text(clip(oneLine(line), 400))
	}
	if c.Client == "" && len(who) == 0 {
		e.Text("It did not say.")
	}
	e.doors(doors)
	e.outcome(c)
	_, telling, ok := c.Telling()
	if ok {
		e.finding(telling)
	}
	e.others(c, telling)
	e.reasons(c)
	e.recording(rec, marked(c, telling, ok))
	return e.String()
}

// marked are the exchanges that the telling finding rests on.
func marked(c Cell, telling Finding, ok bool) map[int]bool {
	ids := map[int]bool{}
	if ok && tellsStory(c) {
		for _, id := range telling.Exchanges {
			ids[id] = true
		}
	}
	return ids
}

type explainer struct {
	*Page

	look Lookups
}

func (e *explainer) title(r *Results, c Cell) {
	e.Heading(fmt.Sprintf("%s: %s", c.Name(), c.Outcome()))
	e.Text(fmt.Sprintf("%s (%s) at the deployment %s (%s, %s); revision %s, consent %s, seed %d, measured %s.",
		c.Label(), cmpOr(c.Basis, "emulated"), c.Deployment, cmpOr(c.DeploymentKind, "legal"), cmpOr(c.Provider, "embedded"),
		r.Revision, cmpOr(c.Consent, r.Consent), r.Seed, r.Date))
	if d := e.look.Deployments[c.Deployment]; d != "" {
		e.Text(d)
	}
}

func (e *explainer) outcome(c Cell) {
	e.Heading("Result")
	e.line("  " + pad("verdict", fieldColumn) + e.o.verdict(c.Verdict, string(c.Verdict)))
	if c.Stage != "" {
		e.Field("door", c.Stage)
	}
	if c.Culprit != "" {
		e.Field("at fault", culpritWords(c.Culprit))
	}
	if reason := c.reason(); reason != "" {
		e.Field("summary", reason)
	}
	e.collision(c)
	if c.Missing != "" {
		e.Field("unknown", c.Missing)
	}
	if c.Says != "" {
		e.Field("it says", oneLine(c.Says))
	}
	if c.JudgedBecause != "" {
		e.Field("revision", c.JudgedBy+": "+c.JudgedBecause)
	}
	if len(c.Remedies) > 0 {
		e.Field("remedies", strings.Join(c.Remedies, ", "))
	}
}

// collision prints the two rows that collide, each with its sentence.
func (e *explainer) collision(c Cell) {
	for _, id := range c.Collision {
		text := id
		if row, ok := e.look.law(id); ok {
			level, _ := row.In(c.JudgedBy)
			text += ": " + LawSentence(row, string(level))
		}
		e.Field("permits", text)
	}
}

func (e *explainer) finding(f Finding) {
	e.Heading("Rule broken at this door")
	e.law(f)
	e.Field("check", f.Check)
	if f.Expected != "" {
		e.Field("expected", f.Expected)
	}
	if f.Observed != "" {
		e.Field("observed", f.Observed)
	}
	if len(f.Exchanges) > 0 {
		e.Field("seen in", exchangeList(f.Exchanges))
	}
}

func (e *explainer) law(f Finding) {
	e.Field(cmpOr(f.Level, "rule"), strings.TrimSuffix(f.Requirement+" · "+f.Party, " · "))
	if row, ok := e.look.law(f.Requirement); ok {
		e.Field("says", LawSentence(row, f.Level))
		e.Field("source", row.Source)
	}
}

func exchangeList(ids []int) string {
	s := make([]string, 0, len(ids))
	for _, id := range ids {
		s = append(s, strconv.Itoa(id))
	}
	if len(s) == 1 {
		return "exchange " + s[0]
	}
	return "exchanges " + strings.Join(s, ", ")
}

// others lists the remaining findings that were not good, briefly.
func (e *explainer) others(c Cell, telling Finding) {
	first := true
	for _, s := range c.Scenarios {
		for _, f := range s.Findings {
			if !worthTelling(f) || sameFinding(f, telling) {
				continue
			}
			if first {
				e.Heading("Other rules")
				first = false
			}
			e.line("  " + e.o.verdict(f.Verdict, pad(string(f.Verdict), 14)) +
				fmt.Sprintf("%s %s: %s (%s)", s.ID, f.Check, f.Requirement, strings.Trim(f.Level+", "+f.Party, ", ")))
			if f.Observed != "" {
				e.line(wrap(trace.Readable(oneLine(f.Observed)), strings.Repeat(" ", 16), e.o.Width))
			}
		}
	}
}

// worthTelling leaves out what went well and what could not be seen; the
// latter is counted per scenario.
func worthTelling(f Finding) bool {
	return f.Verdict == Warn || f.Verdict == Known || f.Verdict == Fail || f.Verdict == HarnessError
}

func sameFinding(a, b Finding) bool {
	return a.Check == b.Check && a.Verdict == b.Verdict && a.Observed == b.Observed
}

// reasons lists the scenarios that did not pass, each with its reason.
func (e *explainer) reasons(c Cell) {
	if len(c.Scenarios) == 0 {
		return
	}
	e.Heading("Scenarios")
	for _, s := range c.Scenarios {
		text := s.Name
		if s.Reason != "" {
			text += ": " + s.Reason
		}
		if n := untested(s); n > 0 {
			text += fmt.Sprintf(" (%s untested)", count(n, "check"))
		}
		e.line("  " + e.o.verdict(s.Verdict, mark(s.Verdict)+" "+pad(string(s.Verdict), 15)) + pad(s.ID, 5) +
			strings.TrimLeft(wrap(trace.Readable(oneLine(text)), strings.Repeat(" ", 24), e.o.Width), " "))
	}
}

func untested(s Scenario) int {
	n := 0
	for _, f := range s.Findings {
		if f.Verdict == Untested {
			n++
		}
	}
	return n
}
