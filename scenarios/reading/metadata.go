package reading

import (
	"net/url"
	"slices"
	"strings"
)

// Identifies reports whether a resource identifier is that of the MCP server:
// the URL the client was given, or its origin. Scheme and host compare without
// case, and one trailing slash counts for nothing (RFC 3986 section 6.2.3).
func (v *View) Identifies(resource string) bool {
	m, err := url.Parse(v.Rec.Setting.MCPURL)
	if err != nil || resource == "" {
		return false
	}
	r, err := url.Parse(resource)
	if err != nil || r.Fragment != "" {
		return false
	}
	trim := func(p string) string { return strings.TrimSuffix(p, "/") }
	return strings.EqualFold(r.Scheme, m.Scheme) && strings.EqualFold(r.Host, m.Host) &&
		(trim(r.Path) == trim(m.Path) || trim(r.Path) == "")
}

// WellKnownOf lists the metadata URLs of an issuer in the prescribed order.
func WellKnownOf(issuer string) []string {
	u, err := url.Parse(issuer)
	if err != nil {
		return nil
	}
	origin, path := u.Scheme+"://"+u.Host, strings.TrimSuffix(u.Path, "/")
	list := []string{
		origin + "/.well-known/oauth-authorization-server" + path,
		origin + "/.well-known/openid-configuration" + path,
	}
	if path != "" {
		list = append(list, origin+path+"/.well-known/openid-configuration")
	}
	return list
}

// appended is where a server may have its metadata against RFC 8414 section 3.1:
// the well-known path behind that of the issuer.
func appended(issuer string) string {
	return strings.TrimSuffix(issuer, "/") + "/.well-known/oauth-authorization-server"
}

// Named are the issuers that resource metadata named.
func (v *View) Named() []string {
	var out []string
	for _, d := range v.ResourceMetadata {
		for _, s := range Texts(d.JSON, "authorization_servers") {
			if d.Usable() && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// IssuerOf is the named issuer from which the document's URL was made.
func (v *View) IssuerOf(d Document) string {
	for _, issuer := range v.Named() {
		if slices.Contains(WellKnownOf(issuer), d.Request.URL) || appended(issuer) == d.Request.URL {
			return issuer
		}
	}
	return ""
}

// IsDocumentURL reports whether a client_id is the URL of a client ID metadata
// document.
func IsDocumentURL(id string) bool {
	return strings.HasPrefix(id, "https://") || strings.HasPrefix(id, "http://")
}

// CanBeDocument reports whether a client_id may be the URL of a document: https
// with a path.
func CanBeDocument(id string) bool {
	u, err := url.Parse(id)
	return err == nil && u.Scheme == "https" && strings.Trim(u.Path, "/") != ""
}

// MetadataOf is the metadata document with whose endpoint the authorization
// was asked for.
func (v *View) MetadataOf(a Authorization) (Document, bool) {
	var found Document
	for _, d := range v.ServerMetadata {
		if d.ID < a.ID && d.Usable() && Text(d.JSON, "authorization_endpoint") == WithoutQuery(a.Request.URL) {
			found = d
		}
	}
	return found, found.ID != 0
}

func AdvertisesIss(d Document) bool {
	flag, _ := d.JSON["authorization_response_iss_parameter_supported"].(bool)
	return flag
}

// Origin is that of the MCP server.
func (v *View) Origin() string {
	u, err := url.Parse(v.Rec.Setting.MCPURL)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// IssuersUsed are the issuers whose authorization endpoints the client asked.
func (v *View) IssuersUsed() []string {
	var out []string
	for _, a := range v.Authorizations {
		if a.Issuer != "" && !slices.Contains(out, a.Issuer) {
			out = append(out, a.Issuer)
		}
	}
	return out
}
