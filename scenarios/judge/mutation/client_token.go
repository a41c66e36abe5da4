package mutation

import (
	"net/http"
	"slices"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
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
			"RFC7591-3.2.1-client", "RFC6749-2.2", "RFC6749-4.1.3-client-id"),
		client("token/parameter-twice", func(s *scene) {
			t := s.any(redeems, served)
			if t == nil {
				return
			}
			name := []string{"code", "grant_type", "code_verifier"}[s.rng.IntN(3)]
			t.setForm(t.form().plus(name, t.form().get(name)))
			s.blame(name+" twice", t)
		}, "RFC6749-3.2", "RFC6749-3.1"),
		client("token/by-get", func(s *scene) {
			if t := s.any(is(tokenRole), served); t != nil {
				t.Request.Method = http.MethodGet
				t.Request.URL += "?" + t.Request.Body.Text
				t.Request.Body = trace.Body{}
				t.Request.Header.Del("Content-Type")
				t.Request.Header.Del("Content-Length")
				s.blame("token request by GET", t)
			}
		}, "RFC6749-3.2", "RFC6749-4.1.3"),
		client("token/as-json", func(s *scene) {
			if t := s.any(is(tokenRole), served); t != nil {
				doc := map[string]any{}
				for _, p := range t.form() {
					doc[p.name] = p.value
				}
				t.send(encoded(doc))
				t.Request.Header.Set("Content-Type", jsonType)
				s.blame("token request as JSON", t)
			}
		}, "RFC6749-3.2", "RFC6749-4.1.3", "RFC6749-6"),
		client("token/grant-type-missing", func(s *scene) {
			s.token(is(tokenRole), "no grant_type", func(p pairs) pairs { return p.without("grant_type") })
		}, "RFC6749-4.1.3", "RFC6749-3.2", "RFC6749-6"),
		client("token/code-in-url", func(s *scene) {
			if t := s.any(redeems, served); t != nil {
				t.Request.URL += "?code=" + t.form().get("code")
				s.blame("the code in the URL as well", t)
			}
		}, "RFC6749-3.2", "RFC6749-4.1.3"),
		client("token/secret-in-url", func(s *scene) {
			if t := s.any(is(tokenRole), served, func(x *step) bool { return x.form().has("client_secret") }); t != nil {
				t.Request.URL += "?client_secret=" + t.form().get("client_secret")
				t.setForm(t.form().without("client_secret"))
				s.blame("client_secret in the URL", t)
			}
		}, "RFC6749-2.3.1", "RFC6749-2.3.1-client"),
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
		client("token/not-authenticated", func(s *scene) {
			t := s.registeredWithSecret()
			if t == nil {
				return
			}
			id := clientOf(t)
			t.Request.Header.Del("Authorization")
			t.setForm(t.form().without("client_secret").with("client_id", id))
			s.blame("no client authentication though a secret was issued", t)
		}, "RFC6749-3.2.1-client"),
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
		}, "RFC7591-3.2.1-client", "RFC7591-2-client"),
		client("token/another-endpoint", func(s *scene) { s.otherEndpoint(redeems, "/oauth2/v1/token") }, endpointLaws()...),
		client("refresh/another-endpoint", func(s *scene) { s.otherEndpoint(refreshes, "/oauth2/v1/token") }, endpointLaws()...),
		client("registration/another-endpoint", func(s *scene) { s.otherEndpoint(registers, "/oauth2/v1/clients") }, endpointLaws()...),
	}
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
		return r != nil && text(r.answer(), "client_secret") != "" && text(r.answer(), "token_endpoint_auth_method") != "none"
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

func clientRefresh() []Operator {
	return []Operator{
		client("refresh/replaced-token", func(s *scene) {
			r := s.any(refreshes, served, rotates)
			if r == nil {
				return
			}
			x := s.put(r, r.again())
			x.replyJSON(http.StatusBadRequest, `{"error":"invalid_grant"}`)
			s.blame("the refresh token that was replaced", x)
		}, "RFC6749-6-rotated"),
		client("refresh/twice-at-once", func(s *scene) {
			r := s.any(refreshes, served, rotates)
			if r == nil {
				return
			}
			x := s.put(r, r.again())
			x.replyJSON(http.StatusBadRequest, `{"error":"invalid_grant"}`)
			r.Took = pause
			x.At = r.At + pause/4
			s.blame("the refresh token twice at once", x, r)
		}, "RFC6749-6-rotated", "ROBUST-2"),
		client("refresh/another-client", func(s *scene) { s.otherClient(refreshes) },
			"RFC6749-6-client", "RFC6749-10.4-client", "RFC7591-3.2.1-client", "RFC6749-2.2"),
		client("refresh/scope-widened", func(s *scene) {
			s.token(refreshes, "a scope that was not granted", func(p pairs) pairs {
				return p.with("scope", withScope(p.get("scope"), word))
			})
		}, "RFC6749-6-scope"),
		client("refresh/again-and-again", func(s *scene) {
			r := s.any(refreshes, served, rotates)
			if r == nil {
				return
			}
			at := []*step{r}
			for range 24 {
				last := at[len(at)-1]
				x := s.put(last, last.again())
				x.setForm(x.form().with("refresh_token", text(last.answer(), "refresh_token")))
				x.editAnswer(func(doc map[string]any) { doc["access_token"], doc["refresh_token"] = s.secret(), s.secret() })
				at = append(at, x)
			}
			s.blame("25 refreshes without a request in between", at...)
		}, "ROBUST-1"),
		client("refresh/at-another-server", func(s *scene) {
			t := s.first(is(tokenRole), served, func(x *step) bool { return text(x.answer(), "refresh_token") != "" })
			if t == nil {
				return
			}
			m := s.moves()
			if m == nil {
				return
			}
			x := t.again()
			x.Request.URL = text(m.answer(), "token_endpoint")
			x.setForm(pairs{
				{"grant_type", "refresh_token"}, {"refresh_token", s.newestRefreshToken()}, {"client_id", clientOf(t)}, {"resource", s.mcp},
			})
			x.replyJSON(http.StatusBadRequest, `{"error":"invalid_grant"}`)
			s.blame("the refresh token of one server at another one", s.put(m, x))
		}, "MCP-BIND-1", "MCP-DISC-9", "RFC6750-5.3").by(newest),
		client("authorize/client-id-of-another-server", func(s *scene) {
			a := s.first(granted, func(x *step) bool { return s.registration(x.query().get("client_id")) != nil })
			if a == nil {
				return
			}
			m := s.moves()
			if m == nil {
				return
			}
			x := a.again()
			x.Request.URL = text(m.answer(), "authorization_endpoint")
			_, challenge := s.verifier("legal")
			x.setQuery(a.query().with("state", s.hex(32)).with("code_challenge", challenge))
			x.reply(http.StatusBadRequest, "text/html", "Unknown client")
			s.blame("the client_id of one server at another one", s.put(m, x))
		}, "MCP-BIND-2", "MCP-BIND-1").by(newest),
	}
}

func rotates(x *step) bool {
	issued := text(x.answer(), "refresh_token")
	return issued != "" && issued != x.form().get("refresh_token")
}

func (s *scene) newestRefreshToken() string {
	list := s.all(is(tokenRole), served, func(x *step) bool { return text(x.answer(), "refresh_token") != "" })
	return text(list[len(list)-1].answer(), "refresh_token")
}

// moves has the MCP server name another authorization server at the end of the
// recording, and the client read the metadata of that one, which is returned.
func (s *scene) moves() *step {
	p, m := s.first(is(resourceMetadata), publishes), s.first(is(serverMetadataRole), publishes)
	list := s.all(calls, withToken)
	if p == nil || m == nil || len(list) == 0 {
		return nil
	}
	const server = "https://login.second.example"
	x := list[len(list)-1].again()
	x.reply(http.StatusUnauthorized, jsonType, `{"error":"invalid_token"}`)
	x.setChallenge(`Bearer error="invalid_token", resource_metadata="` + p.Request.URL + `"`)
	s.put(s.steps[len(s.steps)-1], x)
	p = s.put(x, p.again())
	p.editAnswer(func(doc map[string]any) { doc["authorization_servers"] = []string{server} })
	old := s.issuer
	m = s.put(p, m.again())
	m.Request.URL = server + "/.well-known/oauth-authorization-server"
	m.editAnswer(func(doc map[string]any) {
		for name, v := range doc {
			if u, ok := v.(string); ok && origin(u) == origin(old) {
				doc[name] = server + pathOf(u)
			}
		}
	})
	return m
}

func clientCall() []Operator {
	return []Operator{
		client("call/token-to-authorization-server", func(s *scene) {
			m := s.first(is(serverMetadataRole), publishes)
			if m != nil {
				s.stray(trace.AuthorizationServer, m.Request.URL)
			}
		}, "RFC6750-5.3"),
		client("call/token-to-third-party", func(s *scene) { s.stray(trace.Other, elsewhere+"/collect") }, "RFC6750-5.3"),
		client("call/token-type-not-understood", func(s *scene) {
			t := s.any(is(tokenRole), served, func(x *step) bool { return s.first(is(mcpCall), s.presents(x)) != nil })
			if t == nil {
				return
			}
			kind := []string{"mac", "DPoP", "N_A"}[s.rng.IntN(3)]
			t.editAnswer(func(doc map[string]any) { doc["token_type"] = kind })
			s.blame("token_type "+kind+", used as Bearer", append(s.all(is(mcpCall), s.presents(t)), t)...)
		}, "RFC6749-7.1", "RFC9449-7.1"),
		client("call/token-not-presented", func(s *scene) {
			x := s.any(calls, withToken, served, s.afterToken)
			if x == nil {
				return
			}
			s.unauthorized(x)
			s.blame("a request without the token that was issued", x)
		}, "MCP-TOK-1"),
		client("call/token-never-presented", func(s *scene) {
			list := s.all(is(mcpCall), withToken, s.afterToken)
			for _, x := range list {
				s.unauthorized(x)
			}
			s.blame("no request with the token that was issued", list...)
		}, "MCP-TOK-1"),
		client("call/token-in-query", func(s *scene) {
			if x := s.any(is(mcpCall), withToken, s.afterToken); x != nil {
				x.Request.URL += "?access_token=" + x.bearer()
				x.Request.Header.Del("Authorization")
				s.blame("the token in the query", x)
			}
		}, "MCP-TOK-2"),
		client("call/token-twice", func(s *scene) {
			if x := s.any(is(mcpCall), withToken, s.afterToken); x != nil {
				x.Request.URL += "?access_token=" + x.bearer()
				s.blame("the token in the query and in the header", x)
			}
		}, "RFC6750-2", "MCP-TOK-2"),
		client("call/token-of-another-issuer", func(s *scene) {
			if x := s.any(calls, withToken, served, s.afterToken); x != nil {
				x.Request.Header.Set("Authorization", "Bearer "+s.secret())
				s.blame("a token that the authorization server did not issue", x)
			}
		}, "MCP-TOK-5"),
		client("call/refresh-token-presented", func(s *scene) {
			x := s.any(calls, withToken, func(x *step) bool {
				return s.first(is(tokenRole), served, s.before(x), func(t *step) bool { return text(t.answer(), "refresh_token") != "" }) != nil
			})
			if x == nil {
				return
			}
			t := s.first(is(tokenRole), served, func(t *step) bool { return text(t.answer(), "refresh_token") != "" })
			y := s.put(x, x.again())
			y.Request.Header.Set("Authorization", "Bearer "+text(t.answer(), "refresh_token"))
			y.reply(http.StatusUnauthorized, jsonType, `{"error":"invalid_token"}`)
			y.setChallenge(`Bearer error="invalid_token", resource_metadata="` + origin(s.mcp) + `/.well-known/oauth-protected-resource` + pathOf(s.mcp) + `"`)
			s.blame("the refresh token at the MCP server", y)
		}, "RFC6750-5.3", "RFC6749-1.5", "RFC6749-10.4-client", "MCP-TOK-5"),
	}
}

// presents is the condition that a request presents the token of a response.
func (s *scene) presents(t *step) func(*step) bool {
	token := text(t.answer(), "access_token")
	return func(x *step) bool { return token != "" && x.bearer() == token }
}

// afterToken is the condition that the request presents a token that was issued
// on the recording.
func (s *scene) afterToken(x *step) bool {
	return slices.ContainsFunc(s.all(is(tokenRole), served), func(t *step) bool { return s.presents(t)(x) })
}

// stray sends the access token to somebody else.
func (s *scene) stray(to trace.Actor, url string) {
	x := s.any(is(mcpCall), withToken, s.afterToken)
	if x == nil {
		return
	}
	y := get(to, url)
	y.Request.Header = x.Request.Header.Clone()
	y.Request.Header.Del("Host")
	y.Request.Header.Del("Content-Length")
	y.Request.Header.Del("Content-Type")
	s.blame("the access token to "+url, s.put(x, y))
}

// unauthorized takes the token from a request, and has it refused.
func (s *scene) unauthorized(x *step) {
	x.Request.Header.Del("Authorization")
	x.reply(http.StatusUnauthorized, jsonType, `{"error":"invalid_token"}`)
	x.setChallenge(`Bearer resource_metadata="` + origin(s.mcp) + `/.well-known/oauth-protected-resource` + pathOf(s.mcp) + `"`)
}
