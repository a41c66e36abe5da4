package server

import (
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// verifierCompared judges what the authorization server made of a code_verifier
// (RFC 7636 section 4.6): one that fits must not be refused, one that differs or is
// missing must be.
func verifierCompared(v *reading.View, t reading.TokenRequest) check.Result {
	if t.Auth < 0 || t.Request.Body.Truncated {
		return check.Unseen()
	}
	a := v.Authorizations[t.Auth]
	want, raw := a.Params.Get("code_challenge"), t.Form.Get("code_verifier")
	m, ok := trace.ParseMasked(raw)
	if want == "" || a.Params.Get("code_challenge_method") != "S256" || raw != "" && (!ok || m.Challenge == "") {
		return check.Unseen()
	}
	switch fits := m.Challenge == want; {
	case t.OK && !fits:
		return check.Bad("no token without the code_verifier of the code_challenge", "issued a token", a.ID, t.ID)
	case t.OK:
		return check.Good("took the code_verifier that fits", a.ID, t.ID)
	case !fits:
		return check.Good("refused a code_verifier that does not fit", a.ID, t.ID)
	case refused(t) && m.VerifierSyntax != "illegal" && !usedBefore(v, t) &&
		says(refusalOf(t.Answer), "pkce", "code_verifier", "code verifier", "code_challenge", "code challenge"):
		return check.Bad("the code_verifier that fits accepted", reading.Clip(refusalOf(t.Answer)), a.ID, t.ID)
	}
	return check.Unseen()
}

// usedBefore reports whether the code of a request was sent before.
func usedBefore(v *reading.View, t reading.TokenRequest) bool {
	for _, other := range v.Tokens {
		if other.ID < t.ID && other.Form.Get("code") == t.Form.Get("code") {
			return true
		}
	}
	return false
}

// scopeIn is the scope of a masked JWT access token; false where it shows none.
func scopeIn(token string) (string, bool) {
	m, ok := trace.ParseMasked(token)
	if !ok || m.JWT == nil || m.JWT.Claim("scope") == "" {
		return "", false
	}
	return m.JWT.Claim("scope"), true
}

// sameScope compares scopes, whose order means nothing.
func sameScope(a, b string) bool { return within(a, b) && within(b, a) }

// within reports whether every part of the scope a is in b.
func within(a, b string) bool {
	has := map[string]bool{}
	for s := range strings.FieldsSeq(b) {
		has[s] = true
	}
	for s := range strings.FieldsSeq(a) {
		if !has[s] {
			return false
		}
	}
	return true
}
