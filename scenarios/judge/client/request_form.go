package client

import (
	"net/http"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// requestFormChecks are about how token requests are sent, and about secrets in
// URLs.
func requestFormChecks() []check.Check {
	return []check.Check{
		{
			ID: "token/sent-by-post", Scenario: "C.5", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorToken, reading.DoorRefresh},
			About:  []check.Topic{check.RequestForm, check.GrantType},
			Needs:  "a request to a token endpoint",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
					switch method := t.Request.Method; {
					case method == http.MethodPost:
						return check.Good(method, t.ID)
					case method != http.MethodOptions && method != http.MethodHead && (inURL(t) != "" || t.Request.Body.Text != ""):
						return check.Bad(http.MethodPost, method, t.ID)
					}
					return check.Unseen() // a look at the place, or a preflight, is no token request
				})
			},
		},
		{
			ID: "token/form-in-body", Scenario: "C.5", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorToken, reading.DoorRefresh},
			About:  []check.Topic{check.RequestForm, check.GrantType, check.ClientID, check.ClientAuth},
			Needs:  "a token request by POST whose body was recorded",
			Judge:  func(v *reading.View) check.Result { return check.Each(v.Tokens, formInBody) },
		},
		{
			ID: "token/parameters-once", Scenario: "C.5", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorToken, reading.DoorRefresh},
			Codes:  []string{"invalid_request", ""},
			About:  []check.Topic{check.RequestForm, check.Code},
			Needs:  "a token request whose body was recorded",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
					if len(t.Form) == 0 || t.Request.Method != http.MethodPost {
						return check.Unseen()
					}
					return once(t.Form, t.ID)
				})
			},
		},
		{
			ID: "token/no-secret-in-url", Scenario: "C.5", Stage: reading.DoorToken,
			Needs: "an authorization request or a token request",
			Judge: noSecretInURL,
		},
	}
}

// once wants every parameter once; resource may be repeated (RFC 8707 section 2).
func once(p reading.Params, id int) check.Result {
	for _, q := range p {
		if q.Name != "resource" && p.Count(q.Name) > 1 {
			return check.Bad(q.Name+" once", check.Count(p.Count(q.Name), "time"), id)
		}
	}
	return check.Good("every parameter once", id)
}

// formInBody judges one token request. A body that was not recorded, or was
// recorded without its text, shows nothing.
func formInBody(t reading.TokenRequest) check.Result {
	body := strings.TrimSpace(t.Request.Body.Text)
	if t.Request.Method != http.MethodPost || body == "" && inURL(t) == "" {
		return check.Unseen()
	}
	if name := inURL(t); name != "" {
		return check.Bad("the parameters in the body", name+" in the URL", t.ID)
	}
	kind, _, _ := strings.Cut(strings.ToLower(t.Request.Header.Get("Content-Type")), ";")
	form := reading.ParseParams(body)
	switch kind = strings.TrimSpace(kind); {
	case reading.Object(body) != nil:
		return check.Bad("application/x-www-form-urlencoded", "JSON", t.ID)
	case kind != "" && kind != formType:
		return check.Bad(formType, kind, t.ID)
	case !form.Has("grant_type") && !t.Request.Body.Truncated:
		return check.Bad("grant_type", "a token request without grant_type", t.ID)
	}
	return check.Good("a form with grant_type="+form.Get("grant_type"), t.ID)
}

const formType = "application/x-www-form-urlencoded"

// inURL is the first parameter of a grant that the URL of a token request holds,
// "" when it holds none.
func inURL(t reading.TokenRequest) string {
	query := queryOf(t.Exchange)
	for _, name := range []string{"code", "refresh_token", "code_verifier", "grant_type"} {
		if query.Has(name) {
			return name
		}
	}
	return ""
}

func queryOf(x trace.Exchange) reading.Params {
	_, query, _ := strings.Cut(x.Request.URL, "?")
	return reading.ParseParams(query)
}

// noSecretInURL looks for client_secret, and for the value of a secret that was
// issued, in the URLs that go to authorization servers.
func noSecretInURL(v *reading.View) check.Result {
	secrets := map[string]bool{}
	for _, r := range v.Registrations {
		if s := reading.Text(r.Answer, "client_secret"); s != "" {
			secrets[identity(s)] = true
		}
	}
	judged := func(x trace.Exchange) check.Result {
		for _, p := range queryOf(x) {
			if p.Name == "client_secret" && p.Value != "" || secrets[identity(p.Value)] {
				return check.Bad("no client secret in a URL", "the parameter "+p.Name, x.ID)
			}
		}
		return check.Good("no client secret in the URL", x.ID)
	}
	asked := check.Each(v.Authorizations, func(a reading.Authorization) check.Result { return judged(a.Exchange) })
	if asked.State == check.Broken {
		return asked
	}
	if t := check.Each(v.Tokens, func(t reading.TokenRequest) check.Result { return judged(t.Exchange) }); t.State != check.NotSeen {
		return t
	}
	return asked
}
