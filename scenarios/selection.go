package scenarios

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
)

// ErrSelection is wrapped by every error about a selection.
var ErrSelection = errors.New("selection")

// All selects everything there is, where names are asked for: of clients the
// historical variants too, of deployments the hostile ones too.
const All = "all"

// Selection names what to run. An empty list means the default: all current
// clients, the deployments of the suite main, all scenarios.
type Selection struct {
	Clients     []string `yaml:"clients"`     // names, or [All]
	Deployments []string `yaml:"deployments"` // names, or [All]
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
	Deployment *deployment.Deployment
	// Brief says that the cell is one of thousands, measured for the breadth of
	// the matrix: consent is given over plain HTTP unless a browser was asked
	// for, no recording is kept, and of the findings only those that are not
	// good. To see more of it, it is named and measured again.
	Brief bool
}

// Name is client@version/deployment.
func (s CellSpec) Name() string { return s.Client.Identity().String() + "/" + s.Deployment.ID }

// inProcess reports whether the servers of the cell run in this process.
func (s CellSpec) inProcess() bool {
	return cmp.Or(s.Deployment.Provider, deployment.Embedded) == deployment.Embedded
}

// startsPrograms reports whether other programs run in the cell, as its servers
// or as its client.
func (s CellSpec) startsPrograms() bool {
	basis := s.Client.Identity().Basis
	return !s.inProcess() || basis == clients.Real || basis == clients.SDK
}

// Standing names the cell as the accepted results do.
func (s CellSpec) Standing() report.Standing {
	id := s.Client.Identity()
	out := report.Standing{Client: id.String(), Deployment: s.Deployment.ID, Basis: string(id.Basis)}
	if id.Basis == clients.Emulated {
		out.Basis = ""
	}
	return out
}

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
	main, err := c.suite(MainSuite)
	if err != nil {
		return Plan{}, err
	}
	if len(s.Deployments) == 0 {
		s.Deployments = main.Selection.Deployments
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
	plan := Plan{Scenarios: ids, Skipped: c.otherReleases(s, rows)}
	everything := slices.Contains(s.Clients, All) || slices.Contains(s.Deployments, All)
	for i := range columns {
		d := &columns[i]
		for _, r := range rows {
			spec := CellSpec{Client: r, Deployment: d}
			spec.Brief = everything && (!current(r) || !slices.Contains(main.Selection.Deployments, d.ID))
			if everything && !c.worthIt(spec) {
				continue
			}
			plan.Cells = append(plan.Cells, spec)
		}
	}
	if len(plan.Cells) == 0 {
		return Plan{}, fmt.Errorf("%w: nothing is selected: no %s client among %s",
			ErrSelection, s.Basis, strings.Join(s.Clients, ", "))
	}
	return plan, nil
}

// otherReleases are those that were named and are left to their emulations,
// because no basis was asked for that would have them installed.
func (c *Catalogue) otherReleases(s Selection, rows []clients.Client) []report.Skipped {
	var out []report.Skipped
	for _, selector := range s.Clients {
		id, version, _ := strings.Cut(strings.SplitN(selector, "+", 2)[0], "@")
		of := func(o clients.Client) bool {
			return o.Identity().ID == id && (o.Identity().Basis == clients.Real || o.Identity().Basis == clients.SDK)
		}
		i := slices.IndexFunc(c.others, of)
		if s.Basis != "" || version == "" || c.release == nil || i < 0 || slices.ContainsFunc(rows, of) {
			continue
		}
		known := c.others[i].Identity()
		out = append(out, report.Skipped{
			What: fmt.Sprintf("client %s@%s (%s)", id, version, known.Basis),
			Why: fmt.Sprintf("this is the emulation; --basis %s installs and measures another release than %s, which the adapter is made for",
				known.Basis, known.Version),
		})
	}
	return out
}

// current tells how a client behaves today from its historical variants.
func current(c clients.Client) bool {
	e, ok := c.(*emulated.Client)
	return !ok || e.Variant() == nil || e.Variant().Current
}

// worthIt reports whether a measurement of everything takes a cell. Those that
// cost milliseconds always; those for which other programs or containers have to
// start, which costs seconds, only where a suite has them. Whoever wants more
// names it, and the nightly run has all deployments that matter to releases.
func (c *Catalogue) worthIt(spec CellSpec) bool {
	switch {
	case !spec.inProcess():
		return c.inSuite(ContainerSuite, spec)
	case spec.startsPrograms():
		s, err := c.suite(ReleasedSuite)
		return err == nil && slices.Contains(s.Selection.Deployments, spec.Deployment.ID)
	default:
		return true
	}
}

// inSuite reports whether a suite names the client and the deployment.
func (c *Catalogue) inSuite(id string, spec CellSpec) bool {
	s, err := c.suite(id)
	return err == nil && slices.Contains(s.Selection.Clients, spec.Client.Identity().ID) && current(spec.Client) &&
		slices.Contains(s.Selection.Deployments, spec.Deployment.ID)
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
		Scenarios: pick(s.Scenarios, suite.Scenarios), Basis: cmp.Or(s.Basis, suite.Basis),
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

// rows resolves client selectors; without any, every current client, and with
// All every variant.
func (c *Catalogue) rows(s Selection) ([]clients.Client, error) {
	basis := []string{"", string(clients.Emulated), string(clients.Real), string(clients.SDK), ProbeBasis}
	if !slices.Contains(basis, s.Basis) {
		return nil, unknown("basis", s.Basis, basis[1:])
	}
	if slices.Contains(s.Clients, All) {
		return c.everyRow(s)
	}
	if len(s.Clients) == 0 {
		rows, err := c.everyRow(s)
		return slices.DeleteFunc(rows, func(r clients.Client) bool { return !current(r) }), err
	}
	var out []clients.Client
	var errs []error
	for _, selector := range s.Clients {
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

// everyRow returns all rows of the basis.
func (c *Catalogue) everyRow(s Selection) ([]clients.Client, error) {
	if len(s.Clients) > 1 {
		return nil, fmt.Errorf("%w: %q names every client, so no other name can stand beside it", ErrSelection, All)
	}
	return slices.DeleteFunc(c.Clients(), func(r clients.Client) bool {
		return s.Basis != "" && string(r.Identity().Basis) != s.Basis
	}), nil
}

// find resolves one selector among profiles and other clients. An id may have
// rows of several bases (the emulation and the released program): it selects
// them all. Another release of a program than the one that its adapter is made
// for is had where nothing else is meant: it may have to be installed.
func (c *Catalogue) find(selector, basis string) ([]clients.Client, error) {
	id, version, _ := strings.Cut(strings.SplitN(selector, "+", 2)[0], "@")
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
	var err error
	if basis == "" || basis == string(clients.Emulated) {
		var emulations []*emulated.Client
		emulations, err = c.profiles.Find(selector)
		for _, e := range emulations {
			out = append(out, e)
		}
	}
	if len(out) == 0 && version != "" && basis != string(clients.Emulated) {
		_, exact, _ := strings.Cut(selector, "@")
		other, failed := c.another(id, exact)
		if other != nil {
			return []clients.Client{other}, nil
		}
		err = errors.Join(err, failed)
	}
	if len(out) == 0 && err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSelection, err)
	}
	return out, nil
}

// another returns another release of a program that there is a row of; nil
// where there is no such row.
func (c *Catalogue) another(id, version string) (clients.Client, error) {
	is := func(o clients.Client) bool { return o.Identity().ID == id && o.Identity().Basis != ProbeBasis }
	if c.release == nil || !slices.ContainsFunc(c.others, is) {
		return nil, nil //nolint:nilnil // documented: there is none
	}
	return c.release(id, version)
}

func (c *Catalogue) columns(names []string) ([]deployment.Deployment, error) {
	if slices.Contains(names, All) {
		if len(names) > 1 {
			return nil, fmt.Errorf("%w: %q names every deployment, so no other name can stand beside it", ErrSelection, All)
		}
		return slices.Clone(c.deployments), nil
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
