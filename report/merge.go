package report

import (
	"errors"
	"fmt"
	"slices"
)

// Merge puts the results of the parts of one measurement together, as shards on
// several machines leave them. Parts of another revision, seed or program, and
// a cell that two parts have, are errors: their cells could not stand side by
// side. What several parts skipped for one reason is listed once. Shards that
// are missing are listed among what was skipped, see [Results.MissingShards].
func Merge(parts ...*Results) (*Results, error) {
	if len(parts) == 0 {
		return nil, errors.New("merge results: there are none")
	}
	first := parts[0]
	out := &Results{
		Schema: first.Schema, Tool: first.Tool, Revision: first.Revision, Seed: first.Seed,
		Consent: first.Consent, Date: first.Date,
	}
	seen := map[string]bool{}
	missing, problems := missingShards(parts)
	for i, p := range parts {
		if err := alike(first, p); err != nil {
			problems = append(problems, fmt.Errorf("merge results: part %d: %w", i+1, err))
		}
		out.Date = max(out.Date, p.Date)
		if p.Consent != out.Consent {
			out.Consent = "mixed"
		}
		for _, c := range p.Cells {
			name := c.Client + "/" + c.Deployment + " (" + c.Basis + ")"
			if seen[name] {
				problems = append(problems, fmt.Errorf("merge results: part %d: cell %s is in an earlier part, too", i+1, name))
				continue
			}
			seen[name] = true
			out.Cells = append(out.Cells, c)
		}
		for _, s := range p.Skipped {
			if !slices.Contains(out.Skipped, s) {
				out.Skipped = append(out.Skipped, s)
			}
		}
	}
	out.Skipped = append(out.Skipped, missing...)
	return out, errors.Join(problems...)
}

func alike(a, b *Results) error {
	switch {
	case a.Schema != b.Schema:
		return fmt.Errorf("its schema is %q and not %q", b.Schema, a.Schema)
	case a.Revision != b.Revision:
		return fmt.Errorf("it was judged by revision %s and not %s", b.Revision, a.Revision)
	case a.Seed != b.Seed:
		return fmt.Errorf("its seed is %d and not %d", b.Seed, a.Seed)
	case a.Tool != b.Tool:
		return fmt.Errorf("it was measured by version %s and not %s", b.Tool.Version, a.Tool.Version)
	default:
		return nil
	}
}
