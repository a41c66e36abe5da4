package scenarios_test

import (
	"fmt"
	"strings"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// unsound says what no cell may be: one that blames neither side without the
// two rows that permit it, one that does not know and does not say what would
// show it, and one whose explanation hides a rule that was broken.
func unsound(r *report.Results, book *requirement.Book) []string {
	var out []string
	for _, c := range r.Cells {
		add := func(format string, args ...any) {
			out = append(out, c.Name()+": "+fmt.Sprintf(format, args...))
		}
		switch c.Culprit {
		case report.Neither:
			if len(c.Collision) != 2 || c.Collision[0] == c.Collision[1] {
				add("neither side is at fault by the rows %v", c.Collision)
			}
			for _, id := range c.Collision {
				if _, ok := book.Find(id); !ok {
					add("no row is called %s", id)
				}
			}
		case report.NotKnown:
			if c.Missing == "" {
				add("not known, and not said what would show it")
			}
		}
		if c.Stage != "" && c.Culprit == "" {
			add("breaks at %s, and says nothing of who is at fault", c.Stage)
		}
		explained := report.Explain(r, c, nil, report.Lookups{Law: book}, report.TextOptions{})
		for _, s := range c.Scenarios {
			for _, f := range s.Findings {
				if f.Verdict == report.Fail && !strings.Contains(explained, f.Requirement) {
					add("hides that %s was broken", f.Requirement)
				}
			}
		}
	}
	return out
}
