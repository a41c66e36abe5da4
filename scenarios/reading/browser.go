package reading

import (
	"cmp"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
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
	asks := false
	if a, ok := r.authorization(x); ok && !v.seen(a) && x.To != trace.UpstreamServer {
		v.Authorizations, asks = append(v.Authorizations, a), true
	}
	if len(v.Authorizations) == 0 || x.Response == nil {
		return
	}
	if loc := location(x); loc != "" && isCallback(loc, v.last().Params) {
		r.callback(x, loc, 0)
		return
	}
	if v.last().Callback == nil && refuses(x, asks) {
		v.last().refuse(x)
	}
}

// refuses reports whether an answer to the browser turns the client away. To the
// authorization request itself every error is a refusal. Later on a form that
// was filled in wrongly is shown again, as an error of the user, unless the page
// names an error of OAuth.
func refuses(x trace.Exchange, asks bool) bool {
	if x.Response.Status < http.StatusBadRequest || x.To == trace.Other {
		return false
	}
	if asks || x.Request.Method != http.MethodPost {
		return true
	}
	switch x.Response.Status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusUnprocessableEntity:
		code, _ := oauthError(x.Response.Body.Text)
		return code != ""
	}
	return true
}

// refuse notes the page with which the authorization server turned the client
// away.
func (a *Authorization) refuse(x trace.Exchange) {
	a.RefusedBy, a.Page = x.ID, Clip(x.Response.Body.Text)
	a.RefusedCode, a.RefusedWords = oauthError(x.Response.Body.Text)
}

// oauthError is the error code that a page names, and its description: of JSON
// the members, of text the first code of OAuth in it.
func oauthError(page string) (code, words string) {
	if doc := Object(page); doc != nil {
		if inner, ok := doc["error"].(map[string]any); ok {
			doc = inner
		}
		code = cmp.Or(Text(doc, "error"), Text(doc, "code"))
		return code, Clip(cmp.Or(Text(doc, "error_description"), Text(doc, "message"), Text(doc, "detail")))
	}
	notPart := func(c rune) bool { return c != '_' && (c < 'a' || c > 'z') }
	for _, word := range strings.FieldsFunc(page, notPart) {
		if slices.Contains(authorizationErrors(), word) {
			return word, Clip(page)
		}
	}
	return "", ""
}

// authorizationErrors are the error codes with which an authorization request
// can be refused (RFC 6749 section 4.1.2.1, RFC 8707 section 2, OpenID Connect
// Core section 3.1.2.6), and those of the client that servers show on a page.
func authorizationErrors() []string {
	return []string{
		"invalid_request", "unauthorized_client", "access_denied", "unsupported_response_type", "invalid_scope", "server_error",
		"temporarily_unavailable", "invalid_target", "invalid_client", "invalid_redirect_uri", "invalid_request_uri",
		"invalid_request_object", "request_not_supported", "request_uri_not_supported", "registration_not_supported",
		"interaction_required", "login_required", "consent_required", "account_selection_required", "invalid_client_metadata",
	}
}

// authorization reads an authorization request; false when it is none.
func (r *reader) authorization(x trace.Exchange) (Authorization, bool) {
	asked := asksForAuthorization(x)
	a := Authorization{Exchange: x, Params: asked}
	if asked == nil {
		a.Params = queryOf(x.Request.URL)
	}
	// What was pushed is the request; the browser carries only its name and the
	// client_id (RFC 9126 section 4).
	if p, ok := r.pushed[a.Params.Get("request_uri")]; ok && a.Params.Has("client_id") {
		a.Params, a.Pushed = p.params, p.id
	}
	if end, known := r.ends[WithoutQuery(x.Request.URL)]; known {
		a.Issuer = end.issuer
		// A form of the login may be sent to the same place.
		return a, end.kind == "authorization_endpoint" && (asked != nil || x.Request.Method != http.MethodPost)
	}
	return a, asked != nil
}

func (v *View) last() *Authorization { return &v.Authorizations[len(v.Authorizations)-1] }

// seen reports whether an authorization request is the present one over again:
// an authorization server comes back to it after the login, or has its form
// sent to the same place with all its parameters.
func (v *View) seen(a Authorization) bool {
	if len(v.Authorizations) == 0 || v.last().Callback != nil {
		return false
	}
	last := v.last()
	if last.Request.URL == a.Request.URL {
		return a.Request.Method == last.Request.Method || a.Request.Method != http.MethodPost || same(last.Params, a.Params) || !a.Params.Has("response_type")
	}
	return a.Request.Method == http.MethodPost && same(last.Params, a.Params)
}

// same reports whether two requests are one: of the same client, with the same
// state and the same code_challenge.
func same(a, b Params) bool {
	if a.Get("state") == "" && a.Get("code_challenge") == "" {
		return false
	}
	return a.Get("client_id") == b.Get("client_id") && a.Get("state") == b.Get("state") && a.Get("code_challenge") == b.Get("code_challenge")
}

// isCallback reports whether a redirect leaves for the client.
func isCallback(location string, params Params) bool {
	if redirect := params.Get("redirect_uri"); redirect != "" {
		return strings.HasPrefix(location, redirect) &&
			(len(location) == len(redirect) || strings.ContainsRune("?&#/", rune(location[len(redirect)])) || strings.HasSuffix(redirect, "?"))
	}
	p := responseParams(location)
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
	params := responseParams(location)
	if delivered != 0 && x.Request.Method == http.MethodPost { // response_mode=form_post
		params = append(ParseParams(x.Request.Body.Text), params...)
	}
	a := v.last()
	for i := range v.Authorizations {
		if s := params.Get("state"); s != "" && v.Authorizations[i].Params.Get("state") == s {
			a = &v.Authorizations[i]
		}
	}
	if a.Callback != nil && delivered != 0 && len(params) == 0 { // the browser keeps a fragment to itself
		a.Callback.Delivered = cmp.Or(a.Callback.Delivered, delivered)
		return
	}
	if a.Callback != nil && withoutFragment(a.Callback.URL) == withoutFragment(location) {
		a.Callback.Delivered = cmp.Or(a.Callback.Delivered, delivered)
		return
	}
	a.Callback = &Callback{ID: x.ID, URL: location, Params: params, Delivered: delivered}
	a.RefusedBy, a.Page, a.RefusedCode, a.RefusedWords = 0, "", "", ""
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
