package main

import (
	"cmp"
	"errors"
	"io/fs"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/report"
)

// keptResults are all results that are at hand: those of the last run, those that
// the pages of a clone of the project show, and those of its last night.
type keptResults []*report.Results

// readKept reads them, of what there is.
func readKept(out string) (keptResults, error) {
	var kept keptResults
	for _, read := range []func() (*report.Results, error){
		func() (*report.Results, error) { return report.Read(resultsPath(out)) },
		func() (*report.Results, error) { return report.ReadPagesData(".") },
		func() (*report.Results, error) { return report.Read(nightlyFile) },
	} {
		r, err := read()
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, err
		default:
			kept = append(kept, r)
		}
	}
	return kept, nil
}

// last is the date on which a program was measured last, and the release that was
// measured then. Another release than the one in question is named only where that
// never was.
func (k keptResults) last(id clients.Identity) (date, release string) {
	_, own, _ := strings.Cut(id.String(), "@")
	for _, r := range k {
		for _, c := range r.Cells {
			name, version, _ := strings.Cut(c.Client, "@")
			if name != id.ID || c.Basis != string(id.Basis) || condition(version) != id.Condition {
				continue
			}
			on := cmp.Or(c.Measured, r.Date)
			if better := version == own && release != own; better || (version == own || release != own) && on > date {
				date, release = on, version
			}
		}
	}
	return date, release
}

// condition is what follows the version after a plus sign.
func condition(version string) string {
	_, c, _ := strings.Cut(version, "+")
	return c
}
