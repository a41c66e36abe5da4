package scenarios

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// Catalogue is everything there is to select from.
type Catalogue struct {
	profiles    emulated.Profiles
	others      []clients.Client
	release     func(id, version string) (clients.Client, error)
	documents   documents.Store
	deployments []deployment.Deployment
	suites      []Suite
	book        *requirement.Book
}

// CatalogueOptions add to what is built in.
type CatalogueOptions struct {
	// Clients are rows that do not come from a profile: released programs and
	// SDKs.
	Clients []clients.Client
	// Release returns a client for an exact release of a program of which
	// Clients has another release; nil means that there are no others.
	Release func(id, version string) (clients.Client, error)
	// ProfileDirs hold further profiles as YAML files; below them documents/ may
	// hold client ID metadata documents, and recordings/ what evidence names.
	ProfileDirs []string
	// DeploymentDirs hold further deployments as YAML files.
	DeploymentDirs []string
}

// NewCatalogue reads all data. What is good is returned together with one
// joined error that names every bad file and line, so that a caller may still
// list; a caller that means to run must not.
func NewCatalogue(o CatalogueOptions) (*Catalogue, error) {
	c := &Catalogue{others: append([]clients.Client{servers{}}, o.Clients...), release: o.Release}
	var errs []error
	note := func(err error) { errs = append(errs, err) }
	var err error
	c.profiles, err = emulated.All()
	note(err)
	c.documents, err = documents.All()
	note(err)
	for _, dir := range o.ProfileDirs {
		note(c.addProfiles(dir))
	}
	c.deployments, err = deployment.Catalogue()
	note(err)
	for _, dir := range o.DeploymentDirs {
		more, err := deployment.LoadDir(dir)
		note(err)
		c.deployments, err = deployment.Join(c.deployments, more)
		note(err)
	}
	c.book, err = requirement.Default()
	note(err)
	c.suites, err = loadSuites()
	note(err)
	if err := errors.Join(errs...); err != nil {
		return c, err // a suite may name what is missing only for that reason
	}
	for _, s := range c.suites {
		if _, err := c.Select(s.Selection); err != nil {
			note(fmt.Errorf("suites/%s.yaml: %w", s.ID, err))
		}
	}
	return c, errors.Join(errs...)
}

// addProfiles adds the profiles of a directory, and the metadata documents that
// lie below it.
func (c *Catalogue) addProfiles(dir string) error {
	more, errProfiles := emulated.LoadDir(dir)
	profiles, errTwice := emulated.Join(c.profiles, more)
	c.profiles = profiles
	own, errDocuments := documents.LoadDir(filepath.Join(dir, "documents"))
	if errors.Is(errDocuments, fs.ErrNotExist) {
		errDocuments = nil // most clients have none
	}
	var errSame error
	c.documents, errSame = documents.Join(c.documents, own)
	errs := []error{errProfiles, errTwice, errDocuments, errSame}
	for _, p := range more {
		errs = append(errs, p.Undocumented(func(url string) bool { _, _, ok := c.documents.Document(url); return ok }))
	}
	return errors.Join(errs...)
}

// Documents are the captured client ID metadata documents.
func (c *Catalogue) Documents() documents.Store { return c.documents }

// Clients returns every row: the emulated clients, then the others, of which
// the first are the deployments' own servers.
func (c *Catalogue) Clients() []clients.Client {
	return append(c.profiles.Clients(), c.others...)
}

// Profiles are the emulated clients as data.
func (c *Catalogue) Profiles() emulated.Profiles { return c.profiles }

// Deployments returns every column.
func (c *Catalogue) Deployments() []deployment.Deployment { return slices.Clone(c.deployments) }

// Scenarios returns C.1 to C.10.
func (c *Catalogue) Scenarios() []judge.Scenario { return judge.Scenarios() }

// Checks returns every check: of what clients do, then of what the prober tries.
func (c *Catalogue) Checks() []check.Check { return append(judge.Checks(), judge.ProbeChecks()...) }

// Book is the law book.
func (c *Catalogue) Book() *requirement.Book { return c.book }

// Suites returns every suite.
func (c *Catalogue) Suites() []Suite { return slices.Clone(c.suites) }
