package report

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Timestamp  string          `xml:"timestamp,attr,omitempty"`
	Properties []junitProperty `xml:"properties>property,omitempty"`
	Cases      []junitCase     `xml:"testcase"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	ClassName string        `xml:"classname,attr"`
	Name      string        `xml:"name,attr"`
	Skipped   *junitMessage `xml:"skipped"`
	Error     *junitMessage `xml:"error"`
	Failure   *junitMessage `xml:"failure"`
	Out       string        `xml:"system-out,omitempty"`
}

type junitMessage struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit renders the results as JUnit XML: a test suite for each deployment, a
// test case for each scenario of each cell. A failed or untested scenario is a
// failure (what was never seen is no success), a harness error is an error;
// not applicable, unsupported and known are skipped, with the reason.
func JUnit(r *Results, look Lookups) ([]byte, error) {
	all := junitSuites{Name: "mcpcompat"}
	cells := r.ordered()
	for _, col := range r.columns() {
		s := junitSuite{
			Name: col.Deployment, Timestamp: r.Date,
			Properties: []junitProperty{
				{"revision", r.Revision},
				{"seed", strconv.FormatInt(r.Seed, 10)},
				{"consent", r.Consent},
				{"version", r.Tool.Version},
			},
		}
		ms := 0.0
		for _, c := range cells {
			if c.Deployment == col.Deployment {
				s.Cases = append(s.Cases, junitCases(r, c, look)...)
				ms += c.DurationMS
			}
		}
		s.Time = fmt.Sprintf("%.3f", ms/1000)
		all.add(s)
	}
	if len(r.Skipped) > 0 {
		s := junitSuite{Name: "not measured", Time: "0.000"}
		for _, k := range r.Skipped {
			s.Cases = append(s.Cases, junitCase{
				ClassName: "not measured", Name: k.What, Skipped: &junitMessage{Message: oneLine(k.Why)},
			})
		}
		all.add(s)
	}
	body, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write JUnit: %w", err)
	}
	return append([]byte(xml.Header), append(body, '\n')...), nil
}

func (a *junitSuites) add(s junitSuite) {
	s.Tests = len(s.Cases)
	for _, c := range s.Cases {
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
	a.Tests += s.Tests
	a.Failures += s.Failures
	a.Errors += s.Errors
	a.Skipped += s.Skipped
	a.Suites = append(a.Suites, s)
}

// junitCases are the scenarios of a cell. A cell that is worse than each of
// its scenarios (the harness failed before or after them) gets a case of its
// own, so that nothing is lost.
func junitCases(r *Results, c Cell, look Lookups) []junitCase {
	class := c.Label() + " [" + c.Client + "]"
	var cases []junitCase
	worst := Pass
	for _, s := range c.Scenarios {
		cases = append(cases, junitCaseOf(class, strings.TrimSpace(s.ID+" "+s.Name), s.Verdict,
			cmpOr(s.Reason, cellReason(c, s)), junitText(r, c, s, look)))
		worst = Worst(worst, s.Verdict)
	}
	if len(c.Scenarios) == 0 || c.Verdict.WorseThan(worst) {
		text := answerText(c, look) + "\nrun it again: " + r.Rerun(c) + "\n"
		cases = append(cases, junitCaseOf(class, "the cell", c.Verdict, c.Summary, trace.Readable(text)))
	}
	return cases
}

// cellReason is the observation of the deciding finding where the scenario has
// it, else the summary of the cell.
func cellReason(c Cell, s Scenario) string {
	only := c
	only.Scenarios = []Scenario{s}
	if _, f, ok := only.Telling(); ok && f.Observed != "" {
		return f.Observed
	}
	return c.Summary
}

func junitCaseOf(class, name string, v Verdict, reason, text string) junitCase {
	c := junitCase{ClassName: class, Name: name}
	m := &junitMessage{Type: string(v), Message: trace.Readable(oneLine(reason)), Text: text}
	switch v {
	case Pass, RefusedRight, Warn:
		c.Out = text
	case NotApplicable, Unsupported, Known:
		c.Out = text
		m.Type, m.Text = "", ""
		m.Message = strings.TrimSuffix(string(v)+": "+m.Message, ": ")
		c.Skipped = m
	case Untested, Fail:
		c.Failure = m
	case HarnessError:
		c.Error = m
	default:
		// Validate refuses unknown verdicts; should one come this far, it
		// must not be green.
		c.Error = m
	}
	return c
}

// answerText is the answer about a cell, a line for each label.
func answerText(c Cell, look Lookups) string {
	var b strings.Builder
	for _, f := range c.answer(look) {
		if f.label == "" {
			b.WriteString("  " + oneLine(f.text) + "\n")
			continue
		}
		b.WriteString(strings.ToLower(f.label) + ": " + oneLine(f.text) + "\n")
	}
	return b.String()
}

// junitText is what a reader of a CI log needs: the answer about the cell where
// the scenario failed, every rule that is broken in the scenario, and the command
// that runs the cell again; "" where there is nothing to say.
func junitText(r *Results, c Cell, s Scenario, look Lookups) string {
	var b strings.Builder
	here := Cell{Scenarios: []Scenario{s}} // nothing decided here: all rules are shown
	rules := here.otherRules()
	switch {
	case s.Verdict.Red():
		b.WriteString("\n" + answerText(c, look))
	case len(rules) == 0:
		return ""
	}
	for _, f := range rules {
		fmt.Fprintf(&b, "\n%s: %s (%s %s, %s)\n", f.Verdict, f.Check, f.Level, f.Requirement, f.Party)
		if row, ok := look.law(f.Requirement); ok {
			fmt.Fprintf(&b, "  law: %s\n  source: %s\n", LawSentence(row, f.Level), row.Source)
		}
		if f.Expected != "" {
			fmt.Fprintf(&b, "  expected: %s\n", oneLine(f.Expected))
		}
		if f.Observed != "" {
			fmt.Fprintf(&b, "  observed: %s\n", oneLine(f.Observed))
		}
	}
	fmt.Fprintf(&b, "\nrun it again: %s\n", r.Rerun(c))
	return trace.Readable(b.String())
}
