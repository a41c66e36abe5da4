package scenarios

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/mcpcompat/mcpcompat/internal/strictyaml"
)

//go:embed suites/*.yaml
var suiteFiles embed.FS // read once per catalogue; go:embed needs a package variable

// Suite is a named selection, with what it shows.
type Suite struct {
	ID string `yaml:"id"`
	// Shows is what a reader learns from it.
	Shows     string    `yaml:"shows"`
	Selection Selection `yaml:"selection"`
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
			out = append(out, s)
		}
	}
	return out, errors.Join(errs...)
}
