package report

import (
	"fmt"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// Explain says in words what happened in one cell: the answer of the judge (the
// door, whose fault it is, the sentence of law, what was expected and observed),
// the other broken rules, the exchanges in time order, and the command that runs
// it again. rec may be nil when the recording is lost.
func Explain(r *Results, c Cell, rec *trace.Recording, look Lookups, o TextOptions) string {
	e := explainer{NewPage(o), look}
	e.title(r, c)
	e.line("")
	e.answer(c)
	e.others(c)
	e.reasons(c, string(Untested))
	if rec == nil {
		e.Heading("What happened")
		e.Text("There is no recording of this cell: it was measured in brief, or the recording was removed. The command below records it.")
	} else {
		e.recording(rec, marked(c))
	}
	e.Heading("Run it again")
	e.command(r.rerun(c))
	return e.String()
}

// notRecorded is what a foreign recording does not show.
const notRecorded = "not on the recording"

// Judgement says in words what the judge read off a recording that is not part
// of any results: who the client was, whether it connects, what was wrong and
// why; then which doors it passed, and the rest. doors are the journey as the
// judge read it, in order.
func Judgement(c Cell, rec *trace.Recording, doors []Door, look Lookups, o TextOptions) string {
	e := explainer{NewPage(o), look}
	for i, line := range who(c, rec, look) {
		label := ""
		if i == 0 {
			label = "Client"
		}
		e.Field(label, clip(oneLine(line), 400))
	}
	if e.look.Says != "" {
		e.Field("Recorded", clip(oneLine(e.look.Says), maxDetail))
	}
	e.answer(c)
	e.doors(doors)
	e.others(c)
	e.reasons(c, notRecorded)
	e.leftOut(rec)
	e.recording(rec, marked(c))
	return e.String()
}

// who is what is known of the client, the name first.
func who(c Cell, rec *trace.Recording, look Lookups) []string {
	var out []string
	// The label of a foreign file was read off the wire: look.Who reads more.
	if c.Client != "" && (len(look.Who) == 0 || rec.Setting.Deployment != "") {
		out = append(out, c.Client)
	}
	if len(look.Who) > 0 {
		return append(out, look.Who...)
	}
	if out = append(out, Who(rec)...); len(out) == 0 {
		return []string{"unknown: it did not say"}
	}
	return out
}

// maxListed is how many lines of a list from a file are shown.
const maxListed = 20

// listed writes a list of a file's words, bounded.
func (e *explainer) listed(heading string, lines []string) {
	if len(lines) == 0 {
		return
	}
	e.Heading(heading)
	for _, line := range lines[:min(len(lines), maxListed)] {
		e.Text(clip(oneLine(line), maxDetail))
	}
	if more := len(lines) - maxListed; more > 0 {
		e.Text(fmt.Sprintf("and %d more", more))
	}
}

// Flows says that a recording holds several flows, each in a sentence with its
// number.
func Flows(sentences []string, o TextOptions) string {
	e := explainer{NewPage(o), Lookups{}}
	e.Heading(fmt.Sprintf("%d flows on the recording", len(sentences)))
	for i, s := range sentences[:min(len(sentences), maxListed)] {
		e.Field(fmt.Sprintf("Flow %d", i+1), clip(oneLine(s), maxDetail))
	}
	if more := len(sentences) - maxListed; more > 0 {
		e.Text(fmt.Sprintf("and %d more", more))
	}
	return e.String()
}

// leftOut names the entries of the file that could not be read.
func (e *explainer) leftOut(rec *trace.Recording) { e.listed("Left out of the file", rec.LeftOut) }

// marked are the exchanges that the answer rests on.
func marked(c Cell) map[int]bool {
	ids := map[int]bool{}
	if c.Obstacle != nil {
		ids[c.Obstacle.Exchange] = true
	}
	if _, f, ok := c.Telling(); ok {
		for _, id := range f.Exchanges {
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
		r.Revision, cmpOr(c.Consent, r.Consent), r.Seed, cmpOr(c.Measured, r.Date)))
	if d := e.look.Deployments[c.Deployment]; d != "" {
		e.Text(d)
	}
}

// answer writes what the judge said, label by label.
func (e *explainer) answer(c Cell) {
	for _, f := range c.answer(e.look) {
		e.Field(f.label, f.text)
	}
}

// command writes a command that can be copied, a line for each of its parts
// where they do not fit in one.
func (e *explainer) command(parts []string) {
	line := ""
	for i, p := range parts {
		switch {
		case i == 0:
			line = "  " + p
		case e.o.Width > 0 && len(line)+len(p)+3 > e.o.Width:
			e.line(line + ` \`)
			line = "    " + p
		default:
			line += " " + p
		}
	}
	e.line(line)
}

// reasons lists the scenarios that were judged, each with its reason. unseen is
// the word for what was not seen.
func (e *explainer) reasons(c Cell, unseen string) {
	if len(c.Scenarios) == 0 {
		return
	}
	width := 15
	words := func(v Verdict) string {
		if v == Untested {
			return unseen
		}
		return string(v)
	}
	for _, s := range c.Scenarios {
		width = max(width, len(words(s.Verdict))+1)
	}
	e.Heading("Scenarios")
	for _, s := range c.Scenarios {
		text := s.Name
		if s.Reason != "" {
			text += ": " + s.Reason
		}
		if n := untested(s); n > 0 {
			text += fmt.Sprintf(" (%s without evidence)", count(n, "check"))
		}
		e.line("  " + e.o.verdict(s.Verdict, mark(s.Verdict)+" "+pad(words(s.Verdict), width)) + pad(s.ID, 5) +
			strings.TrimLeft(wrap(readable(text), strings.Repeat(" ", width+9), e.o.Width), " "))
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
