package server

import (
	"slices"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func refreshAnswerChecks() []check.Check {
	door := []reading.Door{reading.DoorRefresh}
	return []check.Check{
		{
			ID: "refresh/error-fits", Scenario: "C.6", Stage: reading.DoorRefresh, Breaks: door, Codes: wrongForGrant(),
			Needs: "a refused refresh that is complete, with a token that was issued to this client",
			Judge: refreshes(func(_ *reading.View, first, t reading.TokenRequest) check.Result {
				words := refusalOf(t.Answer)
				switch {
				case !refused(t) || t.Error == "" || !completeRefresh(first, t) || !t.Form.Has("scope") && says(words, "scope"):
					return check.Unseen()
				case slices.Contains(wrongForGrant(), t.Error):
					return check.Bad("a token, or invalid_grant for a refresh token that is no longer good", reading.Clip(words), first.ID, t.ID)
				}
				return check.Good(t.Error, t.ID)
			}),
		},
		{
			ID: "refresh/scope-not-demanded", Scenario: "C.6", Stage: reading.DoorRefresh, Breaks: door, About: []check.Topic{check.Scope},
			Needs: "a refresh without scope",
			Judge: refreshes(func(v *reading.View, first, t reading.TokenRequest) check.Result {
				switch {
				case t.Form.Has("scope"):
					return check.Unseen()
				case t.OK:
					return check.Good("a token without scope", t.ID)
				case !refused(t) || !sameClient(first, t):
					return check.Unseen()
				case says(refusalOf(t.Answer), "scope"):
					return check.Bad("a token without scope", reading.Clip(refusalOf(t.Answer)), first.ID, t.ID)
				}
				for _, again := range v.Tokens {
					same := completeRefresh(first, t) && again.Form.Get("refresh_token") == t.Form.Get("refresh_token")
					if same && again.ID > t.ID && again.OK && again.Form.Has("scope") {
						return check.Bad("a token without scope", "a token only with scope "+reading.Quote(again.Form.Get("scope")), t.ID, again.ID)
					}
				}
				return check.Unseen()
			}),
		},
		{
			ID: "refresh/bound-to-client", Scenario: "C.6", Stage: reading.DoorRefresh,
			Needs: "a refresh by the client to which the token was issued, or by another",
			Judge: refreshes(func(_ *reading.View, first, t reading.TokenRequest) check.Result {
				switch {
				case first.ClientID == "" || t.ClientID == "" || !t.OK && first.ClientID == t.ClientID:
					return check.Unseen()
				case t.OK && first.ClientID != t.ClientID:
					return check.Bad("no token for the refresh token of "+first.ClientID, "a token for "+t.ClientID, first.ID, t.ID)
				case first.ClientID != t.ClientID:
					return check.Good("refused the refresh token of another client", first.ID, t.ID)
				}
				return check.Good("refreshed by its client", t.ID)
			}),
		},
		{
			ID: "refresh/scope-as-granted", Scenario: "C.6", Stage: reading.DoorRefresh, About: []check.Topic{check.Scope},
			Needs: "a refresh whose answer names a scope, of a token whose scope is known",
			Judge: refreshes(func(v *reading.View, first, t reading.TokenRequest) check.Result {
				had, got := grantedScope(v, first), reading.Text(t.Answer, "scope")
				switch {
				case !t.OK || had == "" || got == "":
					return check.Unseen()
				case !within(got, had):
					return check.Bad("no scope beyond "+reading.Quote(had), "scope "+reading.Quote(got), first.ID, t.ID)
				}
				return check.Good("scope "+reading.Quote(got), t.ID)
			}),
		},
		{
			ID: "refresh/replaced-token-refused", Scenario: "C.6", Stage: reading.DoorRefresh,
			Needs: "a refresh token that came back after the server had replaced it",
			Judge: refreshes(func(v *reading.View, _, t reading.TokenRequest) check.Result {
				replaced, ok := replacedBefore(v, t)
				switch {
				case !ok || t.OK && t.Access == replaced.Access:
					return check.Unseen()
				case t.OK:
					return check.Bad("no token for a replaced refresh token", "issued a token", replaced.ID, t.ID)
				}
				return check.Good("refused a replaced refresh token", replaced.ID, t.ID)
			}),
		},
		{
			ID: "refresh/revoked-token-refused", Scenario: "C.6", Stage: reading.DoorRefresh,
			Needs: "a refresh with a token that its client had revoked",
			Judge: refreshes(func(v *reading.View, first, t reading.TokenRequest) check.Result {
				revoked, ok := revokedBefore(v, first, t)
				switch {
				case !ok:
					return check.Unseen()
				case t.OK:
					return check.Bad("no token for a revoked refresh token", "issued a token", revoked.ID, t.ID)
				}
				return check.Good("refused a revoked refresh token", revoked.ID, t.ID)
			}),
		},
		{
			ID: "refresh/family-revoked", Scenario: "C.6", Stage: reading.DoorRefresh,
			Needs: "a refresh after an older token of the family had come back",
			Judge: refreshes(familyRevoked),
		},
	}
}

// wrongForGrant are the codes that do not fit a complete token request: RFC 6749
// section 5.2 has invalid_grant for a code or a refresh token that is no good,
// invalid_client for the client, invalid_scope and (RFC 8707) invalid_target for
// what is asked.
func wrongForGrant() []string {
	return []string{"invalid_request", "unsupported_grant_type", "unsupported_response_type", "invalid_token"}
}

// refreshes judges refreshes with tokens whose issue is on the recording.
func refreshes(judge func(v *reading.View, first, t reading.TokenRequest) check.Result) func(v *reading.View) check.Result {
	return tokens(func(v *reading.View, t reading.TokenRequest) check.Result {
		first, ok := issuedBy(v, t)
		if t.Grant != "refresh_token" || !ok {
			return check.Unseen()
		}
		return judge(v, first, t)
	})
}

// issuedBy is the token request whose answer brought the refresh token of a
// request.
func issuedBy(v *reading.View, t reading.TokenRequest) (reading.TokenRequest, bool) {
	token := t.Form.Get("refresh_token")
	for _, first := range v.Tokens {
		if token != "" && first.OK && first.ID < t.ID && first.Refresh == token && first.Issuer == t.Issuer {
			return first, true
		}
	}
	return reading.TokenRequest{}, false
}

// completeRefresh reports whether a refresh has all that RFC 6749 section 6 asks
// for, in the same form as the request that brought the token: client,
// authentication, proof and resource, and nothing twice.
func completeRefresh(first, t reading.TokenRequest) bool {
	return sameClient(first, t) && slices.Equal(t.Form.All("resource"), first.Form.All("resource"))
}

// sameClient is completeRefresh but for resource.
func sameClient(first, t reading.TokenRequest) bool {
	for _, p := range t.Form {
		if p.Name != "resource" && t.Form.Count(p.Name) > 1 {
			return false
		}
	}
	return t.ClientID != "" && t.ClientID == first.ClientID && t.HasBasic == first.HasBasic &&
		t.Form.Has("client_secret") == first.Form.Has("client_secret") && t.Form.Has("client_assertion") == first.Form.Has("client_assertion") &&
		(t.Request.Header.Get("DPoP") == "") == (first.Request.Header.Get("DPoP") == "")
}

// grantedScope is the scope that a token answer granted: what it names, else what
// was asked for (RFC 6749 section 5.1); "" where that is unknown.
func grantedScope(v *reading.View, t reading.TokenRequest) string {
	switch scope := reading.Text(t.Answer, "scope"); {
	case scope != "":
		return scope
	case t.Form.Has("scope"):
		return t.Form.Get("scope")
	case t.Auth >= 0:
		return v.Authorizations[t.Auth].Params.Get("scope")
	}
	return ""
}

// replacedBefore is the refresh that replaced the token of a request, and was
// answered before the request was sent.
func replacedBefore(v *reading.View, t reading.TokenRequest) (reading.TokenRequest, bool) {
	token := t.Form.Get("refresh_token")
	for _, other := range v.Tokens {
		if other.ID < t.ID && other.OK && other.Form.Get("refresh_token") == token && other.Refresh != "" && other.Refresh != token &&
			(t.At == 0 || other.At+other.Took <= t.At) {
			return other, true
		}
	}
	return reading.TokenRequest{}, false
}

// revokedBefore is the revocation of the token of a refresh, by the client to
// which it was issued: a server answers 200 for tokens that it does not know too
// (RFC 7009 section 2.2). It was answered before the refresh was sent.
func revokedBefore(v *reading.View, first, t reading.TokenRequest) (reading.Revocation, bool) {
	for _, r := range v.Revocations {
		if r.ID > first.ID && r.ID < t.ID && r.OK && r.Token == t.Form.Get("refresh_token") && r.ClientID == first.ClientID &&
			(t.At == 0 || r.At+r.Took <= t.At) {
			return r, true
		}
	}
	return reading.Revocation{}, false
}

// familyRevoked looks at tokens that a replaced one was exchanged for: where the
// replaced one came back and was refused, they should be no good either.
func familyRevoked(v *reading.View, first, t reading.TokenRequest) check.Result {
	if first.Grant != "refresh_token" {
		return check.Unseen()
	}
	for _, replay := range v.Tokens {
		if replay.ID <= first.ID || replay.ID >= t.ID || !refused(replay) || replay.ClientID != t.ClientID ||
			replay.Form.Get("refresh_token") != first.Form.Get("refresh_token") {
			continue
		}
		if t.OK {
			return check.Bad("the family revoked after a replaced token came back", "refreshed", replay.ID, t.ID)
		}
		return check.Good("revoked", replay.ID, t.ID)
	}
	return check.Unseen()
}
