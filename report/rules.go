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
			again := slices.ContainsFunc(out, func(o brokenRule) bool { return sameFinding(o.Finding, f) })
			if worthTelling(f) && !again && !(decided && sameFinding(f, telling)) {
				out = append(out, brokenRule{f, s.ID})
			}
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

// rules lists the other broken rules of the cells, each once for a party, with
// the cells in the words of who.
func (v *view) rules(b *strings.Builder, heading string, cells []*Cell, who func([]*Cell) []string, but func(*Cell, brokenRule) bool) {
	type entry struct {
		rule  brokenRule
		cells []*Cell
	}
	var list []*entry
	for _, c := range cells {
		for _, r := range c.otherRules() {
			if but != nil && but(c, r) {
				continue
			}
			i := slices.IndexFunc(list, func(x *entry) bool {
				return x.rule.Check == r.Check && x.rule.Requirement == r.Requirement && x.rule.Verdict == r.Verdict
			})
			if i < 0 {
				list = append(list, &entry{rule: r})
				i = len(list) - 1
			}
			if x := list[i]; len(x.cells) == 0 || x.cells[len(x.cells)-1] != c {
				x.cells = append(x.cells, c)
			}
		}
	}
	if len(list) == 0 {
		return
	}
	slices.SortStableFunc(list, func(x, y *entry) int { return compareRules(x.rule, y.rule) })
	b.WriteString(heading + " Other rules\n\nRules that were broken and did not decide the result.\n")
	party := ""
	for i, x := range list {
		if i == 0 || x.rule.Party != party {
			party = x.rule.Party
			fmt.Fprintf(b, "\n**%s**\n\n", mdText(partyHead(party)))
		}
		at := strings.Join(who(x.cells), "; ")
		if len(x.cells) == len(cells) && len(cells) > 3 {
			at = "everywhere"
		}
		fmt.Fprintf(b, "- %s %s Seen: %s.\n", mark(x.rule.Verdict), v.law(x.rule.Finding), at)
	}
	b.WriteString("\n")
}
