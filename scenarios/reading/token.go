package reading

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// SameResource compares resource identifiers, one trailing slash apart.
func SameResource(a, b string) bool {
	return strings.TrimSuffix(a, "/") == strings.TrimSuffix(b, "/")
}

// UnusedRefreshes is the longest row of refreshes of whose tokens none was used.
func UnusedRefreshes(v *View) []TokenRequest {
	used := map[string]bool{}
	for _, m := range v.MCP {
		used[m.Token] = true
	}
	var run, longest []TokenRequest
	for _, t := range v.Tokens {
		switch {
		case t.Grant != "refresh_token" || !t.OK:
			continue
		case used[t.Access]:
			run = nil
			continue
		}
		if run = append(run, t); len(run) > len(longest) {
			longest = run
		}
	}
	return longest
}

func (r *reader) tokenRequest(x trace.Exchange, form Params, sent, issuer string) TokenRequest {
	t := TokenRequest{
		Exchange: x, Form: form, Grant: form.Get("grant_type"), ClientID: form.Get("client_id"),
		Auth: -1, Issuer: issuer, Sent: sent,
	}
	t.Basic, t.HasBasic = basicUser(x.Request.Header.Get("Authorization"))
	if t.ClientID == "" {
		t.ClientID = t.Basic
	}
	t.AuthUnknown = t.Public() && !r.v.Recorded.Authorization()
	if x.Response == nil {
		return t
	}
	t.Status, t.Answer = x.Response.Status, Object(x.Response.Body.Text)
	t.Access, t.Refresh = Text(t.Answer, "access_token"), Text(t.Answer, "refresh_token")
	t.OK = t.Status/100 == 2 && t.Access != ""
	t.Unrecorded = t.Status/100 == 2 && !t.OK && !r.v.Recorded.answer(x)
	t.Error = Text(t.Answer, "error")
	return t
}

func revocation(x trace.Exchange, form Params) Revocation {
	out := Revocation{Exchange: x, Token: form.Get("token"), ClientID: form.Get("client_id")}
	if user, basic := basicUser(x.Request.Header.Get("Authorization")); basic && out.ClientID == "" {
		out.ClientID = user
	}
	out.OK = StatusOf(x) == http.StatusOK
	return out
}

// Issued reports whether a token was issued, as far as the recording shows: of
// an answer without its payload only the status tells.
func (t TokenRequest) Issued() bool { return t.OK || t.Unrecorded }

// Shown reports whether a client was registered, as far as the recording shows.
func (r Registration) Shown() bool { return r.ClientID != "" || r.Unrecorded }

// basicUser is the client identifier of a masked Basic credential, "" when the
// mask does not keep it.
func basicUser(header string) (string, bool) {
	scheme, value, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", false
	}
	m, ok := trace.ParseMasked(strings.TrimSpace(value))
	if !ok {
		return "", true
	}
	user, err := url.QueryUnescape(m.BasicUser)
	if err != nil {
		return m.BasicUser, true
	}
	return user, true
}

// Public reports whether the client did not authenticate, as far as the recording
// shows.
func (t TokenRequest) Public() bool {
	return !t.AuthUnknown && !t.HasBasic && !t.Form.Has("client_secret") && !t.Form.Has("client_assertion")
}
