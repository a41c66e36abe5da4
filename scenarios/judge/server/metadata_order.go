package server

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// metadataPublished judges the authorization server by what a client found
// that looked at every place.
func metadataPublished(v *reading.View) check.Result {
	for _, issuer := range v.Named() {
		var ids []int
		found, missing := false, 0
		for _, place := range reading.WellKnownOf(issuer) {
			i := slices.IndexFunc(v.ServerMetadata, func(d reading.Document) bool { return d.Request.URL == place && d.Response != nil })
			if i < 0 {
				missing++
				continue
			}
			ids = append(ids, v.ServerMetadata[i].ID)
			found = found || v.ServerMetadata[i].Usable()
		}
		switch {
		case found:
			return check.Good("metadata of "+issuer, ids...)
		case missing == 0 && len(ids) > 0:
			return check.Bad("metadata of "+issuer+" at a well-known URI", "none at any of "+check.Count(len(ids), "place"), ids...)
		}
	}
	return check.Unseen()
}

// misnamed reports whether the resource metadata calls an authorization server
// by a name that it does not have: its own metadata agrees with what its operator
// configured or, where nobody knows that, with the place at which it is.
func misnamed(v *reading.View, d reading.Document) bool {
	named, own := issuerFor(v, d), reading.Text(d.JSON, "issuer")
	if named == "" || own == named {
		return false
	}
	if v.Rec.Setting.Deployment != "" {
		return own == v.Rec.Setting.Issuer
	}
	// The place of an issuer with a slash at its end is that of the one without.
	return strings.TrimSuffix(own, "/") != strings.TrimSuffix(named, "/") && slices.Contains(reading.WellKnownOf(own), d.Request.URL)
}

func namesIssuer(v *reading.View, d reading.Document) check.Result {
	named, own := issuerFor(v, d), reading.Text(d.JSON, "issuer")
	switch {
	case !d.Usable():
		return check.Unseen()
	case named == "":
		return namedNowhere(v, d)
	case misnamed(v, d):
		return check.Bad("authorization_servers with "+reading.Quote(own), "authorization_servers with "+reading.Quote(named), d.ID)
	case named == own:
		return check.Good("authorization_servers with "+reading.Quote(named), d.ID)
	}
	return check.Unseen()
}

// namedNowhere looks at metadata that a client found at the root although the
// resource metadata names an issuer with a path: where nothing is at the places of
// the named issuer, and the document is that of the origin by its own words, the
// resource metadata names something that is no issuer identifier.
func namedNowhere(v *reading.View, d reading.Document) check.Result {
	own := reading.Text(d.JSON, "issuer")
	if !slices.Contains(reading.WellKnownOf(own), d.Request.URL) || slices.Contains(v.Named(), own) {
		return check.Unseen()
	}
	for _, named := range v.Named() {
		ids := []int{d.ID}
		missing := 0
		for _, place := range reading.WellKnownOf(named) {
			i := slices.IndexFunc(v.ServerMetadata, func(d reading.Document) bool {
				return d.Request.URL == place && d.Response != nil && d.Status/100 == 4
			})
			if i < 0 {
				missing++
				continue
			}
			ids = append(ids, v.ServerMetadata[i].ID)
		}
		if sameHost(named, own) && missing == 0 && len(ids) > 1 {
			return check.Bad("authorization_servers with "+reading.Quote(own), "authorization_servers with "+reading.Quote(named), ids...)
		}
	}
	return check.Unseen()
}
