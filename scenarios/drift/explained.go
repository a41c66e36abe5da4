package drift

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/internal/strictyaml"
)

//go:embed explained.yaml
var explainedText []byte

// Explanation says why a difference between a release and its profile means
// nothing: the two were driven in other ways, or the value is not the
// program's own.
type Explanation struct {
	// Clients are the ids of the programs.
	Clients []string `yaml:"clients"`
	// Paths are those of the features, or "verdict". How a cell ended is only
	// explained at deployments that are listed, for both values, so that another
	// failure of the same client is never taken for the explained one.
	Paths []string `yaml:"paths"`
	// Says and Sent narrow it to these values; "" means any.
	Says string `yaml:"says"`
	Sent string `yaml:"sent"`
	// Deployments narrow it to differences that were seen at none but these; nil
	// means any.
	Deployments []string `yaml:"deployments"`
	// Why is the reason.
	Why string `yaml:"why"`
}

// Explanations are all of them.
type Explanations []Explanation

// Explained returns the differences that are known to mean nothing.
func Explained() Explanations {
	out, err := readExplanations("explained.yaml", explainedText)
	if err != nil {
		panic(err) //nolint:forbidigo // impossible: the file is compiled in, and a test reads it
	}
	return out
}

func readExplanations(name string, text []byte) (Explanations, error) {
	var out Explanations
	if err := strictyaml.Decode(name, text, &out); err != nil {
		return nil, err
	}
	var errs []error
	for i, e := range out {
		switch {
		case len(e.Clients) == 0 || len(e.Paths) == 0 || e.Why == "":
			errs = append(errs, fmt.Errorf("%s: explanation %d: clients, paths and why are needed", name, i+1))
		case slices.Contains(e.Paths, verdict) && (e.Says == "" || e.Sent == "" || len(e.Deployments) == 0):
			errs = append(errs, fmt.Errorf("%s: explanation %d: for a verdict says, sent and deployments are needed", name, i+1))
		}
	}
	return out, errors.Join(errs...)
}

// why is the reason for a difference, "" if there is none.
func (es Explanations) why(d Difference) string {
	id, _, _ := strings.Cut(d.Client, "@")
	for _, e := range es {
		if slices.Contains(e.Clients, id) && slices.Contains(e.Paths, d.Path) &&
			(e.Says == "" || e.Says == d.Says) && (e.Sent == "" || e.Sent == d.Sent) && e.at(d.Deployments) {
			return e.Why
		}
	}
	return ""
}

// at reports whether a difference at these deployments is meant.
func (e Explanation) at(deployments []string) bool {
	return len(e.Deployments) == 0 ||
		!slices.ContainsFunc(deployments, func(id string) bool { return !slices.Contains(e.Deployments, id) })
}
