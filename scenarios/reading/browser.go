package reading

import (
	"cmp"
	"net/netip"
	"net/url"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// browser reads an exchange of the user agent: an authorization request, a
// page on the way through login and consent, or the callback.
func (r *reader) browser(x trace.Exchange) {
	v := r.v
	if x.To == trace.Client {
		r.callback(x, x.Request.URL, x.ID)
		return
	}
	// What an OAuth proxy asks of the server behind it is none of the client's.
	if a, ok := r.authorization(x); ok && !v.seen(x.Request.URL) && x.To != trace.UpstreamServer {
		v.Authorizations = append(v.Authorizations, a)
	}
	if len(v.Authorizations) == 0 || x.Response == nil {
		return
	}
	if loc := Resolve(x.Request.URL, x.Response.Header.Get("Location")); loc != "" && isCallback(loc, v.last().Params) {
		r.callback(x, loc, 0)
		return
	}
	if s := x.Response.Status; s >= 400 && s != 422 && v.last().Callback == nil {
		v.last().RefusedBy, v.last().Page = x.ID, Clip(x.Response.Body.Text)
	}
}

// authorization reads an authorization request; false when it is none.
func (r *reader) authorization(x trace.Exchange) (Authorization, bool) {
	_, query, _ := strings.Cut(x.Request.URL, "?")
	params := ParseParams(query)
	a := Authorization{Exchange: x, Params: params}
	// What was pushed is the request; the browser carries only its name and the
	// client_id (RFC 9126 section 4).
	if p, ok := r.pushed[params.Get("request_uri")]; ok && params.Has("client_id") {
		a.Params, a.Pushed = p.params, p.id
	}
	if end, known := r.ends[WithoutQuery(x.Request.URL)]; known {
		a.Issuer = end.issuer
		return a, end.kind == "authorization_endpoint"
	}
	asks := params.Has("response_type") || params.Has("request_uri") || params.Has("code_challenge")
	return a, asks && params.Has("client_id")
}

func (v *View) last() *Authorization { return &v.Authorizations[len(v.Authorizations)-1] }

// seen reports whether the URL is the present authorization request over
// again: an authorization server comes back to it after the login.
func (v *View) seen(u string) bool {
	return len(v.Authorizations) > 0 && v.last().Request.URL == u && v.last().Callback == nil
}

// isCallback reports whether a redirect leaves for the client.
func isCallback(location string, params Params) bool {
	_, query, _ := strings.Cut(location, "?")
	if redirect := params.Get("redirect_uri"); redirect != "" {
		return strings.HasPrefix(location, redirect) &&
			(len(location) == len(redirect) || strings.ContainsRune("?&#/", rune(location[len(redirect)])) || strings.HasSuffix(redirect, "?"))
	}
	p := ParseParams(query)
	return p.Has("code") || p.Has("error")
}

// callback attaches an authorization response to the request it answers: the
// newest with the same state, else the newest. delivered is the exchange in which
// it reached the client, 0 when the server has only sent it on its way.
func (r *reader) callback(x trace.Exchange, location string, delivered int) {
	v := r.v
	if len(v.Authorizations) == 0 {
		return
	}
	_, query, _ := strings.Cut(location, "?")
	params := ParseParams(query)
	a := v.last()
	for i := range v.Authorizations {
		if s := params.Get("state"); s != "" && v.Authorizations[i].Params.Get("state") == s {
			a = &v.Authorizations[i]
		}
	}
	if a.Callback != nil && a.Callback.URL == location {
		a.Callback.Delivered = cmp.Or(a.Callback.Delivered, delivered)
		return
	}
	a.Callback = &Callback{ID: x.ID, URL: location, Params: params, Delivered: delivered}
	a.RefusedBy, a.Page = 0, ""
}

// authorizationOf finds the authorization whose code a token request redeems.
func (v *View) authorizationOf(t TokenRequest) int {
	code := t.Form.Get("code")
	if code == "" {
		return -1
	}
	for i, a := range v.Authorizations {
		if a.Callback != nil && a.Callback.Params.Get("code") == code {
			return i
		}
	}
	return -1
}

// Clip bounds a text that is quoted in a finding.
func Clip(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	const most = 300
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// SameButPort reports whether two redirect URIs differ in nothing but the port
// of a loopback address (RFC 8252 section 7.3).
func SameButPort(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	if errX != nil || errY != nil || !loopback(x.Hostname()) || !loopback(y.Hostname()) {
		return false
	}
	xp, yp := x.EscapedPath(), y.EscapedPath()
	return x.Scheme == y.Scheme && x.Hostname() == y.Hostname() && x.RawQuery == y.RawQuery &&
		strings.TrimSuffix(xp, "/") == strings.TrimSuffix(yp, "/") && (xp == yp || strings.Trim(xp+yp, "/") == "")
}

// loopback reports whether a host is this machine: the literals of RFC 8252,
// and the name localhost, which the section leaves to the server's choice.
func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.Unmap().IsLoopback()
}
