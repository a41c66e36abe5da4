package report

import (
	"fmt"
	"slices"
	"strings"
)

// sharedRule is a broken rule with the cells that break it.
type sharedRule struct {
	brokenRule

	cells []*Cell
}

// same reports whether two findings are about the same rule with the same result.
func (r brokenRule) same(o brokenRule) bool {
	return r.Check == o.Check && r.Requirement == o.Requirement && r.Verdict == o.Verdict
}

// sharedRules are the other broken rules of the cells, each once, in the order of
// otherRules; but leaves some out, nil none.
func sharedRules(cells []*Cell, but func(*Cell, brokenRule) bool) []sharedRule {
	var list []sharedRule
	for _, c := range cells {
		for _, r := range c.otherRules() {
			if but != nil && but(c, r) {
				continue
			}
			i := slices.IndexFunc(list, func(x sharedRule) bool { return x.same(r) })
			if i < 0 {
				list = append(list, sharedRule{brokenRule: r})
				i = len(list) - 1
			}
			if x := &list[i]; len(x.cells) == 0 || x.cells[len(x.cells)-1] != c {
				x.cells = append(x.cells, c)
			}
		}
	}
	slices.SortStableFunc(list, func(x, y sharedRule) int { return compareRules(x.brokenRule, y.brokenRule) })
	return list
}

// rules lists the other broken rules of cells below a heading, by party, each
// with its cells in the words of who.
func (v *view) rules(b *strings.Builder, heading string, cells []*Cell, who func([]*Cell) []string, but func(*Cell, brokenRule) bool) {
	list := sharedRules(cells, but)
	if len(list) == 0 {
		return
	}
	b.WriteString(heading + " Other rules\n\nRules that were broken and did not decide the result.\n")
	party := ""
	for i, x := range list {
		if i == 0 || x.Party != party {
			party = x.Party
			fmt.Fprintf(b, "\n**%s**\n\n", mdText(partyHead(party)))
		}
		at := strings.Join(who(x.cells), "; ")
		if len(x.cells) == len(cells) && len(cells) > 3 {
			at = "everywhere"
		}
		fmt.Fprintf(b, "- %s %s Seen: %s.\n", mark(x.Verdict), v.law(x.Finding), at)
	}
	b.WriteString("\n")
}
