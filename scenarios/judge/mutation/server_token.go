package mutation

import (
	"net/http"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func serverToken() []Operator {
	return []Operator{
		authServer("token/without-token-type", func(s *scene) {
			s.issued("no token_type", func(doc map[string]any) { delete(doc, "token_type") })
		}, "RFC6749-5.1"),
		authServer("token/without-access-token", func(s *scene) {
			t := s.any(redeems, served)
			if t == nil {
				return
			}
			t.editAnswer(func(doc map[string]any) { delete(doc, "access_token") })
			s.end(t)
			s.blame("no access_token", t)
		}, "RFC6749-5.1"),
		authServer("token/expires-in-text", func(s *scene) {
			s.issued("expires_in is a string", func(doc map[string]any) { doc["expires_in"] = "3600" })
		}, "RFC6749-5.1"),
		authServer("token/may-be-cached", func(s *scene) {
			t := s.any(is(tokenRole), served, func(x *step) bool { return x.Response.Header.Get("Cache-Control") != "" })
			if t == nil {
				return
			}
			if t.Response.Header.Del("Cache-Control"); s.rng.IntN(2) == 0 {
				t.Response.Header.Set("Cache-Control", "private, max-age=60")
			}
			s.blame("no Cache-Control: no-store", t)
		}, "RFC6749-5.1"),
		authServer("token/error-without-code", func(s *scene) {
			s.tokenRefused("400 without the member error", s.any(is(tokenRole), served), 400, `{"message":"something is wrong"}`)
		}, "RFC6749-5.2"),
		authServer("token/error-status", func(s *scene) {
			s.tokenRefused("an error with another status than 400 or 401", s.any(is(tokenRole), served),
				[]int{200, 403, 422}[s.rng.IntN(3)], `{"error":"invalid_grant"}`)
		}, "RFC6749-5.2"),
		authServer("token/server-error", func(s *scene) {
			s.tokenRefused("a server error", s.any(is(tokenRole), served), []int{500, 503}[s.rng.IntN(2)], `{"error":"server_error"}`)
		}, "RFC9110-15.6"),
		authServer("token/pkce-refused", func(s *scene) {
			s.tokenRefused("refuses a code_verifier that fits", s.any(redeems, served, func(x *step) bool {
				return s.asked(x) != nil && s.asked(x).query().has("code_challenge") && x.form().has("code_verifier")
			}), 400, `{"error":"invalid_grant","error_description":"PKCE verification failed: code_verifier does not match"}`)
		}, "RFC7636-4.6"),
		authServer("token/wrong-verifier-accepted", func(s *scene) {
			_, t := s.redeemed(func(x *step) bool { return x.query().has("code_challenge") })
			if t == nil {
				return
			}
			verifier, _ := s.verifier("legal")
			t.setForm(t.form().with("code_verifier", verifier))
			s.blame("a token for a code_verifier that does not fit", t)
		}, "RFC7636-4.6"),
		authServer("token/used-code-accepted", func(s *scene) {
			t := s.any(redeems, served)
			if t == nil {
				return
			}
			x := s.put(t, t.again())
			x.editAnswer(func(doc map[string]any) { doc["access_token"] = s.secret() })
			s.blame("a token for a code that was used", x)
		}, "RFC6749-4.1.2-used-code"),
		authServer("token/code-of-another-client-accepted", func(s *scene) { s.otherClient(redeems) }, "RFC6749-4.1.3-client"),
		authServer("token/unauthenticated-accepted", notAuthenticated, "RFC6749-3.2.1"),
		authServer("token/registered-method-refused", func(s *scene) {
			s.tokenRefused("refuses the authentication method that was registered", s.registeredWithSecret(),
				401, `{"error":"invalid_client","error_description":"the client authentication method is not supported"}`)
		}, "RFC6749-2.3.1", "OAUTH21-2.4.1"),
		authServer("token/secret-of-public-client-demanded", func(s *scene) {
			s.tokenRefused("asks a client that was registered without a secret for one", s.any(redeems, served, public, func(x *step) bool {
				r := s.registration(clientOf(x))
				return r != nil && reading.Text(r.answer(), "token_endpoint_auth_method") == "none"
			}), 401, `{"error":"invalid_client","error_description":"client_secret is required"}`)
		}, "RFC7591-2-none"),
		authServer("token/basic-refused-without-challenge", func(s *scene) {
			t := s.any(is(tokenRole), served, func(x *step) bool { scheme, _ := x.authorization(); return scheme == "Basic" })
			s.tokenRefused("invalid_client for Basic credentials, without WWW-Authenticate", t, 401, `{"error":"invalid_client"}`)
		}, "RFC6749-5.2-challenge"),
		authServer("token/dead-code-invalid-request", func(s *scene) {
			t := s.any(redeems, served)
			if t == nil {
				return
			}
			x := s.put(t, t.again())
			x.replyJSON(http.StatusBadRequest, `{"error":"invalid_request","error_description":"code was already used"}`)
			s.blame("invalid_request for a code that was used", x)
		}, "RFC6749-5.2"),
		authServer("token/granted-scope-not-named", func(s *scene) {
			_, t := s.redeemed(func(x *step) bool { return strings.Contains(x.query().get("scope"), "mcp:read mcp:write") })
			if t == nil {
				return
			}
			s.replace(reading.Text(t.answer(), "access_token"), s.jwt(map[string]any{"aud": s.mcp, "iss": s.issuer, "scope": "mcp:read"}))
			t.editAnswer(func(doc map[string]any) { delete(doc, "scope") })
			s.blame("grants less scope than was asked for, and does not say so", t)
		}, "RFC6749-3.3-granted"),
		authServer("token/without-proof-of-bound-client", func(s *scene) {
			a, t := s.redeemed(func(x *step) bool { return s.registration(x.query().get("client_id")) != nil })
			if a == nil {
				return
			}
			r := s.registration(a.query().get("client_id"))
			bound := func(doc map[string]any) { doc["dpop_bound_access_tokens"] = true }
			r.editSent(bound)
			r.editAnswer(bound)
			s.blame("a token without a DPoP proof for a client that registered dpop_bound_access_tokens", t)
		}, "RFC9449-5.2"),
		authServer("token/dpop-not-bound", func(s *scene) {
			t := s.withJWT(map[string]any{"aud": s.mcp, "iss": s.issuer})
			if t == nil {
				return
			}
			t.Request.Header.Set("DPoP", s.secret())
			t.editAnswer(func(doc map[string]any) { doc["token_type"] = "DPoP" })
			s.blame("a token of type DPoP that is bound to no key", t)
		}, "RFC9449-5"),
		authServer("token/foreign-audience", func(s *scene) {
			s.blame("aud is another server than the resource", s.withJWT(map[string]any{"aud": elsewhere + "/mcp", "iss": s.issuer}))
		}, "RFC8707-2"),
	}
}

// issued changes the answer to a token request.
func (s *scene) issued(what string, change func(map[string]any)) {
	if t := s.any(is(tokenRole), served); t != nil {
		t.editAnswer(change)
		s.blame(what, t)
	}
}

// tokenRefused has a token request refused, and the recording end there.
func (s *scene) tokenRefused(what string, t *step, status int, body string) {
	if t == nil {
		return
	}
	t.replyJSON(status, body)
	s.end(t)
	s.blame(what, t)
}

func serverRefresh() []Operator {
	return []Operator{
		authServer("refresh/dead-token-invalid-request", func(s *scene) {
			r := s.any(refreshes, served, rotates)
			if r == nil {
				return
			}
			x := s.put(r, r.again())
			x.replyJSON(http.StatusBadRequest, `{"error":"invalid_request","error_description":"refresh token is not valid"}`)
			s.blame("invalid_request for a refresh token that was replaced", x)
		}, "RFC6749-5.2"),
		authServer("refresh/not-rotated", func(s *scene) {
			r := s.any(refreshes, served, public, rotates)
			if r == nil {
				return
			}
			s.replace(reading.Text(r.answer(), "refresh_token"), r.form().get("refresh_token"))
			if s.rng.IntN(2) == 0 {
				r.editAnswer(func(doc map[string]any) { delete(doc, "refresh_token") })
			}
			s.blame("the refresh token of a public client stays", r)
		}, "MCP-TOK-10"),
		authServer("refresh/replaced-token-accepted", func(s *scene) {
			r := s.any(refreshes, served, public, rotates)
			if r == nil {
				return
			}
			x := s.put(r, r.again())
			x.editAnswer(func(doc map[string]any) { doc["access_token"], doc["refresh_token"] = s.secret(), s.secret() })
			s.blame("a token for a refresh token that was replaced", x)
		}, "RFC9700-4.14.2"),
		authServer("refresh/missing-scope-refused", func(s *scene) {
			s.tokenRefused("refuses a refresh that names no scope", s.any(refreshes, served, func(x *step) bool { return !x.form().has("scope") }),
				400, []string{
					`{"error":"invalid_scope","error_description":"scope is required"}`,
					`{"error":"invalid_request","error_description":"missing parameter: scope"}`,
				}[s.rng.IntN(2)])
		}, "RFC6749-6-omitted"),
		authServer("refresh/of-another-client-accepted", func(s *scene) { s.otherClient(refreshes) }, "RFC6749-10.4"),
		authServer("refresh/scope-widened", func(s *scene) {
			r := s.any(refreshes, served, func(x *step) bool { return reading.Text(x.answer(), "scope") != "" })
			if r == nil {
				return
			}
			r.editAnswer(func(doc map[string]any) { doc["scope"] = withScope(reading.Text(doc, "scope"), word) })
			s.blame("a scope that was not granted before", r)
		}, "RFC6749-6-not-widened"),
		authServer("refresh/revoked-token-accepted", func(s *scene) {
			t := s.any(is(tokenRole), served, func(x *step) bool { return reading.Text(x.answer(), "refresh_token") != "" })
			m := s.first(is(serverMetadataRole), publishes)
			if t == nil || m == nil || reading.Text(m.answer(), "revocation_endpoint") == "" {
				return
			}
			revoked := reading.Text(t.answer(), "refresh_token")
			r := t.again()
			r.Request.URL = reading.Text(m.answer(), "revocation_endpoint")
			r.setForm(pairs{{"token", revoked}, {"token_type_hint", "refresh_token"}, {"client_id", clientOf(t)}})
			r.reply(http.StatusOK, "", "")
			x := t.again()
			x.setForm(pairs{
				{"grant_type", "refresh_token"}, {"refresh_token", revoked}, {"resource", s.mcp}, {"client_id", clientOf(t)},
			})
			x.editAnswer(func(doc map[string]any) { doc["access_token"], doc["refresh_token"] = s.secret(), s.secret() })
			s.blame("a token for a refresh token that was revoked", s.put(s.put(t, r), x))
		}, "RFC7009-2.2"),
		authServer("refresh/server-error", func(s *scene) {
			s.tokenRefused("a server error", s.any(refreshes, served), 502, "Bad Gateway")
		}, "RFC9110-15.6"),
	}
}
