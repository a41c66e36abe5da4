package mutation

import (
	"net/http"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

func clientAuthorize() []Operator {
	return []Operator{
		client("authorize/no-challenge", func(s *scene) {
			s.authorize("no code_challenge", func(p pairs) pairs { return p.without("code_challenge", "code_challenge_method") })
		}, "MCP-PKCE-1"),
		client("authorize/plain-challenge", func(s *scene) {
			s.plain("code_challenge_method plain", func(p pairs) pairs { return p.with("code_challenge_method", "plain") })
		}, "MCP-PKCE-3", "RFC7636-4.2"),
		client("authorize/challenge-method-missing", func(s *scene) {
			s.plain("no code_challenge_method, which means plain", func(p pairs) pairs { return p.without("code_challenge_method") })
		}, "MCP-PKCE-3", "RFC7636-4.2"),
		client("authorize/challenge-reused", challengeReused, "RFC9700-2.1.1"),
		client("authorize/state-missing", func(s *scene) {
			if a := s.any(granted, sendsState); a != nil {
				a.setQuery(a.query().without("state"))
				base, back := a.location()
				a.setLocation(base, back.without("state"))
				s.blame("no state", a)
			}
		}, "MCP-STATE-1"),
		client("authorize/state-reused", stateReused, "RFC9700-2.1-state", "RFC6749-10.12"),
		client("authorize/response-type-wrong", func(s *scene) {
			to := []string{"token", "", "id_token"}[s.rng.IntN(3)]
			s.authorize("response_type "+to, func(p pairs) pairs {
				if to == "" {
					return p.without("response_type")
				}
				return p.with("response_type", to)
			})
		}, "RFC6749-4.1.1"),
		client("authorize/client-id-missing", func(s *scene) {
			s.authorize("no client_id", func(p pairs) pairs { return p.without("client_id") })
		}, "RFC6749-4.1.1", "MCP-REG-1"),
		client("authorize/client-id-changed", func(s *scene) {
			a := s.any(granted, func(x *step) bool { return s.registration(x.query().get("client_id")) != nil })
			if a == nil {
				return
			}
			t := s.redemption(a)
			a.setQuery(a.query().with("client_id", "another-"+s.hex(8)))
			s.blame("another client_id than the registered one", a, t)
		}, "RFC7591-3.2.1-client", "RFC6749-2.2", "MCP-REG-1"),
		client("authorize/parameter-twice", func(s *scene) {
			name := []string{"client_id", "state", "scope", "redirect_uri"}[s.rng.IntN(4)]
			a := s.any(granted, func(x *step) bool { return x.query().has(name) })
			if a == nil {
				return
			}
			a.setQuery(a.query().plus(name, a.query().get(name)))
			s.blame(name+" twice", a)
		}, "RFC6749-3.1"),
		client("authorize/secret-in-url", func(s *scene) {
			s.authorize("client_secret in the URL", func(p pairs) pairs { return p.plus("client_secret", s.secret()) })
		}, "RFC6749-2.3.1-url"),
		client("authorize/redirect-not-registered", redirectNotRegistered, "MCP-REDIR-3", "RFC7591-2"),
		client("authorize/plain-http-opened", func(s *scene) {
			a := s.first(granted, func(x *step) bool { return strings.HasPrefix(x.Request.URL, "http:") })
			if a == nil {
				return
			}
			s.replace(a.base(), "http://login.example.com/authorize")
			s.blame("opened a plain http URL", s.all(is(authorization))...)
		}, "MCP-SBP-11"),
		client("authorize/another-endpoint", func(s *scene) {
			a := s.any(granted)
			if a == nil || s.first(is(serverMetadataRole), publishes, s.before(a)) == nil {
				return
			}
			_, query, _ := strings.Cut(a.Request.URL, "?")
			a.Request.URL = origin(a.base()) + "/oauth2/v1/authorize?" + query
			s.blame("another authorization endpoint than that of the metadata", a)
		}, endpointLaws()...),
		client("authorize/scope-beyond-the-challenge", func(s *scene) {
			a := s.first(granted)
			if a == nil {
				return
			}
			c := s.first(is(mcpCall), unauthorized, withoutToken, s.before(a), func(x *step) bool { return param(x.challenge(), "scope") != "" })
			if c == nil {
				return
			}
			a.setQuery(a.query().with("scope", withScope(a.query().get("scope"), word)))
			s.blame("a scope more than the challenge names", a)
		}, "MCP-SCOPE-8", "MCP-SCOPE-5"),
		client("authorize/scope-missing", func(s *scene) {
			a := s.first(granted)
			if a == nil || a.query().get("scope") == "" {
				return
			}
			a.setQuery(a.query().without("scope"))
			s.blame("no scope", a)
		}, "MCP-SCOPE-5", "MCP-SCOPE-4", "MCP-SCOPE-3"),
	}
}

// endpointLaws oblige a client to go by the metadata of the authorization
// server, and so to use its endpoints.
func endpointLaws() []string {
	return []string{"MCP-ASM-13", "MCP-ASM-1"}
}

func sendsState(x *step) bool { return x.query().has("state") }

// authorize changes the parameters of an authorization request, which is
// answered as before.
func (s *scene) authorize(what string, change func(pairs) pairs) {
	a := s.any(granted)
	if a == nil {
		return
	}
	a.setQuery(change(a.query()))
	s.blame(what, a)
}

// plain has the code_challenge be the code_verifier itself, which is masked as a
// secret in both places.
func (s *scene) plain(what string, change func(pairs) pairs) {
	a, t := s.redeemed(func(x *step) bool { return x.query().has("code_challenge") })
	if a == nil {
		return
	}
	a.setQuery(change(a.query().with("code_challenge", t.form().get("code_verifier"))))
	s.blame(what, a)
}

func challengeReused(s *scene) {
	list := s.all(granted, func(x *step) bool { return x.query().has("code_challenge") && s.redemption(x) != nil })
	if len(list) < 2 {
		return
	}
	a, b := list[0], list[1]
	t, u := s.redemption(a), s.redemption(b)
	b.setQuery(b.query().with("code_challenge", a.query().get("code_challenge")))
	u.setForm(u.form().with("code_verifier", t.form().get("code_verifier")))
	s.blame("the code_challenge of an earlier request", b)
}

func stateReused(s *scene) {
	list := s.all(granted, sendsState)
	if len(list) < 2 {
		return
	}
	a, b := list[0], list[1]
	b.setQuery(b.query().with("state", a.query().get("state")))
	base, back := b.location()
	b.setLocation(base, back.with("state", a.query().get("state")))
	s.blame("the state of an earlier request", b)
}

// redirectNotRegistered has a registered client come from another path.
func redirectNotRegistered(s *scene) {
	a, t := s.redeemed(func(x *step) bool { return s.registration(x.query().get("client_id")) != nil })
	if a == nil {
		return
	}
	s.otherRedirect(a, t, strings.TrimSuffix(a.query().get("redirect_uri"), "/")+"/elsewhere")
	s.blame("a redirect URI that is not registered", a)
}

// otherRedirect has one flow use another redirect URI throughout.
func (s *scene) otherRedirect(a, t *step, uri string) {
	a.setQuery(a.query().with("redirect_uri", uri))
	_, back := a.location()
	a.setLocation(uri, back)
	if t != nil && t.form().has("redirect_uri") {
		t.setForm(t.form().with("redirect_uri", uri))
	}
}

func clientResource() []Operator {
	return []Operator{
		client("authorize/resource-missing", func(s *scene) {
			if a := s.any(granted, sendsResource); a != nil {
				a.setQuery(a.query().without("resource"))
				s.blame("no resource", a)
			}
		}, "MCP-RES-1", "MCP-RES-3"),
		client("token/resource-missing", func(s *scene) {
			s.token(redeems, "no resource", func(p pairs) pairs { return p.without("resource") })
		}, "MCP-RES-1"),
		client("refresh/resource-missing", func(s *scene) {
			if t := s.any(refreshes, served, func(x *step) bool { return x.form().has("resource") }); t != nil {
				t.setForm(t.form().without("resource"))
				s.blame("no resource", t)
			}
		}, "MCP-RES-1"),
		client("authorize/resource-of-another-server", func(s *scene) { s.resource(elsewhere + "/mcp") }, "MCP-RES-2"),
		client("authorize/resource-origin-only", func(s *scene) { s.resource(origin(s.mcp)) }, "MCP-RES-4", "MCP-RES-2"),
		client("authorize/resource-with-slash", func(s *scene) { s.resource(s.mcp + "/") }, "MCP-RES-6", "MCP-RES-2"),
		client("authorize/resource-with-fragment", func(s *scene) { s.resource(s.mcp + "#tools") }, "RFC8707-2-client", "MCP-RES-6"),
		client("authorize/resource-relative", func(s *scene) { s.resource("/mcp") }, "RFC8707-2-client", "MCP-RES-6"),
		client("token/resource-changed", func(s *scene) {
			s.token(redeems, "another resource than was authorized", func(p pairs) pairs { return p.with("resource", elsewhere+"/mcp") })
		}, "RFC8707-2.2", "MCP-RES-2"),
		client("refresh/resource-changed", func(s *scene) {
			s.token(refreshes, "another resource than was authorized", func(p pairs) pairs { return p.with("resource", elsewhere+"/mcp") })
		}, "RFC8707-2.2", "MCP-RES-2"),
	}
}

func sendsResource(x *step) bool { return x.query().has("resource") }

// resource has all requests name another resource.
func (s *scene) resource(uri string) {
	at := s.all(granted, sendsResource)
	for _, a := range at {
		a.setQuery(a.query().with("resource", uri))
	}
	for _, t := range s.all(is(tokenRole), func(x *step) bool { return x.form().has("resource") }) {
		t.setForm(t.form().with("resource", uri))
	}
	s.blame("resource="+uri, at...)
}

// token changes the form of a token request, which is answered as before.
func (s *scene) token(kind func(*step) bool, what string, change func(pairs) pairs) {
	t := s.any(kind, served)
	if t == nil {
		return
	}
	t.setForm(change(t.form()))
	s.blame(what, t)
}

func clientCallback() []Operator {
	return []Operator{
		client("callback/iss-wrong-accepted", func(s *scene) { s.otherISS(elsewhere) },
			"MCP-ISS-4", "MCP-ISS-3", "MCP-SBP-15", "RFC9207-2.4", "RFC9700-2.1-iss").by(newest),
		client("callback/iss-almost-right-accepted", func(s *scene) {
			s.otherISS([]string{s.issuer + "/", strings.ToUpper(s.issuer[:min(4, len(s.issuer))]) + s.issuer[min(4, len(s.issuer)):]}[s.rng.IntN(2)])
		}, "MCP-ISS-5", "MCP-ISS-4", "RFC9207-2.4", "RFC9700-2.1-iss").by(newest),
		client("callback/iss-missing-accepted", func(s *scene) {
			a, t := s.redeemed(returnsISS)
			if a == nil || !s.promisesISS(a) {
				return
			}
			base, back := a.location()
			a.setLocation(base, back.without("iss"))
			s.blame("no iss though it is advertised; the client redeems the code", a, t)
		}, "MCP-ISS-4", "RFC9207-2.4", "RFC9700-2.1-iss").by(newest),
		client("callback/state-wrong-accepted", func(s *scene) {
			a, t := s.redeemed(sendsState)
			if a == nil {
				return
			}
			base, back := a.location()
			a.setLocation(base, back.with("state", s.hex(32)))
			s.blame("another state; the client redeems the code", a, t)
		}, "MCP-STATE-2", "RFC6749-10.12"),
		client("callback/state-missing-accepted", func(s *scene) {
			a, t := s.redeemed(sendsState)
			if a == nil {
				return
			}
			base, back := a.location()
			a.setLocation(base, back.without("state"))
			s.blame("no state; the client redeems the code", a, t)
		}, "MCP-STATE-2", "RFC6749-10.12"),
		client("callback/error-ignored", func(s *scene) {
			a, t := s.redeemed()
			if a == nil {
				return
			}
			base, back := a.location()
			a.setLocation(base, append(pairs{{"error", "access_denied"}}, back.without("code")...))
			t.replyJSON(http.StatusBadRequest, `{"error":"invalid_grant"}`)
			s.end(t)
			s.blame("a token request after access_denied", a, t)
		}, "RFC6749-4.1.2.1"),
		client("callback/parameter-twice-accepted", func(s *scene) {
			a, t := s.redeemed()
			if a == nil {
				return
			}
			s.returnTwice(a)
			s.at = append(s.at, t)
		}, "ROBUST-2"),
		client("callback/absent-iss-refused", func(s *scene) {
			a, t := s.redeemed()
			if a == nil || s.first(is(serverMetadataRole), publishes, s.before(a)) == nil {
				return // nobody knows whether it is advertised
			}
			s.documents(serverMetadataRole, func(doc map[string]any) { delete(doc, "authorization_response_iss_parameter_supported") })
			for _, x := range s.all(returnsISS) {
				base, back := x.location()
				x.setLocation(base, back.without("iss"))
			}
			s.blame("drops a response without iss, which is not advertised", a, s.dropped(a, t))
		}, "MCP-ISS-4-absent").by(newest),
		client("callback/matching-iss-refused", func(s *scene) {
			a, t := s.redeemed(returnsISS)
			if a == nil || !s.promisesISS(a) {
				return
			}
			s.blame("drops a response with the right iss", a, s.dropped(a, t))
		}, "MCP-ISS-4").by(newest),
	}
}

// dropped has the client receive the response, and ask anew instead of
// redeeming the code. It returns the receipt.
func (s *scene) dropped(a, t *step) *step {
	s.end(t)
	s.remove(t)
	s.end(a)
	c := s.put(a, s.delivery(a))
	b := s.put(c, a.again())
	s.fresh(b)
	s.put(b, s.delivery(b))
	return c
}

// delivery is the request in which the user agent brings the client an
// authorization response.
func (s *scene) delivery(a *step) *step {
	x := get(trace.Client, a.Response.Header.Get("Location"))
	x.From = trace.UserAgent
	x.reply(http.StatusOK, "text/html", "You may close this window.")
	return x
}

func returnsISS(x *step) bool { _, back := x.location(); return back.has("iss") }

// promisesISS reports whether the metadata that the client had read advertises
// the parameter.
func (s *scene) promisesISS(a *step) bool {
	return s.first(is(serverMetadataRole), publishes, s.before(a), func(x *step) bool {
		return x.answer()["authorization_response_iss_parameter_supported"] == true
	}) != nil
}

func (s *scene) otherISS(iss string) {
	a, t := s.redeemed(returnsISS)
	if a == nil || !s.promisesISS(a) {
		return
	}
	base, back := a.location()
	a.setLocation(base, back.with("iss", iss))
	s.blame("iss="+iss, a, t)
}

// returnTwice has an authorization response hold a parameter twice.
func (s *scene) returnTwice(a *step) {
	base, back := a.location()
	name := "code"
	if other := []string{"iss", "state", "code"}[s.rng.IntN(3)]; back.has(other) {
		name = other
	}
	value := back.get(name)
	if name != "state" {
		value = map[string]string{"code": s.secret(), "iss": elsewhere}[name]
	}
	a.setLocation(base, back.plus(name, value))
	s.blame(name+" twice in the response", a)
}
