package report

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
	Deployment string         `yaml:"deployment"`
	Revision   string         `yaml:"revision"`
	Cells      []acceptedCell `yaml:"cells"`
}

type acceptedCell struct {
	Client  string  `yaml:"client"`
	Basis   string  `yaml:"basis"` // "" means emulated
	Verdict Verdict `yaml:"verdict"`
	Stage   string  `yaml:"stage"`
	Culprit string  `yaml:"culprit"`
	Wire    string  `yaml:"wire"`
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
		for _, c := range f.Cells {
			all.Cells = append(all.Cells, c.standing(f.Deployment))
		}
	}
	sortStandings(all.Cells)
	return all, errors.Join(errs...)
}

func (c acceptedCell) standing(deployment string) Standing {
	return Standing{
		Client: c.Client, Deployment: deployment, Basis: c.Basis,
		Verdict: c.Verdict, Stage: c.Stage, Culprit: c.Culprit, Wire: c.Wire,
	}
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
	if len(f.Cells) == 0 {
		add("no cells")
	}
	seen := map[string]bool{}
	for _, c := range f.Cells {
		cell := Cell{Client: c.Client, Deployment: f.Deployment, Verdict: c.Verdict, Stage: c.Stage, Culprit: c.Culprit}
		for _, problem := range cell.problems() {
			add("%s: %s", c.Client, problem)
		}
		if c.Basis == "emulated" {
			add("%s: the basis emulated is not written down, it is the usual one", c.Client)
		}
		if key := c.Client + " " + c.Basis; seen[key] {
			add("%s: there twice", c.Client)
		} else {
			seen[key] = true
		}
	}
	return p
}

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

func acceptedYAML(revision, deployment string, cells []Standing) []byte {
	sortStandings(cells)
	var b strings.Builder
	b.WriteString("# Written by make accept; read the difference before committing it.\n")
	fmt.Fprintf(&b, "deployment: %q\nrevision: %q\ncells:\n", deployment, revision)
	for _, s := range cells {
		fmt.Fprintf(&b, "  - client: %q\n", s.Client)
		for _, f := range []struct{ key, value string }{
			{"basis", s.Basis},
			{"verdict", string(s.Verdict)},
			{"stage", s.Stage},
			{"culprit", s.Culprit},
			{"wire", s.Wire},
		} {
			if f.value != "" {
				fmt.Fprintf(&b, "    %s: %q\n", f.key, f.value)
			}
		}
	}
	return []byte(b.String())
}
