package reading

import "net/url"

// RegisteredRedirects are the redirect URIs that the authorization server knows
// of the client: by hand, by dynamic registration or by its metadata document.
func (v *View) RegisteredRedirects(a Authorization) []string {
	id := a.Params.Get("client_id")
	for _, c := range v.Rec.Setting.Registered {
		if c.ClientID == id {
			return c.RedirectURIs
		}
	}
	for _, r := range v.Registrations {
		if r.ClientID == id && r.ID < a.ID {
			return r.Redirects
		}
	}
	for _, d := range v.ClientDocuments {
		if d.Request.URL == id && d.Usable() {
			return Texts(d.JSON, "redirect_uris")
		}
	}
	return nil
}

// RedirectKind is what sort of address a redirect URI is.
type RedirectKind int

const (
	privateUse RedirectKind = iota // RFC 8252 section 7.1
	// OnLoopback is this machine, RFC 8252 section 7.3.
	OnLoopback
	// Hosted is https on a host.
	Hosted
	plainHTTP // http to another host
)

// KindOf is what sort of address a redirect URI is.
func KindOf(uri string) RedirectKind {
	u, err := url.Parse(uri)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https":
		return privateUse
	case loopback(u.Hostname()):
		return OnLoopback
	case u.Scheme == "https":
		return Hosted
	}
	return plainHTTP
}
