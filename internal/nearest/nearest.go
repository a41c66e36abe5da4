// Package nearest finds what a mistyped name was probably meant to be.
package nearest

import (
	"slices"
	"strings"
)

// Names returns up to three of the known names that are near to the given one,
// nearest first: a few edits away, or containing it.
func Names(given string, known []string) []string {
	type scored struct {
		name string
		cost int
	}
	var near []scored
	low := strings.ToLower(given)
	for _, k := range known {
		name := strings.ToLower(k)
		cost := distance(low, name)
		if len(low) > 2 && strings.Contains(name, low) {
			cost = 1
		}
		if cost <= 1+len(low)/4 {
			near = append(near, scored{k, cost})
		}
	}
	slices.SortStableFunc(near, func(a, b scored) int { return a.cost - b.cost })
	var out []string
	for _, n := range near[:min(3, len(near))] {
		out = append(out, n.name)
	}
	return out
}

// distance is the number of insertions, deletions, substitutions and
// transpositions of neighbours between two strings.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			change := last[j-1]
			if x[i-1] != y[j-1] {
				change++
			}
			row[j] = min(row[j-1]+1, last[j]+1, change)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}
