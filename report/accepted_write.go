package report

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// WriteAccepted replaces the accepted results in a folder by those of a
// measurement. Entries of before that expected says were not to be measured
// this time stay; every other entry that was not measured is dropped, and so
// is a file without entries. nil expected means that everything was to be
// measured. It returns the names of the files that it wrote.
func WriteAccepted(dir string, r *Results, expected func(Standing) bool) ([]string, error) {
	before, err := LoadAccepted(os.DirFS(dir))
	if err != nil {
		return nil, fmt.Errorf("accept: %w", err)
	}
	if before.Revision != "" && before.Revision != r.Revision {
		return nil, fmt.Errorf("accept: %s holds results of revision %s, and these are of %s", dir, before.Revision, r.Revision)
	}
	if err := r.acceptable(); err != nil {
		return nil, err
	}
	byDeployment := map[string][]Standing{}
	for _, s := range append(r.Standings(), untouched(r, before.Cells, expected)...) {
		byDeployment[s.Deployment] = append(byDeployment[s.Deployment], s)
	}
	var written []string
	for deployment, cells := range byDeployment {
		path := filepath.Join(dir, deployment+".yaml")
		if err := WriteFile(path, acceptedYAML(r.Revision, deployment, cells)); err != nil {
			return written, err
		}
		written = append(written, path)
	}
	slices.Sort(written)
	return written, dropFiles(dir, before.Cells, byDeployment)
}

// acceptable refuses results that say nothing about a client: accepting a
// failure of the harness would hide it from then on.
func (r *Results) acceptable() error {
	var bad []string
	for _, c := range r.Cells {
		if c.Verdict == HarnessError {
			bad = append(bad, c.Name())
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("accept: the harness failed in %s; nothing was accepted", strings.Join(bad, ", "))
	}
	if len(r.Cells) == 0 {
		return errors.New("accept: nothing was measured")
	}
	return nil
}

func dropFiles(dir string, before []Standing, kept map[string][]Standing) error {
	for _, s := range before {
		if _, ok := kept[s.Deployment]; !ok {
			if err := ignoreMissing(os.Remove(filepath.Join(dir, s.Deployment+".yaml"))); err != nil {
				return fmt.Errorf("accept: %w", err)
			}
		}
	}
	return nil
}

// acceptedYAML writes a result at a time, best first, and a client on a line of
// its own, so that a difference shows each client that moved.
func acceptedYAML(revision, deployment string, cells []Standing) []byte {
	sorted := slices.Clone(cells)
	slices.SortFunc(sorted, func(a, b Standing) int {
		return cmp.Or(
			cmp.Compare(a.Verdict.rank(), b.Verdict.rank()),
			cmp.Compare(slices.Index(Stages(), a.Stage), slices.Index(Stages(), b.Stage)),
			cmp.Compare(a.Culprit, b.Culprit),
			cmp.Compare(a.Row(), b.Row()),
		)
	})
	var b strings.Builder
	b.WriteString("# Written by make accept; read the difference before committing it.\n")
	fmt.Fprintf(&b, "deployment: %s\nrevision: %q\nresults:\n", deployment, revision)
	for i, s := range sorted {
		if i == 0 || !s.sameResult(sorted[i-1]) {
			fmt.Fprintf(&b, "  - verdict: %s\n", s.Verdict)
			for _, f := range []struct{ key, value string }{{"stage", s.Stage}, {"culprit", s.Culprit}} {
				if f.value != "" {
					fmt.Fprintf(&b, "    %s: %s\n", f.key, f.value)
				}
			}
			b.WriteString("    clients:\n")
		}
		fmt.Fprintf(&b, "      %s: %q\n", s.Row(), s.Wire)
	}
	return []byte(b.String())
}
