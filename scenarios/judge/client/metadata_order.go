package client

import (
	"net/url"
	"slices"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// serverMetadataOrder compares the requests for the metadata of each named
// issuer with the prescribed places.
func serverMetadataOrder(v *reading.View) check.Result {
	for _, issuer := range v.Named() {
		if r := orderFor(v, issuer); r.State != check.NotSeen {
			return r
		}
	}
	return check.Unseen()
}

func orderFor(v *reading.View, issuer string) check.Result {
	want := reading.WellKnownOf(issuer)
	next, seen, last := 0, []int(nil), reading.Document{}
	for _, d := range v.ServerMetadata {
		i := slices.Index(want, d.Request.URL)
		switch {
		case i < 0:
			continue
		case i > next:
			return check.Bad("first "+reading.PathOf(want[next]), "first "+reading.PathOf(d.Request.URL), d.ID)
		case d.Usable() && !v.Unfit(d):
			next = 0 // found; a later round starts again
		default:
			next = i + 1
		}
		seen, last = append(seen, d.ID), d
	}
	switch {
	case len(seen) == 0:
		return misplaced(v, issuer, want)
	case next < len(want) && gaveUp(v, last, next):
		return check.Bad("then "+reading.PathOf(want[next]),
			"never asked for it, after "+reading.Status(last.Exchange)+" for "+reading.PathOf(last.Request.URL), last.ID)
	}
	return check.Good("in order for "+issuer, seen...)
}

// gaveUp reports whether a client stopped at a place that failed although there
// are more. A client that stops at the first one that does not exist knows one
// kind of metadata only, which is a rule of its own.
func gaveUp(v *reading.View, last reading.Document, tried int) bool {
	const bothKinds = 2
	return len(v.Attempts) > 0 && last.Status >= 400 && (last.Status >= 500 || tried >= bothKinds)
}

// misplaced is for a client that asked the named authorization server for
// metadata, and at no place where it can be: with a slash too many, or without
// the path of the issuer.
func misplaced(v *reading.View, issuer string, want []string) check.Result {
	at, err := url.Parse(issuer)
	if err != nil || len(want) == 0 {
		return check.Unseen()
	}
	for _, d := range v.ServerMetadata {
		u, err := url.Parse(d.Request.URL)
		if err == nil && u.Scheme == at.Scheme && u.Host == at.Host && v.Origin() != u.Scheme+"://"+u.Host {
			return check.Bad("first "+reading.PathOf(want[0]), "first "+reading.PathOf(d.Request.URL), d.ID)
		}
	}
	return check.Unseen()
}
