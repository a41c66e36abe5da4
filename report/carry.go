package report

import (
	"fmt"
	"slices"
)

// Carry returns a copy of the results with the cells of released programs and
// SDKs that were measured elsewhere and not here, each with the date of its
// measurement: so the pages show what a machine without these programs cannot
// measure. What was measured here stays as it is, and deployments that are no
// more are left out. It also returns how many cells it added. Another revision
// or format is an error, since such cells could not stand side by side.
func (r *Results) Carry(elsewhere *Results) (*Results, int, error) {
	if elsewhere.Schema != r.Schema || elsewhere.Revision != r.Revision {
		return nil, 0, fmt.Errorf("results of %s (%s, revision %s) cannot stand beside those of %s (%s, revision %s)",
			elsewhere.Date, elsewhere.Schema, elsewhere.Revision, r.Date, r.Schema, r.Revision)
	}
	out := *r
	out.Cells = slices.Clone(r.Cells)
	here, columns := map[string]bool{}, map[string]bool{}
	for _, c := range r.Cells {
		here[rowKey(c)+"\n"+c.Deployment], columns[c.Deployment] = true, true
	}
	for _, c := range elsewhere.Cells {
		if !c.Released() || !columns[c.Deployment] || here[rowKey(c)+"\n"+c.Deployment] {
			continue
		}
		if c.Measured = cmpOr(c.Measured, elsewhere.Date); c.Measured == r.Date {
			c.Measured = ""
		}
		c.Recording = ""
		out.Cells = append(out.Cells, c)
	}
	return &out, len(out.Cells) - len(r.Cells), nil
}

// Released reports whether the cell was measured with what its vendor released,
// a program or an SDK, and not with an emulation of it.
func (c *Cell) Released() bool { return c.Basis == "real" || c.Basis == "sdk" }
