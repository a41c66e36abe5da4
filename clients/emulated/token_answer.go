package emulated

import (
	"encoding/json"
	"net/url"
)

// asJSON returns an answer of the token endpoint whose body is JSON, also where
// the client reads forms and the server sent one.
func (c TokenAuth) asJSON(a *answer) *answer {
	if c.Answer != TokenFormToo || mediaType(a.header) != "application/x-www-form-urlencoded" {
		return a
	}
	form, err := url.ParseQuery(string(a.body))
	if err != nil {
		return a
	}
	members := map[string]any{}
	for name := range form {
		members[name] = form.Get(name)
	}
	if seconds := form.Get("expires_in"); seconds != "" {
		members["expires_in"] = json.Number(seconds)
	}
	body, err := json.Marshal(members)
	if err != nil {
		return a // no number of seconds; the form is no token response
	}
	return &answer{status: a.status, header: a.header, body: body}
}
