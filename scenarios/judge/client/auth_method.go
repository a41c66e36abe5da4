package client

import (
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// authMethodChecks compare how a client authenticates with its registration.
func authMethodChecks() []check.Check {
	return []check.Check{
		{
			ID: "token/registered-auth-method", Scenario: "C.5", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorToken, reading.DoorRefresh},
			About:  []check.Topic{check.ClientAuth},
			Needs:  "a token request of a client whose registration answer names token_endpoint_auth_method",
			Judge: func(v *reading.View) check.Result {
				return authMethod(v, func(r reading.Registration) string { return reading.Text(r.Answer, "token_endpoint_auth_method") })
			},
		},
		{
			ID: "token/requested-auth-method", Scenario: "C.5", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorToken, reading.DoorRefresh},
			About:  []check.Topic{check.ClientAuth},
			Needs:  "a token request of a client whose registration answer gave a secret and names no token_endpoint_auth_method",
			Judge:  func(v *reading.View) check.Result { return authMethod(v, requestedMethod) },
		},
	}
}

// requestedMethod is the method of a registration whose answer does not say: the
// one that was asked for, else the default of RFC 7591 section 2.
func requestedMethod(r reading.Registration) string {
	switch {
	case reading.Text(r.Answer, "token_endpoint_auth_method") != "" || reading.Text(r.Answer, "client_secret") == "":
		return ""
	case reading.Text(r.Body, "token_endpoint_auth_method") == "none":
		return "" // it asked for no secret, was given one, and is left to guess
	case reading.Text(r.Body, "token_endpoint_auth_method") != "":
		return reading.Text(r.Body, "token_endpoint_auth_method")
	}
	return "client_secret_basic"
}

// authMethod compares every token request with the method that is registered.
// A client that does not authenticate although it has a secret breaks another
// rule.
func authMethod(v *reading.View, registered func(reading.Registration) string) check.Result {
	return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
		from := registrationOf(v, t)
		want, got := registered(from), usedMethod(t)
		switch {
		case from.ID != 0 && want == "client_secret_post" && got == "none" && t.ClientID == "" && len(t.Form) > 0:
			// Whatever it used is not in the body, and need not be recorded.
			return check.Bad(want+", which is registered", "neither client_id nor client_secret in the body", from.ID, t.ID)
		case from.ID == 0 || want == "" || got == "" || got == "none" && want != "none":
			return check.Unseen()
		case got == want, got == "assertion" && strings.HasSuffix(want, "_jwt"):
			return check.Good(want, from.ID, t.ID)
		}
		return check.Bad(want+", which is registered", got, from.ID, t.ID)
	})
}

// registrationOf is the registration of the client that sends a token request,
// or asked for the code in it; zero when it is not on the recording.
func registrationOf(v *reading.View, t reading.TokenRequest) reading.Registration {
	id := t.ClientID
	if id == "" && t.Auth >= 0 {
		id = v.Authorizations[t.Auth].Params.Get("client_id")
	}
	var from reading.Registration
	for _, r := range v.Registrations {
		if id != "" && r.ClientID == id && r.ID < t.ID {
			from = r
		}
	}
	return from
}

// usedMethod is how a token request authenticates, "" when it does so in more
// than one way, or when the recording does not show it.
func usedMethod(t reading.TokenRequest) string {
	post := t.Form.Get("client_secret") != ""
	assertion := t.Form.Has("client_assertion")
	switch {
	case t.AuthUnknown, t.HasBasic && (post || assertion), post && assertion:
		return ""
	case t.HasBasic:
		return "client_secret_basic"
	case post:
		return "client_secret_post"
	case assertion:
		return "assertion"
	}
	return "none"
}
