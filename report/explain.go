package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// Explain says in words what happened in one cell: the door at which it broke,
// the sentence of law, what was expected and observed, the exchanges in time
// order, whose fault it is, and the command that runs it again. rec may be nil
// when the recording is lost.
func Explain(r *Results, c Cell, rec *trace.Recording, look Lookups, o TextOptions) string {
	e := explainer{o: o, look: look}
	e.title(r, c)
	e.outcome(c)
	_, telling, ok := c.Telling()
	if ok {
		e.finding(telling)
	}
	e.others(c, telling)
	e.reasons(c)
	if rec == nil {
		e.heading("What happened")
		e.para("There is no recording of this cell.")
	} else {
		e.recording(rec, marked(c, telling, ok))
	}
	e.heading("Run it again")
	e.line("  " + r.Rerun(c))
	return e.b.String()
}

// Judgement says in words what the judge read off a recording that is not part
// of any results: who the client was, which doors it passed, what was wrong.
func Judgement(c Cell, rec *trace.Recording, look Lookups, o TextOptions) string {
	e := explainer{o: o, look: look}
	e.heading("Who the client was")
	if c.Client != "" {
		e.para(c.Client)
	}
	who := Who(rec)
	for _, line := range who {
		e.para(line)
	}
	if c.Client == "" && len(who) == 0 {
		e.para("It did not say.")
	}
	e.doors(rec)
	e.outcome(c)
	_, telling, ok := c.Telling()
	if ok {
		e.finding(telling)
	}
	e.others(c, telling)
	e.reasons(c)
	e.recording(rec, marked(c, telling, ok))
	return e.b.String()
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
	b    strings.Builder
	o    TextOptions
	look Lookups
}

func (e *explainer) line(s string) { e.b.WriteString(s + "\n") }

// para writes wire or report text, which must not steer the terminal.
func (e *explainer) para(s string) { e.line(wrap(trace.Readable(oneLine(s)), "  ", e.o.Width)) }

func (e *explainer) heading(s string) {
	if e.b.Len() > 0 {
		e.line("")
	}
	e.line(e.o.paint(bold, s))
}

// field writes a name and a text beside it.
func (e *explainer) field(name, text string) {
	const column = 12
	text = wrap(trace.Readable(oneLine(text)), strings.Repeat(" ", column+2), e.o.Width)
	e.line("  " + pad(name, column) + strings.TrimLeft(text, " "))
}

func (e *explainer) title(r *Results, c Cell) {
	e.heading(fmt.Sprintf("%s: %s", c.Name(), c.Outcome()))
	e.para(fmt.Sprintf("%s (%s) at the deployment %s (%s, %s); revision %s, consent %s, seed %d, measured %s.",
		c.Label(), cmpOr(c.Basis, "emulated"), c.Deployment, cmpOr(c.DeploymentKind, "legal"), cmpOr(c.Provider, "embedded"),
		r.Revision, cmpOr(c.Consent, r.Consent), r.Seed, r.Date))
	if d := e.look.Deployments[c.Deployment]; d != "" {
		e.para(d)
	}
}

func (e *explainer) outcome(c Cell) {
	e.heading("What came of it")
	e.line("  " + pad("verdict", 12) + e.o.verdict(c.Verdict, string(c.Verdict)))
	if c.Stage != "" {
		e.field("door", c.Stage)
	}
	if c.Culprit != "" {
		e.field("at fault", culpritWords(c.Culprit))
	}
	if c.Summary != "" {
		e.field("summary", c.Summary)
	}
	if len(c.Remedies) > 0 {
		e.field("remedies", strings.Join(c.Remedies, ", "))
	}
}

func (e *explainer) finding(f Finding) {
	e.heading("The law")
	e.law(f)
	e.field("check", f.Check)
	if f.Expected != "" {
		e.field("expected", f.Expected)
	}
	if f.Observed != "" {
		e.field("observed", f.Observed)
	}
	if len(f.Exchanges) > 0 {
		e.field("seen in", exchangeList(f.Exchanges))
	}
}

func (e *explainer) law(f Finding) {
	e.field(cmpOr(f.Level, "rule"), strings.TrimSuffix(f.Requirement+" · "+f.Party, " · "))
	if row, ok := e.look.law(f.Requirement); ok {
		e.field("says", row.Says)
		e.field("source", row.Source)
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
				e.heading("Also found")
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
	e.heading("Scenarios")
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

// doors draws the journey, one line for each door that was seen.
func (e *explainer) doors(rec *trace.Recording) {
	e.heading("Doors")
	for _, d := range Journey(rec) {
		word, verdict := "not seen", NotApplicable
		switch {
		case d.Passed:
			word, verdict = "passed", Pass
		case d.Seen():
			word, verdict = "not passed", Fail
		}
		line := "  " + e.o.verdict(verdict, mark(verdict)+" "+pad(word, 11)) + pad(d.Stage, 18)
		if d.Seen() {
			line += clip(fmt.Sprintf("exchange %d: %s", d.Exchange, trace.Readable(oneLine(d.Note))), room(e.o.Width, 32))
		}
		e.line(strings.TrimRight(line, " "))
	}
}

// room is what is left of a width; 0 stays "any width".
func room(width, used int) int {
	if width == 0 {
		return 0
	}
	return max(width-used, 20)
}
