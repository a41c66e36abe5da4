package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
)

// ErrSelection is wrapped by every error about a selection.
var ErrSelection = errors.New("selection")

// Selection names what to run. An empty list means the default: all current
// clients, all deployments that are not hostile, all scenarios. A hostile
// deployment asks another question than the others, so it is measured only
// where it is named, as the suite hostile does.
type Selection struct {
	Clients     []string `yaml:"clients"`
	Deployments []string `yaml:"deployments"`
	Scenarios   []string `yaml:"scenarios"`
	Suite       string   `yaml:"suite"`
	// Basis keeps the rows of one basis only: emulated, real, sdk, or probe (the
	// deployments' own servers); "" all.
	Basis string `yaml:"basis"`
}

// Plan is what a selection comes to.
type Plan struct {
	Cells     []CellSpec
	Scenarios []string
	// Skipped is what was selected and is left out, with the reason.
	Skipped []report.Skipped
}

// CellSpec is one cell to run.
type CellSpec struct {
	Client     clients.Client
	Deployment deployment.Deployment
}

// Name is client@version/deployment.
func (s CellSpec) Name() string { return s.Client.Identity().String() + "/" + s.Deployment.ID }

// Select resolves a selection. Unknown names, with what was probably meant, and
// an empty result are errors.
func (c *Catalogue) Select(s Selection) (Plan, error) {
	if s.Suite != "" {
		suite, err := c.suite(s.Suite)
		if err != nil {
			return Plan{}, err
		}
		s = narrow(suite.Selection, s)
	}
	var errs []error
	rows, err := c.rows(s)
	errs = append(errs, err)
	columns, err := c.columns(s.Deployments)
	errs = append(errs, err)
	ids, err := scenarioIDs(s.Scenarios)
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		return Plan{}, err
	}
	plan := Plan{Scenarios: ids}
	for _, d := range columns {
		for _, r := range rows {
			plan.Cells = append(plan.Cells, CellSpec{r, d})
		}
	}
	if len(plan.Cells) == 0 {
		return Plan{}, fmt.Errorf("%w: nothing is selected: no %s client among %s",
			ErrSelection, s.Basis, strings.Join(s.Clients, ", "))
	}
	return plan, nil
}

// narrow lets explicit names take the place of the suite's.
func narrow(suite, s Selection) Selection {
	pick := func(own, from []string) []string {
		if len(own) > 0 {
			return own
		}
		return from
	}
	return Selection{
		Clients: pick(s.Clients, suite.Clients), Deployments: pick(s.Deployments, suite.Deployments),
		Scenarios: pick(s.Scenarios, suite.Scenarios), Basis: s.Basis,
	}
}

func (c *Catalogue) suite(id string) (Suite, error) {
	var ids []string
	for _, s := range c.suites {
		if s.ID == id {
			return s, nil
		}
		ids = append(ids, s.ID)
	}
	return Suite{}, unknown("suite", id, ids)
}

// rows resolves client selectors; without any, every current client.
func (c *Catalogue) rows(s Selection) ([]clients.Client, error) {
	basis := []string{"", string(clients.Emulated), string(clients.Real), string(clients.SDK), ProbeBasis}
	if !slices.Contains(basis, s.Basis) {
		return nil, unknown("basis", s.Basis, basis[1:])
	}
	selectors := s.Clients
	if len(selectors) == 0 {
		for _, p := range c.profiles {
			selectors = append(selectors, p.ID)
		}
		for _, o := range c.others {
			selectors = append(selectors, o.Identity().String())
		}
	}
	var out []clients.Client
	var errs []error
	for _, selector := range selectors {
		found, err := c.find(selector, s.Basis)
		errs = append(errs, err)
		for _, f := range found {
			same := func(o clients.Client) bool { return o.Identity() == f.Identity() }
			if (s.Basis == "" || string(f.Identity().Basis) == s.Basis) && !slices.ContainsFunc(out, same) {
				out = append(out, f)
			}
		}
	}
	return out, errors.Join(errs...)
}

// find resolves one selector among profiles and other clients. An id may have
// rows of several bases (the emulation and the released program): it selects
// them all.
func (c *Catalogue) find(selector, basis string) ([]clients.Client, error) {
	id, _, _ := strings.Cut(strings.SplitN(selector, "+", 2)[0], "@")
	var out []clients.Client
	var known []string
	for _, o := range c.others {
		i := o.Identity()
		known = append(known, i.ID)
		if i.ID == selector || i.String() == selector {
			out = append(out, o)
		}
	}
	for _, p := range c.profiles {
		known = append(known, p.ID)
	}
	if !slices.Contains(known, id) {
		return nil, unknown("client", selector, known)
	}
	if basis != "" && basis != string(clients.Emulated) {
		return out, nil
	}
	emulations, err := c.profiles.Find(selector)
	for _, e := range emulations {
		out = append(out, e)
	}
	if len(out) == 0 && err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSelection, err)
	}
	return out, nil
}

func (c *Catalogue) columns(names []string) ([]deployment.Deployment, error) {
	if len(names) == 0 {
		return slices.DeleteFunc(slices.Clone(c.deployments), func(d deployment.Deployment) bool {
			return d.Kind == deployment.Hostile
		}), nil
	}
	var ids []string
	for _, d := range c.deployments {
		ids = append(ids, d.ID)
	}
	var out []deployment.Deployment
	var errs []error
	for _, name := range names {
		if i := slices.Index(ids, name); i >= 0 {
			out = append(out, c.deployments[i])
		} else {
			errs = append(errs, unknown("deployment", name, ids))
		}
	}
	return out, errors.Join(errs...)
}

func scenarioIDs(names []string) ([]string, error) {
	var ids []string
	for _, s := range judge.Scenarios() {
		ids = append(ids, s.ID)
	}
	if len(names) == 0 {
		return ids, nil
	}
	var errs []error
	for _, name := range names {
		if !slices.Contains(ids, name) {
			errs = append(errs, unknown("scenario", name, ids))
		}
	}
	return slices.DeleteFunc(ids, func(id string) bool { return !slices.Contains(names, id) }), errors.Join(errs...)
}
