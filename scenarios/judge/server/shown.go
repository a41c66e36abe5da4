package server

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// says reports whether a text has one of the words, without regard to case.
func says(text string, words ...string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// refusalOf is all that an OAuth error answer says, code and description.
func refusalOf(answer map[string]any) string {
	return strings.TrimSpace(reading.Text(answer, "error") + " " + reading.Text(answer, "error_description"))
}

// refusalAt is all that the refusal of an authorization request says, and the
// exchange that says it; 0 where it was not refused.
func refusalAt(v *reading.View, a reading.Authorization) (string, int) {
	switch {
	case a.Callback != nil && a.Callback.Params.Has("error"):
		return a.Callback.Params.Get("error") + " " + a.Callback.Params.Get("error_description"), a.Callback.ID
	case a.RefusedBy != 0 && v.Exchange(a.RefusedBy).Response != nil && v.Exchange(a.RefusedBy).Response.Status != 404:
		return a.Page, a.RefusedBy
	}
	return "", 0
}

// registrationOf is the newest registration that issued a client_id before an
// exchange; false where none is on the recording.
func registrationOf(v *reading.View, clientID string, before int) (reading.Registration, bool) {
	for _, r := range slices.Backward(v.Registrations) {
		if r.ClientID != "" && r.ClientID == clientID && r.ID < before {
			return r, true
		}
	}
	return reading.Registration{}, false
}

// methodOf is the authentication method under which a client was registered: what
// the answer says, else what was asked for, else the default of RFC 7591 section 2.
func methodOf(r reading.Registration) string {
	for _, m := range []map[string]any{r.Answer, r.Body} {
		if method := reading.Text(m, "token_endpoint_auth_method"); method != "" {
			return method
		}
	}
	return "client_secret_basic"
}
