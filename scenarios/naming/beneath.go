package naming

import "cmp"

// beneath are the libraries under whoever was on the wire, the nearest first:
// those that named themselves, else those whose marks the recording bears, else
// what the book knows of the product.
func (r *reading) beneath(best *candidate, n *Name) []Layer {
	var out []Layer
	l, f := r.named()
	if l == nil {
		l, f = r.marked()
	}
	if known := r.known(best, *n); known != nil {
		if l == nil {
			l = r.book.library(known.Library)
			f = finding{layer: Layer{Name: l.Name, Evidence: known.Why}}
		}
		if l.ID == known.Library && f.layer.Version == "" && r.series(l) == "" && known.of.matches(spoke(*n).Version) {
			f.layer.Version = known.Series
			f.layer.Evidence += "; " + known.Why
		}
	}
	for ; l != nil; l, f = r.under(l) {
		f.layer.Version = cmp.Or(f.layer.Version, r.series(l))
		if l.Name != n.Product {
			out = append(out, f.seen())
			n.Exchanges = noted(n.Exchanges, f.exchange)
		}
	}
	return out
}

// spoke is who was on the wire: the bridge, where there is one.
func spoke(n Name) Layer {
	if n.Through != nil {
		return *n.Through
	}
	return Layer{Name: n.Product, Version: n.Version}
}

// known is the library that the book knows whoever was on the wire to be built
// on; nil for none.
func (r *reading) known(best *candidate, n Name) *basis {
	for _, b := range r.book.bridges {
		if b.Name == spoke(n).Name {
			return b.On
		}
	}
	if n.Through == nil && best != nil && best.product != nil {
		return best.product.On
	}
	return nil
}

// named is the first library of the book that named itself.
func (r *reading) named() (*library, finding) {
	for i := range r.book.libraries {
		if f, ok := r.libraries[r.book.libraries[i].ID]; ok {
			return &r.book.libraries[i], f
		}
	}
	return nil, finding{}
}

// marked is the first library of the book with a mark that holds.
func (r *reading) marked() (*library, finding) {
	for i := range r.book.libraries {
		if f, ok := r.bears(&r.book.libraries[i]); ok {
			return &r.book.libraries[i], f
		}
	}
	return nil, finding{}
}

func (r *reading) bears(l *library) (finding, bool) {
	for _, m := range l.Marks {
		if m.holds(r.evidence.traits) {
			return finding{layer: Layer{Name: l.Name, Evidence: m.words()}, exchange: r.evidence.traits.first}, true
		}
	}
	return finding{}, false
}

// under is the library beneath a library.
func (r *reading) under(l *library) (*library, finding) {
	below := r.book.library(l.Under)
	if below == nil {
		return nil, finding{}
	}
	if f, ok := r.libraries[below.ID]; ok {
		return below, f
	}
	if f, ok := r.bears(below); ok {
		return below, f
	}
	return below, finding{layer: Layer{Name: below.Name, Evidence: l.Name + " is built on it"}}
}

// series is the range of versions whose habits the recording shows; "" when it
// shows those of none.
func (r *reading) series(l *library) string {
	for _, row := range l.Versions {
		if row.Mark.holds(r.evidence.traits) {
			return row.Version
		}
	}
	return ""
}
