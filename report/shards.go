package report

import (
	"fmt"
	"strconv"
	"strings"
)

// shardWord begins the name of a shard among what was skipped.
const shardWord = "shard "

// MissingShards lists the shards whose results [Merge] was not given.
func (r *Results) MissingShards() []string {
	var out []string
	for _, s := range r.Skipped {
		if name, ok := strings.CutPrefix(s.What, shardWord); ok {
			out = append(out, name)
		}
	}
	return out
}

// missingShards says which shards are not among the parts. Parts that do not say
// which shard they are cannot be missed. A shard that is there twice, and parts of
// another whole, are errors.
func missingShards(parts []*Results) (missing []Skipped, problems []error) {
	whole, seen := 0, map[int]bool{}
	for i, p := range parts {
		if p.Shard == "" {
			continue
		}
		index, of, ok := strings.Cut(p.Shard, "/")
		at, err := strconv.Atoi(index)
		n, err2 := strconv.Atoi(of)
		switch {
		case !ok || err != nil || err2 != nil || at < 1 || at > n:
			problems = append(problems, fmt.Errorf("merge results: part %d: %q is no shard", i+1, p.Shard))
		case whole != 0 && n != whole:
			problems = append(problems, fmt.Errorf("merge results: part %d: it is shard %s, the others are of %d", i+1, p.Shard, whole))
		case seen[at]:
			problems = append(problems, fmt.Errorf("merge results: part %d: shard %s is in an earlier part, too", i+1, p.Shard))
		default:
			whole, seen[at] = n, true
		}
	}
	for at := 1; at <= whole; at++ {
		if !seen[at] {
			missing = append(missing, Skipped{What: fmt.Sprintf("%s%d/%d", shardWord, at, whole), Why: "its results are missing"})
		}
	}
	return missing, problems
}
