package mutation

import (
	"net/http"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func clientToken() []Operator {
	return []Operator{
		client("token/code-again", func(s *scene) {
			t := s.any(redeems, served)
			if t == nil {
				return
			}
			x := s.put(t, t.again())
			x.replyJSON(http.StatusBadRequest, `{"error":"invalid_grant"}`)
			s.blame("the code again after it was redeemed", x)
		}, "RFC6749-4.1.2-code"),
		client("token/verifier-wrong", func(s *scene) {
			verifier, _ := s.verifier("legal")
			s.token(redeems, "code_verifier of another challenge", func(p pairs) pairs { return p.with("code_verifier", verifier) })
		}, "RFC7636-4.5"),
		client("token/verifier-missing", func(s *scene) {
			s.token(redeems, "no code_verifier", func(p pairs) pairs { return p.without("code_verifier") })
		}, "RFC7636-4.5"),
		client("token/verifier-illegal", func(s *scene) {
			a, t := s.redeemed(func(x *step) bool { return x.query().has("code_challenge") })
			if a == nil {
				return
			}
			verifier, challenge := s.verifier("illegal")
			a.setQuery(a.query().with("code_challenge", challenge))
			t.setForm(t.form().with("code_verifier", verifier))
			s.blame("code_verifier of illegal length or alphabet", t)
		}, "RFC7636-4.1"),
		client("token/redirect-uri-changed", func(s *scene) {
			_, t := s.redeemed(func(x *step) bool { return s.redemption(x) != nil && s.redemption(x).form().has("redirect_uri") })
			if t == nil {
				return
			}
			t.setForm(t.form().with("redirect_uri", t.form().get("redirect_uri")+"/elsewhere"))
			s.blame("another redirect_uri than in the authorization request", t)
		}, "RFC6749-4.1.3"),
		client("token/client-id-changed", func(s *scene) { s.otherClient(redeems) },
			"RFC6749-2.2", "RFC7591-3.2.1-client"),
		client("token/parameter-twice", func(s *scene) {
			t := s.any(redeems, served)
			if t == nil {
				return
			}
			name := []string{"code", "grant_type", "code_verifier"}[s.rng.IntN(3)]
			t.setForm(t.form().plus(name, t.form().get(name)))
			s.blame(name+" twice", t)
		}, "RFC6749-3.2-once", "RFC6749-3.1"),
		client("token/by-get", func(s *scene) {
			if t := s.any(is(tokenRole), served); t != nil {
				t.Request.Method = http.MethodGet
				t.Request.URL += "?" + t.Request.Body.Text
				t.Request.Body = trace.Body{}
				t.Request.Header.Del("Content-Type")
				t.Request.Header.Del("Content-Length")
				s.blame("token request by GET", t)
			}
		}, "RFC6749-3.2"),
		client("token/as-json", func(s *scene) {
			if t := s.any(redeems, served); t != nil {
				doc := map[string]any{}
				for _, p := range t.form() {
					doc[p.name] = p.value
				}
				t.send(encoded(doc))
				t.Request.Header.Set("Content-Type", jsonType)
				s.blame("token request as JSON", t)
			}
		}, "RFC6749-4.1.3-form"),
		client("token/grant-type-missing", func(s *scene) {
			s.token(redeems, "no grant_type", func(p pairs) pairs { return p.without("grant_type") })
		}, "RFC6749-4.1.3-form"),
		client("token/code-in-url", func(s *scene) {
			if t := s.any(redeems, served); t != nil {
				t.Request.URL += "?code=" + t.form().get("code")
				if s.rng.IntN(2) == 0 {
					t.setForm(t.form().without("code"))
				}
				s.blame("the code in the URL", t)
			}
		}, "RFC6749-4.1.3-form"),
		client("token/secret-in-url", func(s *scene) {
			if t := s.any(is(tokenRole), served, func(x *step) bool { return x.form().has("client_secret") }); t != nil {
				t.Request.URL += "?client_secret=" + t.form().get("client_secret")
				t.setForm(t.form().without("client_secret"))
				s.blame("client_secret in the URL", t)
			}
		}, "RFC6749-2.3.1-url"),
		client("token/two-auth-methods", func(s *scene) {
			t := s.any(is(tokenRole), served, func(x *step) bool { return !public(x) })
			if t == nil {
				return
			}
			if t.form().has("client_secret") {
				t.Request.Header.Set("Authorization", s.basic(t.form().get("client_id")))
			} else {
				t.setForm(t.form().plus("client_id", clientOf(t)).plus("client_secret", s.secret()))
			}
			s.blame("Basic and client_secret", t)
		}, "RFC6749-2.3"),
		client("token/not-authenticated", notAuthenticated, "RFC6749-3.2.1-client"),
		client("token/another-auth-method", func(s *scene) {
			t := s.registeredWithSecret()
			if t == nil {
				return
			}
			if id := clientOf(t); t.form().has("client_secret") {
				t.setForm(t.form().without("client_secret", "client_id"))
				t.Request.Header.Set("Authorization", s.basic(id))
			} else {
				t.Request.Header.Del("Authorization")
				t.setForm(t.form().with("client_id", id).plus("client_secret", s.secret()))
			}
			s.blame("another authentication method than the registered one", t)
		}, "RFC7591-2-client", "RFC7591-3.2.1-client"),
		client("token/another-endpoint", func(s *scene) { s.otherEndpoint(redeems, "/oauth2/v1/token") }, endpointLaws()...),
		client("refresh/another-endpoint", func(s *scene) { s.otherEndpoint(refreshes, "/oauth2/v1/token") }, endpointLaws()...),
		client("registration/another-endpoint", func(s *scene) {
			s.otherEndpoint(both(registers, s.registrationUsed), "/oauth2/v1/clients")
		}, endpointLaws()...),
	}
}

// notAuthenticated has a client that was issued a secret get a token without.
func notAuthenticated(s *scene) {
	t := s.registeredWithSecret()
	if t == nil {
		return
	}
	id := clientOf(t)
	t.Request.Header.Del("Authorization")
	t.setForm(t.form().without("client_secret").with("client_id", id))
	s.blame("no client authentication though a secret was issued", t)
}

// otherClient has a token request come from a client_id that is not the one of
// the grant.
func (s *scene) otherClient(kind func(*step) bool) {
	t := s.any(kind, served, func(x *step) bool { return clientOf(x) != "" })
	if t == nil {
		return
	}
	id := "another-" + s.hex(8)
	if t.form().has("client_id") {
		t.setForm(t.form().with("client_id", id))
	}
	if scheme, _ := t.authorization(); scheme != "" {
		t.Request.Header.Set("Authorization", s.basic(id))
	}
	s.blame("another client_id than that of the grant", t)
}

// registeredWithSecret is a token request of a client that was issued a secret
// at a registration on the recording.
func (s *scene) registeredWithSecret() *step {
	return s.any(is(tokenRole), served, func(x *step) bool {
		r := s.registration(clientOf(x))
		return r != nil && reading.Text(r.answer(), "client_secret") != "" && reading.Text(r.answer(), "token_endpoint_auth_method") != "none"
	}, func(x *step) bool { return !public(x) })
}

// otherEndpoint has a request go to another URL than that of the metadata.
func (s *scene) otherEndpoint(kind func(*step) bool, path string) {
	x := s.any(kind, served)
	if x == nil || s.first(is(serverMetadataRole), publishes, s.before(x)) == nil {
		return
	}
	x.Request.URL = []string{origin(x.base()), elsewhere}[s.rng.IntN(2)] + path
	s.blame("another endpoint than that of the metadata", x)
}
