package report

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/internal/strictyaml"
)

//go:embed accepted
var acceptedFiles embed.FS

// AcceptedFiles are the accepted results that this program was built with.
func AcceptedFiles() fs.FS {
	sub, err := fs.Sub(acceptedFiles, "accepted")
	if err != nil {
		return acceptedFiles // impossible: the folder is embedded by name
	}
	return sub
}

// Accepted is the reviewed outcome of one revision.
type Accepted struct {
	// Revision is the specification revision that was measured; "" means that
	// nothing has been accepted yet.
	Revision string
	Cells    []Standing
}

// acceptedFile is one file, report/accepted/<deployment>.yaml.
type acceptedFile struct {
	Deployment string           `yaml:"deployment"`
	Revision   string           `yaml:"revision"`
	Results    []acceptedResult `yaml:"results"`
}

// acceptedResult is a result and all clients that came to it, so that a
// reviewer reads a file of a hundred clients as a handful of statements.
type acceptedResult struct {
	Verdict Verdict `yaml:"verdict"`
	Stage   string  `yaml:"stage"`
	Culprit string  `yaml:"culprit"`
	// Clients has the row of each client as [Standing.Row] names it, and the
	// fingerprint of what it sent; "" means that it is not known.
	Clients map[string]string `yaml:"clients"`
}

// LoadAccepted reads every *.yaml file at the top of fsys. The error joins
// everything that is wrong, each with its file.
func LoadAccepted(fsys fs.FS) (Accepted, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return Accepted{}, err
	}
	var all Accepted
	var errs []error
	for _, name := range names {
		var f acceptedFile
		if err := strictyaml.ReadFile(fsys, name, &f); err != nil {
			errs = append(errs, err)
			continue
		}
		if all.Revision == "" {
			all.Revision = f.Revision
		}
		for _, p := range f.problems(strings.TrimSuffix(name, ".yaml"), all.Revision) {
			errs = append(errs, fmt.Errorf("%s: %s", name, p))
		}
		for _, result := range f.Results {
			all.Cells = append(all.Cells, result.standings(f.Deployment)...)
		}
	}
	sortStandings(all.Cells)
	return all, errors.Join(errs...)
}

func (r acceptedResult) standings(deployment string) []Standing {
	out := make([]Standing, 0, len(r.Clients))
	for row, wire := range r.Clients {
		client, basis := cutRow(row)
		out = append(out, Standing{
			Client: client, Deployment: deployment, Basis: basis,
			Verdict: r.Verdict, Stage: r.Stage, Culprit: r.Culprit, Wire: wire,
		})
	}
	return out
}

// cutRow is the inverse of [Standing.Row].
func cutRow(row string) (client, basis string) {
	client, rest, ok := strings.Cut(row, " (")
	if !ok {
		return row, ""
	}
	return client, strings.TrimSuffix(rest, ")")
}

func (f acceptedFile) problems(stem, revision string) []string {
	var p []string
	add := func(format string, args ...any) { p = append(p, fmt.Sprintf(format, args...)) }
	if f.Deployment != stem {
		add("the deployment is %q, and the file is named for %q", f.Deployment, stem)
	}
	if f.Revision == "" || f.Revision != revision {
		add("the revision is %q, and another file has %q", f.Revision, revision)
	}
	if len(f.Results) == 0 {
		add("no results")
	}
	clients, results := map[string]bool{}, map[string]bool{}
	for _, r := range f.Results {
		result := Standing{Verdict: r.Verdict, Stage: r.Stage, Culprit: r.Culprit}.String()
		if results[result] {
			add("the result %q is there twice", result)
		}
		results[result] = true
		if len(r.Clients) == 0 {
			add("the result %q is that of no client", result)
		}
		for _, row := range slices.Sorted(maps.Keys(r.Clients)) {
			client, basis := cutRow(row)
			cell := Cell{Client: client, Deployment: f.Deployment, Verdict: r.Verdict, Stage: r.Stage, Culprit: r.Culprit}
			for _, problem := range cell.problems() {
				add("%s: %s", row, problem)
			}
			switch {
			case basis == "emulated":
				add("%s: the basis emulated is not written down, it is the usual one", row)
			case row != Standing{Client: client, Basis: basis}.Row():
				add("%s: want CLIENT@VERSION or CLIENT@VERSION (BASIS)", row)
			}
			if clients[row] {
				add("%s: there twice", row)
			}
			clients[row] = true
		}
	}
	return p
}
