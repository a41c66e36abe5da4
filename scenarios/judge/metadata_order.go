package judge

import (
	"net/url"
	"slices"
)

// serverMetadataOrder compares the requests for the metadata of each named
// issuer with the prescribed places.
func serverMetadataOrder(v *View) Result {
	for _, issuer := range v.named() {
		if r := v.orderFor(issuer); r.State != Unseen {
			return r
		}
	}
	return unseen()
}

func (v *View) orderFor(issuer string) Result {
	want := wellKnownOf(issuer)
	next, seen, last := 0, []int(nil), Document{}
	for _, d := range v.ServerMetadata {
		i := slices.Index(want, d.Request.URL)
		switch {
		case i < 0:
			continue
		case i > next:
			return bad("first "+pathOf(want[next]), "first "+pathOf(d.Request.URL), d.ID)
		case d.usable() && !v.unfit(d):
			next = 0 // found; a later round starts again
		default:
			next = i + 1
		}
		seen, last = append(seen, d.ID), d
	}
	switch {
	case len(seen) == 0:
		return v.misplaced(issuer, want)
	case next < len(want) && v.gaveUp(last, next):
		return bad("then "+pathOf(want[next]), "never asked for it, after "+status(last.Exchange)+" for "+pathOf(last.Request.URL), last.ID)
	}
	return good("in order for "+issuer, seen...)
}

// gaveUp reports whether a client stopped at a place that failed although there
// are more. A client that stops at the first one that does not exist knows one
// kind of metadata only, which is a rule of its own.
func (v *View) gaveUp(last Document, tried int) bool {
	const bothKinds = 2
	return len(v.Attempts) > 0 && last.Status >= 400 && (last.Status >= 500 || tried >= bothKinds)
}

// misplaced is for a client that asked the named authorization server for
// metadata, and at no place where it can be: with a slash too many, or without
// the path of the issuer.
func (v *View) misplaced(issuer string, want []string) Result {
	at, err := url.Parse(issuer)
	if err != nil || len(want) == 0 {
		return unseen()
	}
	for _, d := range v.ServerMetadata {
		u, err := url.Parse(d.Request.URL)
		if err == nil && u.Scheme == at.Scheme && u.Host == at.Host && v.origin() != u.Scheme+"://"+u.Host {
			return bad("first "+pathOf(want[0]), "first "+pathOf(d.Request.URL), d.ID)
		}
	}
	return unseen()
}

// metadataPublished judges the authorization server by what a client found
// that looked at every place.
func metadataPublished(v *View) Result {
	for _, issuer := range v.named() {
		var ids []int
		found, missing := false, 0
		for _, place := range wellKnownOf(issuer) {
			i := slices.IndexFunc(v.ServerMetadata, func(d Document) bool { return d.Request.URL == place && d.Response != nil })
			if i < 0 {
				missing++
				continue
			}
			ids = append(ids, v.ServerMetadata[i].ID)
			found = found || v.ServerMetadata[i].usable()
		}
		switch {
		case found:
			return good("metadata of "+issuer, ids...)
		case missing == 0 && len(ids) > 0:
			return bad("metadata of "+issuer+" at a well-known URI", "none at any of "+count(len(ids), "place"), ids...)
		}
	}
	return unseen()
}

// misnamed reports whether the resource metadata calls an authorization server
// by a name that it does not have: its own metadata agrees with what its
// operator configured.
func (v *View) misnamed(d Document) bool {
	named, own := v.issuerOf(d), text(d.JSON, "issuer")
	return named != "" && own != named && own == v.Rec.Setting.Issuer
}

func (v *View) namesIssuer(d Document) Result {
	named, own := v.issuerOf(d), text(d.JSON, "issuer")
	switch {
	case !d.usable() || named == "":
		return unseen()
	case v.misnamed(d):
		return bad("authorization_servers with "+quote(own), "authorization_servers with "+quote(named), d.ID)
	case named == own:
		return good("authorization_servers with "+quote(named), d.ID)
	}
	return unseen()
}
