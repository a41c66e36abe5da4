package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// fact is a label with its text. A fact without a label goes on with the one
// before it.
type fact struct{ label, text string }

// answer is what the judge said of a cell, label by label: it holds nothing that
// was not in the cell or the law book. The other broken rules are in otherRules.
func (c *Cell) answer(look Lookups) []fact {
	var out []fact
	add := func(label, text string) {
		if text != "" {
			out = append(out, fact{label, text})
		}
	}
	result := c.resultWords()
	add("Connects", c.connects())
	add("Result", result)
	add("Door", c.Stage)
	if c.Culprit != "" {
		add("At fault", culpritWords(c.Culprit))
	}
	if o := c.Obstacle; o != nil && o.String() != result {
		words := o.String()
		if o.Exchange != 0 {
			words = strings.TrimSuffix(words, ".") + " (exchange " + strconv.Itoa(o.Exchange) + ")"
		}
		add("In the way", words)
	}
	add("Client says", c.Says)
	out = append(out, c.rule(look)...)
	for i, text := range c.permissions(look) {
		label := ""
		if i == 0 {
			label = "Both keep the law"
		}
		out = append(out, fact{label, text})
	}
	add("Would show it", c.Missing)
	add("Judged by", strings.TrimSuffix(c.JudgedBy+": "+c.JudgedBecause, ": "))
	add("Remedies", strings.Join(c.Remedies, ", "))
	return out
}

// rule is the finding by which the judge decided, nil where none did.
func (c *Cell) rule(look Lookups) []fact {
	_, f, ok := c.Telling()
	if !ok {
		return nil
	}
	label := "Rule broken here"
	if c.Stage == "" {
		label = "Rule broken"
	}
	out := []fact{{label, fmt.Sprintf("%s %s (%s)", cmpOr(f.Level, "rule"), f.Requirement, cmpOr(partyWords(f.Party), f.Party))}}
	if row, ok := look.law(f.Requirement); ok {
		out = append(out, fact{"", LawSentence(row, f.Level)}, fact{"", row.Source})
	}
	for _, x := range []fact{
		{"Expected", f.Expected}, {"Observed", f.Observed}, {"Seen in", exchangeList(f.Exchanges)}, {"Check", f.Check},
	} {
		if x.text != "" {
			out = append(out, x)
		}
	}
	return out
}

// permissions are the two rows that collide, each with its sentence at the level
// of the revision that the cell was judged by.
func (c *Cell) permissions(look Lookups) []string {
	out := make([]string, 0, len(c.Collision))
	for _, id := range c.Collision {
		text := id
		if row, ok := look.law(id); ok {
			text += ": " + c.permission(row)
		}
		out = append(out, text)
	}
	return out
}

// connects says whether the client got in.
func (c *Cell) connects() string {
	switch {
	case c.Connected:
		return "yes"
	case c.Verdict == HarnessError:
		return "unknown"
	case c.Stage != "", c.Verdict == RefusedRight, c.Verdict == Unsupported:
		return "no"
	default:
		return "unknown"
	}
}

// resultWords is the judge's summary; what it repeats of the facts below it
// makes room for the outcome.
func (c *Cell) resultWords() string {
	said := oneLine(c.Summary)
	if said == "" {
		return c.Outcome()
	}
	repeats := func(text string) bool {
		text = oneLine(trace.Readable(text))
		return text != "" && strings.Contains(said, text)
	}
	if _, f, ok := c.Telling(); ok && repeats(f.Observed) {
		return c.Outcome()
	}
	if c.Obstacle != nil && repeats(c.Obstacle.String()) {
		return c.Outcome()
	}
	return said
}

func exchangeList(ids []int) string {
	s := make([]string, 0, len(ids))
	for _, id := range ids {
		s = append(s, strconv.Itoa(id))
	}
	switch len(s) {
	case 0:
		return ""
	case 1:
		return "exchange " + s[0]
	}
	return "exchanges " + strings.Join(s, ", ")
}
