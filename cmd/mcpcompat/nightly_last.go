package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/report"
)

// lastNight reads what the last night kept; it is nil where nothing was kept yet.
func lastNight(file string) (*report.Results, error) {
	last, err := report.Read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // nothing is an answer
	}
	return last, err
}

// sameRules is an error where the two nights were judged by other rules, so that
// a change would say nothing of the clients.
func sameRules(file string, last, now *report.Results) error {
	switch {
	case last == nil:
		return nil
	case last.Revision != now.Revision:
		return fmt.Errorf("%s was judged by revision %s, and this night by %s: name another file with --last", file, last.Revision, now.Revision)
	case last.Seed != now.Seed:
		return fmt.Errorf("%s was measured with seed %d, and this night with %d: name another file with --last", file, last.Seed, now.Seed)
	default:
		return nil
	}
}

// selected is the part of the last night that this one was to measure again, at
// some deployments; nil means at all.
func selected(last *report.Results, flags *nightlyFlags, deployments []string) *report.Results {
	if last == nil {
		return nil
	}
	part, s := *last, flags.selection
	part.Cells = slices.DeleteFunc(slices.Clone(last.Cells), func(c report.Cell) bool {
		id, _, _ := strings.Cut(c.Client, "@")
		named := len(s.Clients) == 0 || slices.ContainsFunc(s.Clients, func(name string) bool {
			wanted, _, _ := strings.Cut(name, "@")
			return wanted == id
		})
		return !named || deployments != nil && !slices.Contains(deployments, c.Deployment) || s.Basis != "" && s.Basis != c.Basis
	})
	return &part
}
