package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// brokenRule is a finding that is not good, with the scenario it was made in.
type brokenRule struct {
	Finding

	Scenario string
}

// worthTelling leaves out what went well and what could not be seen.
func worthTelling(f Finding) bool {
	return f.Verdict == Warn || f.Verdict == Known || f.Verdict == Fail || f.Verdict == HarnessError
}

// otherRules are all broken rules besides the one by which the judge decided,
// by party, a MUST before a SHOULD, in the order of the doors. Wherever a cell
// is explained, all of them are shown.
func (c *Cell) otherRules() []brokenRule {
	_, telling, decided := c.Telling()
	var out []brokenRule
	for _, s := range c.Scenarios {
		for _, f := range s.Findings {
			if !worthTelling(f) || decided && sameFinding(f, telling) ||
				slices.ContainsFunc(out, func(o brokenRule) bool { return sameFinding(o.Finding, f) }) {
				continue
			}
			out = append(out, brokenRule{f, s.ID})
		}
	}
	slices.SortStableFunc(out, compareRules)
	return out
}

func sameFinding(a, b Finding) bool {
	return a.Check == b.Check && a.Requirement == b.Requirement && a.Verdict == b.Verdict && a.Observed == b.Observed
}

func compareRules(a, b brokenRule) int {
	door := func(r brokenRule) int {
		if i := slices.Index(Stages(), r.Stage); i >= 0 {
			return i
		}
		return len(Stages())
	}
	return cmp.Or(
		cmp.Compare(partyRank(a.Party), partyRank(b.Party)),
		cmp.Compare(b.Verdict.rank(), a.Verdict.rank()),
		cmp.Compare(door(a), door(b)),
	)
}

func partyRank(party string) int {
	parties := []string{"client", "authorization-server", "mcp-server"}
	if i := slices.Index(parties, party); i >= 0 {
		return i
	}
	return len(parties)
}

// partyHead is a party as a heading of its rules.
func partyHead(party string) string { return capital(cmpOr(partyWords(party), cmpOr(party, "others"))) }

// failedMusts names the MUSTs among the other rules, each once, with its party.
func (c *Cell) failedMusts() []string {
	var out []string
	for _, r := range c.otherRules() {
		name := fmt.Sprintf("%s (%s)", r.Requirement, strings.ReplaceAll(r.Party, "-", " "))
		if r.Verdict == Fail && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// others lists the other broken rules, each with its sentence and what was seen.
func (e *explainer) others(c Cell) {
	rules := c.otherRules()
	if len(rules) == 0 {
		return
	}
	e.Heading("Other rules")
	party := ""
	for i, r := range rules {
		if i == 0 || r.Party != party {
			e.line("  " + readable(partyHead(r.Party)))
			party = r.Party
		}
		head := r.Requirement
		if row, ok := e.look.law(r.Requirement); ok {
			head += ": " + LawSentence(row, r.Level)
		} else {
			head = r.Level + " " + head
		}
		const indent = "      "
		e.line("    " + e.o.verdict(r.Verdict, mark(r.Verdict)) + " " + strings.TrimLeft(wrap(readable(head), indent, e.o.Width), " "))
		if r.Observed != "" {
			e.line(wrap(readable("Observed: "+sentence(r.Observed)), indent, e.o.Width))
		}
		where := []string{r.Check, r.Scenario}
		if seen := exchangeList(r.Exchanges); seen != "" {
			where = append(where, seen)
		}
		e.line(e.o.paint(dim, wrap(readable(strings.Join(where, " · ")), indent, e.o.Width)))
	}
}
