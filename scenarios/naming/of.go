package naming

import (
	"cmp"
	"slices"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// candidate is a name that the client may have, and what it is worth.
type candidate struct {
	name, edition, profile string
	version                string
	rank                   rank
	source                 Source
	exchange               int
	product                *product // nil for a name that the book does not know
}

// rank orders candidates: a higher one wins, of equal ones the first.
type rank int

// The ranks. A program's own name is taken before anything else; what it
// registered is told apart by whether the book knows it.
const (
	genericName     rank = iota + 1 // a name that many programs have
	testName                        // a name for a trial of the program's own
	exampleName                     // the name of a library's example
	labelled                        // what the recording is labelled
	documentHost                    // where an unknown metadata document lies
	unknownAgent                    // a User-Agent that the book does not know
	knownRedirect                   // a redirect URI that belongs to one product
	unknownRegister                 // a registered name that the book does not know
	knownAgent
	knownRegister
	ownMeta
	ownName
	measured // what was run, and not what it says of itself
)

// Of names the client of a recording. It takes the wire before the recording's
// own label, except for a run of this project, which knows what it ran.
func (b *Book) Of(rec *trace.Recording) Name {
	if rec == nil {
		return Name{}
	}
	r := &reading{book: b, evidence: gather(rec), libraries: map[string]finding{}}
	for _, c := range r.evidence.claims {
		r.claim(c)
	}
	r.label(rec.Setting)
	return r.name()
}

// reading is what has been made of the claims so far.
type reading struct {
	book       *Book
	evidence   evidence
	candidates []candidate
	through    *finding
	libraries  map[string]finding // by id
}

// finding is a layer with the exchange that shows it.
type finding struct {
	layer    Layer
	source   Source
	profile  string
	exchange int
}

// seen is the layer with the exchange.
func (f finding) seen() Layer {
	f.layer.Exchange = f.exchange
	return f.layer
}

func (r *reading) candidate(c candidate) {
	if c.product != nil {
		c.name, c.edition, c.profile = c.product.Name, c.product.Edition, c.product.Profile
	}
	r.candidates = append(r.candidates, c)
}

// best is the candidate that wins; nil when there is none.
func (r *reading) best() *candidate {
	var best *candidate
	for i := range r.candidates {
		if best == nil || r.candidates[i].rank > best.rank {
			best = &r.candidates[i]
		}
	}
	return best
}

// name puts the answer together.
func (r *reading) name() Name {
	best, n := r.best(), Name{}
	switch {
	case best != nil && (best.rank > testName || r.through == nil):
		n = Name{Product: best.name, Edition: best.edition, Profile: best.profile, Source: best.source}
		n.Version, n.at = r.version(*best), best.exchange
		n.Exchanges = noted(n.Exchanges, best.exchange)
		n.Others = r.others(*best)
		if r.through != nil && r.through.layer.Name != n.Product {
			through := r.through.seen()
			n.Through = &through
			n.Exchanges = noted(n.Exchanges, r.through.exchange)
		}
	case r.through != nil: // nothing but the bridge is known: it is the client
		n = Name{Product: r.through.layer.Name, Version: r.through.layer.Version, Source: r.through.source, Profile: r.through.profile}
		n.at = r.through.exchange
		n.Exchanges = noted(n.Exchanges, n.at)
	}
	n.Beneath = r.beneath(best, &n)
	return n
}

// same tells whether two candidates are one program under two names.
func same(a, b candidate) bool { return a.name == b.name || plain(a.name) == plain(b.name) }

// version is the best version that a source states of the program: the first
// real one, else the first that many programs have in place of one.
func (r *reading) version(of candidate) string {
	stated := slices.Clone(r.candidates)
	slices.SortStableFunc(stated, func(a, b candidate) int { return cmp.Compare(b.rank, a.rank) })
	weak := ""
	for _, c := range stated {
		if c.version == "" || !same(c, of) || r.book.placeholders.versions.matches(c.version) ||
			c.product != nil && slices.Contains(c.product.PlaceholderVersions, c.version) {
			continue
		}
		if !r.book.placeholders.weak.matches(c.version) {
			return c.version
		}
		weak = cmp.Or(weak, c.version)
	}
	if of.rank <= exampleName {
		return ""
	}
	return weak
}

// others are the names that do not fit the one that won.
func (r *reading) others(best candidate) []string {
	var out []string
	for _, c := range r.candidates {
		if c.rank < unknownAgent || same(c, best) || slices.Contains(out, c.name) || len(out) == maxOthers {
			continue
		}
		out = append(out, c.name)
	}
	return out
}
