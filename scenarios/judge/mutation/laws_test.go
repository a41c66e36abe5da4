package mutation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/mutation"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

func TestOperatorsNameRowsOfTheLawBook(t *testing.T) {
	t.Parallel()
	b, seen, unknown := book(t), map[string]bool{}, map[string][]string{}
	operators := mutation.Operators()
	if len(operators) < 80 {
		t.Errorf("%d operators, want 80 at least", len(operators))
	}
	for _, o := range operators {
		if seen[o.Name] {
			t.Errorf("two operators %s", o.Name)
		}
		seen[o.Name] = true
		if len(o.Laws) == 0 || !slices.Contains(requirement.Parties(), o.Party) {
			t.Errorf("%s: laws %v, party %q", o.Name, o.Laws, o.Party)
		}
		ours, other := 0, []string{}
		for _, id := range o.Laws {
			row, ok := b.Find(id)
			switch {
			case !ok:
				unknown[id] = append(unknown[id], o.Name)
			case row.ID != id:
				t.Errorf("%s: %s is written %s", o.Name, id, row.ID)
			case row.Party == o.Party:
				ours++
			default:
				other = append(other, id)
			}
		}
		if len(other) > 0 {
			t.Errorf("%s: %v bind another party than the %s", o.Name, other, o.Party)
		}
	}
	if len(unknown) > 0 {
		var lines []string
		for id, by := range unknown {
			lines = append(lines, fmt.Sprintf("%s (%s)", id, strings.Join(by, ", ")))
		}
		slices.Sort(lines)
		t.Errorf("%d ids are not in the law book:\n%s", len(lines), strings.Join(lines, "\n"))
	}
}

// Each MUST that a check judges from a recording has an operator, or the
// reason why these recordings have no place for one.
func TestEveryMustThatARecordingShowsHasAnOperator(t *testing.T) {
	t.Parallel()
	named := map[string]bool{}
	for _, o := range mutation.Operators() {
		for _, id := range o.Laws {
			named[id] = true
		}
	}
	reasons := withoutOperator()
	for _, row := range book(t).Rows() {
		must := false
		for _, level := range row.Level {
			must = must || level.Mandatory()
		}
		onWire := strings.HasPrefix(row.Unobservable, "to be judged") || slices.ContainsFunc(row.Check, func(check string) bool { return !strings.HasPrefix(check, "probe/") })
		switch {
		case named[row.ID] && reasons[row.ID] != "":
			t.Errorf("%s has an operator and a reason for none", row.ID)
		case must && onWire && !named[row.ID] && reasons[row.ID] == "":
			t.Errorf("%s (%s, %v: %s) has no operator", row.ID, row.Party, row.Check, row.Says)
		}
	}
}

func withoutOperator() map[string]string {
	return map[string]string{
		"RFC6749-4.1.2.1-denied": "these recordings do not say what the user chose on the page: after a choice that nobody knows, another error may be right",
	}
}
