package server

import (
	"net/http"
	"slices"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// clientAuthenticationChecks judge how the token endpoint takes the clients that
// were registered on the recording.
func clientAuthenticationChecks() []check.Check {
	type judgment = func(v *reading.View, r reading.Registration, t reading.TokenRequest) check.Result
	registered := func(judge judgment) func(v *reading.View) check.Result {
		return tokens(func(v *reading.View, t reading.TokenRequest) check.Result {
			r, ok := registrationOf(v, t.ClientID, t.ID)
			if !ok {
				return check.Unseen()
			}
			return judge(v, r, t)
		})
	}
	doors := []reading.Door{reading.DoorToken, reading.DoorRefresh}
	about := []check.Topic{check.ClientAuth}
	return []check.Check{
		{
			ID: "token/public-client-accepted", Scenario: "C.5", Stage: reading.DoorToken, Breaks: doors, About: about,
			Needs: "a token request of a client that was registered with the method none",
			Judge: registered(func(_ *reading.View, r reading.Registration, t reading.TokenRequest) check.Result {
				switch {
				case methodOf(r) != "none" || !t.Public():
					return check.Unseen()
				case t.OK:
					return check.Good("accepted without a secret", r.ID, t.ID)
				case wantsAuthentication(t):
					return check.Bad("no secret asked of a public client", reading.Status(t.Exchange)+", "+reading.Clip(refusalOf(t.Answer)), r.ID, t.ID)
				}
				return check.Unseen()
			}),
		},
		{
			ID: "token/basic-accepted", Scenario: "C.5", Stage: reading.DoorToken, Breaks: doors, About: about,
			Needs: "a token request by HTTP Basic of a client that was registered with client_secret_basic",
			Judge: registered(func(v *reading.View, r reading.Registration, t reading.TokenRequest) check.Result {
				switch {
				case methodOf(r) != "client_secret_basic" || reading.Text(r.Answer, "client_secret") == "" || !t.HasBasic || t.Basic != r.ClientID:
					return check.Unseen()
				case t.OK:
					return check.Good("took HTTP Basic", r.ID, t.ID)
				case wantsAuthentication(t) && (refusesMethod(t) || acceptedWith(v, t, "client_secret")):
					return check.Bad("HTTP Basic accepted, as registered", reading.Status(t.Exchange)+", "+reading.Clip(refusalOf(t.Answer)), r.ID, t.ID)
				}
				return check.Unseen()
			}),
		},
		{
			ID: "token/post-accepted", Scenario: "C.5", Stage: reading.DoorToken, Breaks: doors, About: about,
			Needs: "a token request with the issued secret in the body, of a client that was registered with client_secret_post",
			Judge: registered(func(_ *reading.View, r reading.Registration, t reading.TokenRequest) check.Result {
				secret := reading.Text(r.Answer, "client_secret")
				switch {
				case methodOf(r) != "client_secret_post" || secret == "" || t.HasBasic || t.Form.Get("client_secret") != secret:
					return check.Unseen()
				case t.OK:
					return check.Good("took the secret in the body", r.ID, t.ID)
				case wantsAuthentication(t):
					return check.Bad("the secret in the body accepted, as registered",
						reading.Status(t.Exchange)+", "+reading.Clip(refusalOf(t.Answer)), r.ID, t.ID)
				}
				return check.Unseen()
			}),
		},
		{
			ID: "token/client-authentication-demanded", Scenario: "C.5", Stage: reading.DoorToken, About: about,
			Needs: "a token request of a client that was issued a secret",
			Judge: registered(func(_ *reading.View, r reading.Registration, t reading.TokenRequest) check.Result {
				secret, sent := reading.Text(r.Answer, "client_secret"), t.Form.Get("client_secret")
				right := t.HasBasic || t.Form.Has("client_assertion") || sent != "" && sent == secret
				_, masked := trace.ParseMasked(secret)
				switch {
				case t.AuthUnknown || secret == "" || methodOf(r) == "none" || right && !t.OK || sent != "" && !masked:
					return check.Unseen()
				case right:
					return check.Good("authenticated", t.ID)
				case t.OK && sent != "":
					return check.Bad("no token for another secret than the issued one", "issued a token", r.ID, t.ID)
				case t.OK:
					return check.Bad("no token for a client that did not authenticate", "issued a token", r.ID, t.ID)
				}
				return check.Good(reading.Status(t.Exchange)+" "+t.Error, r.ID, t.ID)
			}),
		},
		{
			ID: "token/basic-challenge", Scenario: "C.5", Stage: reading.DoorToken, About: about,
			Needs: "invalid_client in answer to a token request with HTTP Basic",
			Judge: tokens(func(v *reading.View, t reading.TokenRequest) check.Result {
				switch challenge := t.Response.Header.Get("WWW-Authenticate"); {
				case t.Error != "invalid_client" || !t.HasBasic || !v.Recorded.ResponseHeader("WWW-Authenticate"):
					return check.Unseen()
				case t.Status != http.StatusUnauthorized || challenge == "":
					return check.Bad("401 with WWW-Authenticate", reading.Status(t.Exchange)+", WWW-Authenticate "+check.OrNone(challenge), t.ID)
				}
				return check.Good("401 with WWW-Authenticate", t.ID)
			}),
		},
		{
			ID: "token/listed-method-taken", Scenario: "C.5", Stage: reading.DoorToken, Breaks: doors, About: about,
			Needs: "a token request by a method that the metadata lists",
			Judge: tokens(func(v *reading.View, t reading.TokenRequest) check.Result {
				method, listed := usedMethod(t), 0
				for _, d := range v.ServerMetadata {
					if d.Usable() && reading.Text(d.JSON, "token_endpoint") == reading.WithoutQuery(t.Request.URL) && lists(d, method) {
						listed = d.ID
					}
				}
				// The list is of what the endpoint takes, and each client is held to the
				// method that it was registered with.
				if r, ok := registrationOf(v, t.ClientID, t.ID); ok && methodOf(r) != method {
					return check.Unseen()
				}
				switch {
				case listed == 0:
					return check.Unseen()
				case t.OK:
					return check.Good("took "+method, listed, t.ID)
				case refused(t) && refusesMethod(t):
					return check.Bad(method+" taken, as listed", reading.Clip(refusalOf(t.Answer)), listed, t.ID)
				}
				return check.Unseen()
			}),
		},
		{
			ID: "token/bound-to-key", Scenario: "C.5", Stage: reading.DoorToken, About: []check.Topic{check.DPoP},
			Needs: "a token of type DPoP that is a JWT, or a client that was registered with dpop_bound_access_tokens",
			Judge: tokens(func(_ *reading.View, t reading.TokenRequest) check.Result {
				m, ok := trace.ParseMasked(t.Access)
				switch {
				case !t.OK || !ok || m.JWT == nil || !says(reading.Text(t.Answer, "token_type"), "dpop"):
					return check.Unseen()
				case m.JWT.Confirmation() == "":
					return check.Bad("a token bound to the key (cnf.jkt)", "a token of type DPoP without cnf", t.ID)
				}
				return check.Good("bound to the key", t.ID)
			}),
		},
		{
			ID: "token/proof-demanded", Scenario: "C.5", Stage: reading.DoorToken, About: []check.Topic{check.DPoP},
			Needs: "a token request of a client that was registered with dpop_bound_access_tokens",
			Judge: registered(func(_ *reading.View, r reading.Registration, t reading.TokenRequest) check.Result {
				switch bound, _ := r.Answer["dpop_bound_access_tokens"].(bool); {
				case !bound || !t.OK && t.Request.Header.Get("DPoP") != "":
					return check.Unseen()
				case t.OK && t.Request.Header.Get("DPoP") == "":
					return check.Bad("no token without a DPoP proof", "issued a token", r.ID, t.ID)
				}
				return check.Good(reading.Status(t.Exchange), r.ID, t.ID)
			}),
		},
	}
}

// wantsAuthentication reports whether a refusal is about client authentication,
// and not about a client that the server does not know.
func wantsAuthentication(t reading.TokenRequest) bool {
	words := refusalOf(t.Answer)
	unknown := says(words, "unknown client", "not found", "no such client", "not registered", "does not exist", "expired", "disabled")
	return refused(t) && !unknown &&
		(t.Error == "invalid_client" || says(words, "client_secret", "client secret", "client authentication", "client credentials"))
}

// refusesMethod reports whether a refusal says that the method of authentication
// is the wrong one.
func refusesMethod(t reading.TokenRequest) bool {
	words := refusalOf(t.Answer)
	return says(words, "method", "basic", "client_secret_post") &&
		says(words, "not supported", "unsupported", "not allowed", "not accepted", "not permitted", "must use", "use client_secret_post",
			"in the body")
}

// acceptedWith reports whether the same client was let in later with a parameter
// that the request lacks.
func acceptedWith(v *reading.View, t reading.TokenRequest, name string) bool {
	for _, again := range v.Tokens {
		if again.ID > t.ID && again.OK && again.ClientID == t.ClientID && again.Form.Has(name) && !t.Form.Has(name) {
			return true
		}
	}
	return false
}

// usedMethod is the authentication method of a request (RFC 7591 section 2), ""
// where it is none of those.
func usedMethod(t reading.TokenRequest) string {
	switch {
	case t.HasBasic:
		return "client_secret_basic"
	case t.Form.Has("client_secret"):
		return "client_secret_post"
	case t.AuthUnknown, t.Form.Has("client_assertion"):
		return "" // private_key_jwt or client_secret_jwt
	}
	return "none"
}

func lists(d reading.Document, method string) bool {
	return slices.Contains(reading.Texts(d.JSON, "token_endpoint_auth_methods_supported"), method)
}
