package server

import (
	"slices"

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
// by a name that it does not have: its own metadata agrees with what its
// operator configured.
func misnamed(v *reading.View, d reading.Document) bool {
	named, own := v.IssuerOf(d), reading.Text(d.JSON, "issuer")
	return named != "" && own != named && own == v.Rec.Setting.Issuer
}

func namesIssuer(v *reading.View, d reading.Document) check.Result {
	named, own := v.IssuerOf(d), reading.Text(d.JSON, "issuer")
	switch {
	case !d.Usable() || named == "":
		return check.Unseen()
	case misnamed(v, d):
		return check.Bad("authorization_servers with "+reading.Quote(own), "authorization_servers with "+reading.Quote(named), d.ID)
	case named == own:
		return check.Good("authorization_servers with "+reading.Quote(named), d.ID)
	}
	return check.Unseen()
}
