package report

import (
	"slices"
	"strings"
)

// Comparison is a measurement held against the accepted results.
type Comparison struct {
	// Changed are cells with another verdict, door or culprit.
	Changed []Change
	// Wire are cells with the same result whose client sent something else.
	Wire []Change
	// Stale are accepted entries that should have happened and did not.
	Stale []Standing
	// Unmatched are measured cells without an accepted entry.
	Unmatched []Standing
	// Changes are all of these by what became of the cells.
	Changes Changes
}

// OK reports whether every cell ended as accepted. A changed wire alone is
// news, and no failure.
func (c Comparison) OK() bool { return len(c.Changed)+len(c.Stale)+len(c.Unmatched) == 0 }

// Compare holds the results against the accepted ones. expected says whether
// an entry's cell was to be measured this time; nil means that all were.
// Entries whose client or deployment was skipped are left out of the
// comparison.
func Compare(r *Results, accepted []Standing, expected func(Standing) bool) Comparison {
	left := untouched(r, accepted, expected)
	aside := map[Standing]bool{}
	for _, s := range left {
		aside[s] = true
	}
	relevant := slices.DeleteFunc(slices.Clone(accepted), func(s Standing) bool { return aside[s] })
	d := Diff(relevant, r.Standings())
	changed := slices.Concat(d.Broken, d.Fixed, d.Changed)
	slices.SortFunc(changed, func(a, b Change) int { return strings.Compare(a.Is.Name(), b.Is.Name()) })
	return Comparison{Changed: changed, Wire: d.Wire, Stale: d.Gone, Unmatched: d.Added, Changes: d}
}

// untouched returns the accepted entries that this measurement says nothing
// about: not measured, and either not expected or skipped for a reason.
func untouched(r *Results, accepted []Standing, expected func(Standing) bool) []Standing {
	measured := map[string]bool{}
	for _, s := range r.Standings() {
		measured[s.Name()] = true
	}
	var out []Standing
	for _, s := range accepted {
		if measured[s.Name()] {
			continue
		}
		if (expected != nil && !expected(s)) || r.skips(s) {
			out = append(out, s)
		}
	}
	return out
}

// skips reports whether something that was skipped explains why a cell was not
// measured. [Skipped] names "client ID[@VERSION] [(BASIS)]", "deployment ID" or
// "cell NAME".
func (r *Results) skips(s Standing) bool {
	id, _, _ := strings.Cut(s.Client, "@")
	full := s.Client
	if s.Basis != "" {
		full += " (" + s.Basis + ")"
	}
	for _, k := range r.Skipped {
		kind, name, _ := strings.Cut(k.What, " ")
		switch kind {
		case "client":
			if name == full || name == id {
				return true
			}
		case "deployment":
			if name == s.Deployment {
				return true
			}
		case "cell":
			if name == s.Name() {
				return true
			}
		}
	}
	return false
}
