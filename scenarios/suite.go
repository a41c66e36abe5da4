package scenarios

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mcpcompat/mcpcompat/internal/strictyaml"
)

//go:embed suites/*.yaml
var suiteFiles embed.FS // read once per catalogue; go:embed needs a package variable

// The suites that the program itself refers to.
const (
	// MainSuite has the deployments that matter most: the columns of the page
	// that people read, and what is measured where nothing is named.
	MainSuite = "main"
	// ContainerSuite has the cells in containers that are worth their seconds
	// in a measurement of everything.
	ContainerSuite = "containers"
	// ReleasedSuite has the deployments at which a measurement of everything
	// runs the released programs and SDKs.
	ReleasedSuite = "released"
)

// Suite is a named selection, with what it shows.
type Suite struct {
	ID string `yaml:"id"`
	// Shows is what a reader learns from it.
	Shows     string    `yaml:"shows"`
	Selection Selection `yaml:"selection"`
	// Heads are what stands above a column where the deployment's id is too
	// long for a table that fits a screen, by id; at most 14 characters.
	Heads map[string]string `yaml:"heads"`
}

// maxHead is the length that leaves room for ten columns beside each other.
const maxHead = 14

// problems are what is wrong with a suite besides its selection.
func (s Suite) problems() []string {
	var p []string
	for _, id := range slices.Sorted(maps.Keys(s.Heads)) {
		if !slices.Contains(s.Selection.Deployments, id) {
			p = append(p, fmt.Sprintf("heads names %q, which the suite does not select", id))
		}
		if n := utf8.RuneCountInString(s.Heads[id]); n == 0 || n > maxHead {
			p = append(p, fmt.Sprintf("the head of %s has %d characters: 1 to %d", id, n, maxHead))
		}
	}
	return p
}

func loadSuites() ([]Suite, error) {
	names, err := fs.Glob(suiteFiles, "suites/*.yaml")
	if err != nil {
		return nil, err
	}
	var out []Suite
	var errs []error
	for _, name := range names {
		var s Suite
		if err := strictyaml.ReadFile(suiteFiles, name, &s); err != nil {
			errs = append(errs, err)
			continue
		}
		switch {
		case s.ID != strings.TrimSuffix(path.Base(name), ".yaml"):
			errs = append(errs, fmt.Errorf("%s: id %q is not the file's name", name, s.ID))
		case s.Shows == "":
			errs = append(errs, fmt.Errorf("%s: does not say what it shows", name))
		case s.Selection.Suite != "":
			errs = append(errs, fmt.Errorf("%s: a suite cannot select another suite", name))
		default:
			for _, p := range s.problems() {
				errs = append(errs, fmt.Errorf("%s: %s", name, p))
			}
			out = append(out, s)
		}
	}
	return out, errors.Join(errs...)
}
