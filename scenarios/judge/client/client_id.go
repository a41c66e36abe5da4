package client

import (
	"slices"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// clientIDChecks are about whose client_id a client sends.
func clientIDChecks() []check.Check {
	return []check.Check{
		{
			ID: "authorize/client-id-issued", Scenario: "C.2", Stage: reading.DoorAuthorize,
			Breaks: []reading.Door{reading.DoorAuthorize},
			About:  []check.Topic{check.ClientID},
			Needs:  "an authorization request after a dynamic registration with the same authorization server",
			Judge:  clientIDIssued,
		},
		{
			ID: "token/client-id-kept", Scenario: "C.5", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorToken},
			About:  []check.Topic{check.ClientID, check.ClientAuth},
			Needs:  "a token request with client_id and the code of a recorded authorization request",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
					if t.Auth < 0 || t.ClientID == "" {
						return check.Unseen()
					}
					a := v.Authorizations[t.Auth]
					return sameClient(a.Params.Get("client_id"), a.ID, t)
				})
			},
		},
		{
			ID: "refresh/client-id-kept", Scenario: "C.6", Stage: reading.DoorRefresh,
			Breaks: []reading.Door{reading.DoorRefresh},
			About:  []check.Topic{check.ClientID, check.ClientAuth},
			Needs:  "a refresh request with client_id, with a refresh token whose issue is recorded",
			Judge: func(v *reading.View) check.Result {
				issued := map[string]reading.TokenRequest{}
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
					by, known := issued[t.Form.Get("refresh_token")]
					if t.OK && t.Refresh != "" {
						if _, again := issued[t.Refresh]; !again {
							issued[t.Refresh] = t
						}
					}
					if t.Grant != "refresh_token" || !known || t.ClientID == "" || by.Issuer != t.Issuer {
						return check.Unseen() // of another authorization server there is a check of its own
					}
					return sameClient(by.ClientID, by.ID, t)
				})
			},
		},
	}
}

// sameClient compares the client of a token request with that of the grant.
func sameClient(want string, at int, t reading.TokenRequest) check.Result {
	switch {
	case want == "":
		return check.Unseen()
	case t.ClientID != want:
		return check.Bad("client_id "+reading.Quote(want), "client_id "+reading.Quote(t.ClientID), at, t.ID)
	}
	return check.Good("client_id "+reading.Quote(want), at, t.ID)
}

// clientIDIssued judges authorization requests of a client that has registered.
// One with an id that was configured, or in use before, is another installation
// of the client.
func clientIDIssued(v *reading.View) check.Result {
	return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
		id := a.Params.Get("client_id")
		if id == "" || reading.IsDocumentURL(id) || configured(v, id) {
			return check.Unseen()
		}
		var last reading.Registration
		for _, r := range v.Registrations {
			if r.ClientID == "" || r.ID > a.ID || !sameOrigin(r.Request.URL, a.Request.URL) {
				continue
			}
			if r.ClientID == id {
				return check.Good("client_id "+reading.Quote(id), r.ID, a.ID)
			}
			last = r
		}
		if last.ID == 0 || usedBefore(v, id, last.ID) || !registeredFor(v, last, a) {
			return check.Unseen()
		}
		return check.Bad("client_id "+reading.Quote(last.ClientID)+", which the registration gave", "client_id "+reading.Quote(id),
			last.ID, a.ID)
	})
}

// configured reports whether the operator gave the client_id to the client.
func configured(v *reading.View, id string) bool {
	if c := v.Rec.Setting.Configured; c != nil && c.ClientID == id {
		return true
	}
	for _, c := range v.Rec.Setting.Registered {
		if c.ClientID == id {
			return true
		}
	}
	return false
}

func usedBefore(v *reading.View, id string, before int) bool {
	asked := func(a reading.Authorization) bool { return a.ID < before && a.Params.Get("client_id") == id }
	redeemed := func(t reading.TokenRequest) bool { return t.ID < before && t.ClientID == id }
	return slices.ContainsFunc(v.Authorizations, asked) || slices.ContainsFunc(v.Tokens, redeemed)
}

// registeredFor reports whether an authorization request belongs to a
// registration: it comes back to a redirect URI of it, or asks for the MCP
// server. Logins of other sites do neither.
func registeredFor(v *reading.View, r reading.Registration, a reading.Authorization) bool {
	uri := a.Params.Get("redirect_uri")
	return slices.ContainsFunc(r.Redirects, func(known string) bool { return reading.SameButPort(known, uri) }) ||
		slices.ContainsFunc(a.Params.All("resource"), v.Identifies)
}
