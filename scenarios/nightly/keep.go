package nightly

import (
	"cmp"
	"slices"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/drift"
)

// Keep reduces results to what the next night is compared with: the released
// programs, shortened, with the features of what they sent. Of the night before,
// nil where there was none, it keeps the cells that were not measured now, with
// their date: a program that cannot be installed for a night must not come back
// broken unnoticed. What is not measured any more at all stays until somebody
// takes it out of the file.
func Keep(r, last *report.Results) *report.Results {
	kept := *r
	kept.Clients, kept.Deployments = nil, nil // the data of a later day describes them
	kept.Cells = slices.DeleteFunc(slices.Clone(r.Cells), func(c report.Cell) bool {
		return !c.Released() || c.Verdict == report.HarnessError
	})
	if last != nil {
		measured := cells(r)
		for _, c := range last.Cells {
			if _, known := measured[standing(c).Name()]; !known && c.Released() {
				c.Measured = cmp.Or(c.Measured, last.Date)
				kept.Cells = append(kept.Cells, c)
			}
		}
	}
	return kept.Slim()
}

// again lists the clients of which the last night had cells of earlier nights
// only to fall back on, and of which nothing is missing now.
func again(last *report.Results, missing []Missing) []string {
	gone := map[string]bool{}
	for _, m := range missing {
		gone[m.client()] = true
	}
	var out []string
	for _, c := range last.Cells {
		client := unversioned(c.Client)
		if c.Released() && c.Measured != "" && !gone[client] && !slices.Contains(out, client) {
			out = append(out, client)
		}
	}
	slices.Sort(out)
	return out
}

// faithful lists the clients that were held against a profile, and differ from
// it in nothing that somebody should look at.
func faithful(r *report.Results, n Night) []string {
	open, _ := n.drift()
	differs := func(client string) bool {
		return slices.ContainsFunc(open, func(d drift.Difference) bool { return unversioned(d.Client) == client })
	}
	var out []string
	for _, c := range r.Cells {
		client := unversioned(c.Client)
		if c.Released() && !differs(client) && !slices.Contains(n.Unmatched, c.Client) && !slices.Contains(out, client) {
			out = append(out, client)
		}
	}
	slices.Sort(out)
	return out
}
