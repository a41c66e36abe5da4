package naming

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// via is how a bridge adds itself to the name of the program behind it.
const via = `^(.+?) \(via ([\w@/.-]+) v?([^)\s]+)\)$`

// claim makes a candidate or a layer of one statement.
func (r *reading) claim(c claim) {
	switch c.source {
	case Initialize, Meta:
		r.own(c)
	case SoftwareID:
		r.registered(c, "software")
	case Registration:
		if c.field == "uri" {
			r.registered(c, "uri")
			return
		}
		r.registered(c, "registered")
	case Document:
		r.document(c)
	case Redirect:
		if p, _ := r.book.product("redirect", c.name); p != nil {
			r.candidate(candidate{product: p, rank: knownRedirect, source: c.source, exchange: c.exchange})
		}
	case UserAgent:
		r.agent(c)
	case Label:
	}
}

// product is the first product that the text belongs to, with the version that
// the text states.
func (b *Book) product(field, text string) (*product, string) {
	for i := range b.products {
		if v, ok := b.products[i].by[field].match(text); ok {
			return &b.products[i], v
		}
	}
	return nil, ""
}

// own reads what the program calls itself in MCP.
func (r *reading) own(c claim) {
	if c.field == "key" {
		if p, _ := r.book.product("meta", c.name); p != nil {
			r.candidate(candidate{product: p, rank: knownRegister, source: c.source, exchange: c.exchange})
		}
		return
	}
	if parts := regexp.MustCompile(via).FindStringSubmatch(c.name); parts != nil {
		r.bridge(finding{
			layer:  Layer{Name: parts[2], Version: version(parts[3]), Evidence: "clientInfo " + c.name},
			source: c.source, profile: r.book.bridgeProfile(parts[2]), exchange: c.exchange,
		})
		c.name = parts[1]
	}
	if r.isBridge(c, "info", "clientInfo ") {
		return
	}
	full := ownName
	if c.source == Meta {
		full = ownMeta
	}
	known, _ := r.book.product("info", c.name)
	switch {
	case c.field == "title" && known == nil: // the name beside it says as much
	case known != nil:
		r.candidate(candidate{product: known, version: c.version, rank: full, source: c.source, exchange: c.exchange})
	case r.isLibrary(c, "clientInfo "):
	default:
		r.candidate(candidate{name: c.name, version: c.version, rank: r.book.worth(c.name, full), source: c.source, exchange: c.exchange})
	}
}

// worth is the rank of an unknown name: less than full for a placeholder.
func (b *Book) worth(name string, full rank) rank {
	switch {
	case b.placeholders.generic.matches(name):
		return genericName
	case b.placeholders.tests.matches(name):
		return testName
	}
	return full
}

// registered reads a member of a registration.
func (r *reading) registered(c claim, field string) {
	words := map[string]string{"registered": "registered as ", "uri": "client_uri ", "software": "software_id "}[field]
	if r.isBridge(c, field, words) {
		return
	}
	known, _ := r.book.product(field, c.name)
	switch {
	case known != nil:
		r.candidate(candidate{product: known, version: c.version, rank: knownRegister, source: c.source, exchange: c.exchange})
	case field != "registered": // an unknown id or address is no name
	case r.isLibrary(c, words):
	default:
		r.candidate(candidate{
			name: c.name, version: c.version, rank: r.book.worth(c.name, unknownRegister), source: c.source, exchange: c.exchange,
		})
	}
}

// document reads a client ID metadata document: who serves it, and its
// client_name where the document is on the recording.
func (r *reading) document(c claim) {
	if c.field == "" {
		r.registered(c, "registered")
		return
	}
	if known, _ := r.book.product("document", c.name); known != nil {
		r.candidate(candidate{product: known, rank: knownRegister, source: c.source, exchange: c.exchange})
		return
	}
	if u, err := url.Parse(c.name); err == nil && u.Hostname() != "" {
		r.candidate(candidate{name: "the client of " + u.Hostname(), rank: documentHost, source: c.source, exchange: c.exchange})
	}
}

// product/version, as RFC 9110 section 10.1.5 has it; blanks in the product
// occur.
const firstProduct = `^([\w@][\w@/. -]{0,60}?)/(v?[0-9][\w.+-]*)(?:[ (;].*)?$`

func (r *reading) agent(c claim) {
	if r.isBridge(c, "agent", "User-Agent ") {
		return
	}
	if known, v := r.book.product("agent", c.name); known != nil {
		r.candidate(candidate{product: known, version: v, rank: knownAgent, source: c.source, exchange: c.exchange})
		return
	}
	parts := regexp.MustCompile(firstProduct).FindStringSubmatch(c.name)
	if parts == nil || r.book.placeholders.agents.matches(c.name) {
		return
	}
	r.candidate(candidate{
		name: parts[1], version: version(parts[2]), rank: r.book.worth(parts[1], unknownAgent), source: c.source, exchange: c.exchange,
	})
}

// isBridge takes down a bridge that the claim names.
func (r *reading) isBridge(c claim, field, words string) bool {
	for _, b := range r.book.bridges {
		v, ok := b.by[field].match(c.name)
		if !ok {
			continue
		}
		if !b.by["probe"].matches(c.name) {
			v = cmp.Or(v, c.version)
		}
		if r.book.placeholders.versions.matches(v) {
			v = ""
		}
		r.bridge(finding{
			layer:  Layer{Name: b.Name, Version: v, Evidence: words + c.name},
			source: c.source, profile: b.Profile, exchange: c.exchange,
		})
		return true
	}
	return false
}

func (b *Book) bridgeProfile(name string) string {
	for _, known := range b.bridges {
		if known.Name == name {
			return known.Profile
		}
	}
	return ""
}

// bridge keeps the first bridge; one that states its version is worth more.
func (r *reading) bridge(f finding) {
	if r.through == nil || r.through.layer.Version == "" && r.through.layer.Name == f.layer.Name && f.layer.Version != "" {
		r.through = &f
	}
}

// isLibrary takes down a library whose own name the claim is. The name of an
// example is a name besides, though it is worth little.
func (r *reading) isLibrary(c claim, words string) bool {
	for _, l := range r.book.libraries {
		own, example := l.names.matches(c.name), l.examples.matches(c.name)
		if !own && !example {
			continue
		}
		f := finding{layer: Layer{Name: l.Name, Evidence: words + c.name}, source: c.source, exchange: c.exchange}
		if own && !l.placeholder(c.version) && !r.book.placeholders.versions.matches(c.version) {
			f.layer.Version = c.version
		}
		if old, ok := r.libraries[l.ID]; !ok || old.layer.Version == "" {
			r.libraries[l.ID] = f
		}
		if example {
			r.candidate(candidate{name: c.name, rank: exampleName, source: c.source, exchange: c.exchange})
		}
		return true
	}
	return false
}

func (l library) placeholder(v string) bool { return slices.Contains(l.PlaceholderVersions, v) }

// label reads what the recording calls the client: id@version[+condition].
func (r *reading) label(s trace.Setting) {
	at := strings.LastIndexByte(s.Client, '@')
	if at <= 0 {
		return
	}
	name, rest := clean(s.Client[:at], maxName), s.Client[at+1:]
	rest, _, _ = strings.Cut(rest, "+")
	v := version(rest)
	for _, c := range r.evidence.claims {
		if c.source == Initialize && strings.ReplaceAll(c.name, " ", "-") == name && c.version == v {
			return // it was read off initialize
		}
	}
	rank := labelled
	if s.Deployment != "" {
		rank = measured
	}
	switch p, l, b := r.book.productOf(name), r.book.library(name), r.book.bridgeProfile(name); {
	case p != nil:
		r.candidate(candidate{product: p, version: v, rank: rank, source: Label})
	case l != nil && rank == measured:
		r.candidate(candidate{name: l.Name, version: v, profile: l.Profile, rank: rank, source: Label})
	case l != nil:
		r.libraries[l.ID] = finding{layer: Layer{Name: l.Name, Version: v, Evidence: string(Label)}, source: Label}
	case b != "" && rank == labelled:
		r.bridge(finding{layer: Layer{Name: name, Version: v, Evidence: string(Label)}, source: Label, profile: b})
	default:
		r.candidate(candidate{name: name, version: v, rank: min(rank, r.book.worth(name, rank)), source: Label})
	}
}

// productOf is the product with this id, or whose profile has it.
func (b *Book) productOf(id string) *product {
	var found *product
	for i := range b.products {
		p := &b.products[i]
		if p.ID == id {
			return p
		}
		if p.Profile == id && found == nil {
			found = p
		}
	}
	return found
}
