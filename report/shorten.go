package report

import (
	"slices"
	"unique"
)

// Shorten drops what a cell says about what went well: the findings that are
// neither warnings nor worse, and the recording. The verdicts of all scenarios
// stay. Thousands of cells say the same few hundred texts, so equal ones share
// their memory.
func (c *Cell) Shorten() {
	c.Recording = ""
	one := func(s *string) { *s = unique.Make(*s).Value() }
	one(&c.Summary)
	one(&c.Missing)
	one(&c.Says)
	for i := range c.Scenarios {
		s := &c.Scenarios[i]
		one(&s.Reason)
		var notable []Finding
		for _, f := range s.Findings {
			if !worthTelling(f) && f.Check != c.Why {
				continue
			}
			one(&f.Expected)
			one(&f.Observed)
			notable = append(notable, f)
		}
		s.Findings = slices.Clone(notable) // without the room that append made
	}
}
