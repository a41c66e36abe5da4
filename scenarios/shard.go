package scenarios

import (
	"fmt"
	"strconv"
	"strings"
)

// Shard is one of several equal parts of a plan, so that as many machines
// measure it side by side. The zero value is the whole plan.
type Shard struct {
	// Index counts from 1 to Of.
	Index, Of int
}

// ParseShard reads "2/4", the second of four parts; "" is the whole plan.
func ParseShard(s string) (Shard, error) {
	if s == "" {
		return Shard{}, nil
	}
	index, of, ok := strings.Cut(s, "/")
	i, err := strconv.Atoi(index)
	n, err2 := strconv.Atoi(of)
	if !ok || err != nil || err2 != nil || i < 1 || i > n {
		return Shard{}, fmt.Errorf("shard %q: want a part of a whole such as 2/4", s)
	}
	return Shard{i, n}, nil
}

// Shard returns the part of the plan. Clients stay together, since a released
// program is installed once for all of its cells; with more parts than clients
// the last ones are empty.
func (p Plan) Shard(s Shard) Plan {
	if s.Of < 2 {
		return p
	}
	part := map[string]int{}
	var cells []CellSpec
	for _, spec := range p.Cells {
		// All bases of a client are in one part: drift compares them.
		id := spec.Client.Identity().ID
		if _, known := part[id]; !known {
			part[id] = len(part)%s.Of + 1
		}
		if part[id] == s.Index {
			cells = append(cells, spec)
		}
	}
	p.Cells = cells
	return p
}
