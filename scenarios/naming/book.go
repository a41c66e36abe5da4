package naming

import (
	"embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/internal/strictyaml"
)

//go:embed data
var data embed.FS

// Book holds everything that is known by name.
type Book struct {
	products     []product
	libraries    []library
	bridges      []bridge
	placeholders placeholders
	signatures   []Signature
}

// matcher is a list of patterns of which one must match the whole text.
type matcher []*regexp.Regexp

// product is what users call a client.
type product struct {
	ID      string `yaml:"id"`
	Name    string `yaml:"name"`
	Profile string `yaml:"profile"`
	Edition string `yaml:"edition"`

	ClientInfo  []string `yaml:"clientInfo"`
	Registered  []string `yaml:"registered"`
	ClientURIs  []string `yaml:"clientUris"`
	SoftwareIDs []string `yaml:"softwareIds"`
	Documents   []string `yaml:"documents"`
	Redirects   []string `yaml:"redirects"`
	UserAgents  []string `yaml:"userAgents"`
	Meta        []string `yaml:"meta"`

	// PlaceholderVersions are what the product sends in place of its version.
	PlaceholderVersions []string `yaml:"placeholderVersions"`
	// ForkOf is the product that this one began as; "" for none.
	ForkOf string `yaml:"forkOf"`
	// On is the library that the product is known to be built on.
	On       *basis    `yaml:"on"`
	Evidence []backing `yaml:"evidence"`

	by map[string]matcher
}

// basis is the library that a product or a bridge is known to be built on.
type basis struct {
	Library string `yaml:"library"`
	// Series is the range of the library's versions; Of are the versions of the
	// program that it holds for, a pattern. Both are "" or neither is.
	Series string `yaml:"series"`
	Of     string `yaml:"of"`
	Why    string `yaml:"why"`

	of matcher
}

// backing is why an entry is believed.
type backing struct {
	Source string `yaml:"source"`
	Date   string `yaml:"date"`
	Basis  string `yaml:"basis"`
}

// library is what a program is built on.
type library struct {
	ID      string `yaml:"id"`
	Name    string `yaml:"name"`
	Profile string `yaml:"profile"`
	// Under is the library that this one is built on; "" for none.
	Under               string       `yaml:"under"`
	ClientInfo          []string     `yaml:"clientInfo"`
	Registered          []string     `yaml:"registered"`
	Examples            []string     `yaml:"examples"`
	PlaceholderVersions []string     `yaml:"placeholderVersions"`
	Marks               []mark       `yaml:"marks"`
	Versions            []versionRow `yaml:"versions"`
	Evidence            []backing    `yaml:"evidence"`

	names, examples matcher
}

type versionRow struct {
	Version string `yaml:"version"`
	Mark    mark   `yaml:"mark"`
}

// bridge speaks on the wire for another program.
type bridge struct {
	ID          string    `yaml:"id"`
	Name        string    `yaml:"name"`
	Profile     string    `yaml:"profile"`
	ClientInfo  []string  `yaml:"clientInfo"`
	Probes      []string  `yaml:"probes"`
	Registered  []string  `yaml:"registered"`
	SoftwareIDs []string  `yaml:"softwareIds"`
	ClientURIs  []string  `yaml:"clientUris"`
	UserAgents  []string  `yaml:"userAgents"`
	On          *basis    `yaml:"on"`
	Evidence    []backing `yaml:"evidence"`

	by map[string]matcher
}

// placeholders are values that name nobody.
type placeholders struct {
	Tests        []string `yaml:"tests"`
	Generic      []string `yaml:"generic"`
	Versions     []string `yaml:"versions"`
	WeakVersions []string `yaml:"weakVersions"`
	Agents       []string `yaml:"agents"`

	tests, generic, versions, weak, agents matcher
}

// Load reads the data that the program carries. All that is wrong with it is
// said at once.
func Load() (*Book, error) {
	b := &Book{}
	var products struct {
		Products []product `yaml:"products"`
	}
	var libraries struct {
		Libraries []library `yaml:"libraries"`
	}
	var bridges struct {
		Bridges []bridge `yaml:"bridges"`
	}
	err := errors.Join(
		strictyaml.ReadFile(data, "data/products.yaml", &products),
		strictyaml.ReadFile(data, "data/libraries.yaml", &libraries),
		strictyaml.ReadFile(data, "data/bridges.yaml", &bridges),
		strictyaml.ReadFile(data, "data/placeholders.yaml", &b.placeholders),
		readSignatures(&b.signatures),
	)
	if err != nil {
		return nil, err
	}
	b.products, b.libraries, b.bridges = products.Products, libraries.Libraries, bridges.Bridges
	if err := b.prepare(); err != nil {
		return nil, err
	}
	return b, nil
}

// prepare compiles the patterns and looks for what no type can refuse.
func (b *Book) prepare() error {
	c := &compiler{seen: map[string]bool{}}
	for i := range b.products {
		p := &b.products[i]
		c.entry(p.ID, p.Name, p.Evidence)
		p.by = map[string]matcher{}
		for field, patterns := range map[string][]string{
			"info": p.ClientInfo, "registered": p.Registered, "uri": p.ClientURIs, "software": p.SoftwareIDs,
			"document": p.Documents, "redirect": p.Redirects, "agent": p.UserAgents, "meta": p.Meta,
		} {
			p.by[field] = c.compile(p.ID, patterns)
		}
		b.basis(c, p.ID, p.On)
		if p.ForkOf != "" && (b.productOf(p.ForkOf) == nil || p.ForkOf == p.ID) {
			c.failf(p.ID, "forkOf: %q is no other product", p.ForkOf)
		}
	}
	for i := range b.libraries {
		l := &b.libraries[i]
		c.entry(l.ID, l.Name, l.Evidence)
		l.names = c.compile(l.ID, slices.Concat(l.ClientInfo, l.Registered))
		l.examples = c.compile(l.ID, l.Examples)
		for j := range l.Marks {
			c.mark(l.ID, &l.Marks[j])
		}
		for j := range l.Versions {
			c.mark(l.ID, &l.Versions[j].Mark)
		}
		if l.Under != "" && (b.library(l.Under) == nil || l.Under == l.ID) {
			c.failf(l.ID, "under: %q is no other library", l.Under)
		}
	}
	for i := range b.bridges {
		r := &b.bridges[i]
		c.entry(r.ID, r.Name, r.Evidence)
		r.by = map[string]matcher{
			"info": c.compile(r.ID, slices.Concat(r.ClientInfo, r.Probes)), "registered": c.compile(r.ID, r.Registered),
			"software": c.compile(r.ID, r.SoftwareIDs), "uri": c.compile(r.ID, r.ClientURIs), "agent": c.compile(r.ID, r.UserAgents),
			"probe": c.compile(r.ID, r.Probes),
		}
		b.basis(c, r.ID, r.On)
	}
	p := &b.placeholders
	p.tests, p.generic = c.compile("tests", p.Tests), c.compile("generic", p.Generic)
	p.versions, p.weak = c.compile("versions", p.Versions), c.compile("weakVersions", p.WeakVersions)
	p.agents = c.compile("agents", p.Agents)
	return errors.Join(c.problems...)
}

func (b *Book) basis(c *compiler, id string, on *basis) {
	switch {
	case on == nil:
		return
	case b.library(on.Library) == nil:
		c.failf(id, "unknown library %q", on.Library)
	case (on.Series == "") != (on.Of == ""), on.Why == "":
		c.failf(id, "a library needs the reason, and series and of together")
	}
	if on.Of != "" {
		on.of = c.compile(id, []string{on.Of})
	}
}

func (b *Book) library(id string) *library {
	i := slices.IndexFunc(b.libraries, func(l library) bool { return l.ID == id })
	if i < 0 {
		return nil
	}
	return &b.libraries[i]
}

// compiler compiles patterns and keeps what is wrong with them.
type compiler struct {
	seen     map[string]bool
	problems []error
}

func (c *compiler) failf(id, format string, args ...any) {
	c.problems = append(c.problems, fmt.Errorf("naming data: %s: %s", id, fmt.Sprintf(format, args...)))
}

func (c *compiler) entry(id, name string, why []backing) {
	switch {
	case id == "" || name == "":
		c.failf(id, "an entry needs id and name")
	case c.seen[id]:
		c.failf(id, "the id is there twice")
	case len(why) == 0:
		c.failf(id, "no evidence")
	}
	c.seen[id] = true
	for _, w := range why {
		_, err := time.Parse(time.DateOnly, w.Date)
		if err != nil || w.Source == "" || !slices.Contains([]string{"recorded", "source", "issue", "vendor-doc", "third-party"}, w.Basis) {
			c.failf(id, "evidence needs source, date and a basis that CONTRIBUTING.md lists: %+v", w)
		}
	}
}

func (c *compiler) compile(id string, patterns []string) matcher {
	var out matcher
	for _, p := range patterns {
		re, err := regexp.Compile("^(?is:" + p + ")$")
		if err != nil || strings.TrimSpace(p) == "" {
			c.failf(id, "pattern %q: %v", p, err)
			continue
		}
		out = append(out, re)
	}
	return out
}

// match tells whether a pattern matches, and the version that it finds.
func (m matcher) match(text string) (found string, ok bool) {
	for _, re := range m {
		if parts := re.FindStringSubmatch(text); parts != nil {
			if i := re.SubexpIndex("version"); i > 0 {
				found = version(parts[i])
			}
			return found, true
		}
	}
	return "", false
}

func (m matcher) matches(text string) bool {
	_, ok := m.match(text)
	return ok
}
