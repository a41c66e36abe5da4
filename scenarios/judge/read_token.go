package judge

import (
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

func tokenRequest(x trace.Exchange, form Params, issuer string) TokenRequest {
	t := TokenRequest{
		Exchange: x, Form: form, Grant: form.Get("grant_type"), ClientID: form.Get("client_id"),
		Auth: -1, Issuer: issuer,
	}
	t.Basic, t.HasBasic = basicUser(x.Request.Header.Get("Authorization"))
	if t.ClientID == "" {
		t.ClientID = t.Basic
	}
	if x.Response == nil {
		return t
	}
	t.Status, t.Answer = x.Response.Status, object(x.Response.Body.Text)
	t.Access, t.Refresh = text(t.Answer, "access_token"), text(t.Answer, "refresh_token")
	t.OK = t.Status/100 == 2 && t.Access != ""
	t.Error = text(t.Answer, "error")
	return t
}

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
	return decode(m.BasicUser), true
}

// Public reports whether the client did not authenticate.
func (t TokenRequest) Public() bool {
	return !t.HasBasic && !t.Form.Has("client_secret") && !t.Form.Has("client_assertion")
}
