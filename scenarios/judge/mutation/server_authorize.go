package mutation

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func serverRegistration() []Operator {
	return []Operator{
		authServer("registration/server-error", func(s *scene) {
			s.registrationRefused("a server error", 500, "text/plain", "Internal Server Error")
		}, "RFC9110-15.6", "RFC7591-3.2"),
		authServer("registration/refused-in-plain-text", func(s *scene) {
			s.registrationRefused("403 in plain text", 403, "text/plain", "Forbidden")
		}, "RFC7591-3.2.2"),
		authServer("registration/error-without-code", func(s *scene) {
			s.registrationRefused("400 without the member error", 400, jsonType, `{"message":"bad client metadata"}`)
		}, "RFC7591-3.2.2"),
		authServer("registration/loopback-refused", func(s *scene) {
			r := s.any(registers, func(x *step) bool {
				return strings.HasPrefix(reading.Texts(x.sent(), "redirect_uris")[0], "http://127.0.0.1")
			})
			if r == nil {
				return
			}
			r.replyJSON(http.StatusBadRequest,
				`{"error":"invalid_redirect_uri","error_description":"redirect_uris must use https, loopback is not allowed"}`)
			s.end(r)
			s.blame("refuses a loopback redirect URI", r)
		}, "RFC8252-7"),
		authServer("registration/status-200", func(s *scene) {
			s.registered("200 instead of 201", func(x *step) { x.Response.Status = http.StatusOK })
		}, "RFC7591-3.2.1"),
		authServer("registration/without-client-id", func(s *scene) {
			s.registered("no client_id", func(x *step) {
				x.editAnswer(func(doc map[string]any) { delete(doc, "client_id") })
				s.end(x)
			})
		}, "RFC7591-3.2.1"),
		authServer("registration/without-redirect-uris", func(s *scene) {
			s.registered("no redirect_uris", func(x *step) { x.editAnswer(func(doc map[string]any) { delete(doc, "redirect_uris") }) })
		}, "RFC7591-3.2.1"),
		authServer("registration/secret-without-expiry", func(s *scene) {
			r := s.any(registers, func(x *step) bool {
				return reading.Text(x.answer(), "client_secret") != "" && x.answer()["client_secret_expires_at"] != nil
			})
			if r == nil {
				return
			}
			r.editAnswer(func(doc map[string]any) { delete(doc, "client_secret_expires_at") })
			s.blame("client_secret without client_secret_expires_at", r)
		}, "RFC7591-3.2.1"),
		authServer("registration/unsafe-redirect-accepted", func(s *scene) { s.unsafeRedirect("http://app.example.com/callback") },
			"MCP-REDIR-2-authorization-server", "RFC7591-5"),
		authServer("registration/fragment-accepted", func(s *scene) {
			s.registered("a redirect URI with a fragment", func(x *step) {
				uris := append([]string{"https://app.example.com/callback#done"}, reading.Texts(x.sent(), "redirect_uris")...)
				x.editSent(func(doc map[string]any) { doc["redirect_uris"] = uris })
				x.editAnswer(func(doc map[string]any) { doc["redirect_uris"] = uris })
			})
		}, "RFC6749-3.1.2"),
	}
}

// registered changes the answer to a registration.
func (s *scene) registered(what string, change func(*step)) {
	if r := s.any(registers); r != nil {
		change(r)
		s.blame(what, r)
	}
}

// registrationRefused has a registration refused, and the recording end there.
func (s *scene) registrationRefused(what string, status int, contentType, body string) {
	s.registered(what, func(x *step) {
		x.reply(status, contentType, body)
		s.end(x)
	})
}

func serverAuthorize() []Operator {
	return []Operator{
		authServer("authorize/server-error", func(s *scene) {
			s.authorizeRefused("a server error", s.any(granted), 500, "Internal Server Error")
		}, "RFC9110-15.6"),
		authServer("authorize/registered-redirect-refused", func(s *scene) {
			s.authorizeRefused("refuses a redirect URI that was registered letter by letter", s.any(granted, s.redirectRegistered),
				400, "Invalid redirect_uri: it is not registered for this client")
		}, "RFC6749-3.1.2.3"),
		authServer("authorize/loopback-port-refused", loopbackPortRefused, "RFC8252-7.3"),
		authServer("authorize/unregistered-redirect-accepted", redirectNotRegistered, "MCP-REDIR-4", "RFC9700-2.1", "RFC6749-3.1.2.3"),
		authServer("authorize/error-to-unregistered-redirect", func(s *scene) {
			redirectNotRegistered(s)
			if len(s.at) == 0 {
				return
			}
			s.authorizeError(s.at[0], "invalid_request", "redirect_uri is not registered",
				"redirects an error to a redirect URI that is not registered")
		}, "RFC6749-4.1.2.1-stays", "RFC6749-3.1.2.4", "MCP-REDIR-5", "RFC9700-4.11"),
		authServer("authorize/open-to-scripts", func(s *scene) {
			if a := s.any(granted); a != nil {
				a.Request.Header.Set("Origin", "https://app.example.com")
				a.Response.Header.Set("Access-Control-Allow-Origin", "*")
				s.blame("Access-Control-Allow-Origin at the authorization endpoint", a)
			}
		}, "RFC9700-2.6"),
		authServer("authorize/error-not-reported", func(s *scene) {
			// Where a server does not trust a redirect URI it may stay on its page
			// (RFC 9700 section 4.11.2); on loopback there is nobody to distrust.
			s.authorizeRefused("a page instead of an error response", s.any(granted, s.redirectRegistered, toLoopback),
				400, "Error: invalid_scope. The requested scope is invalid.")
		}, "RFC6749-4.1.2.1-reported"),
		authServer("authorize/unknown-parameter-refused", func(s *scene) {
			a := s.any(granted)
			if a == nil {
				return
			}
			a.setQuery(a.query().plus("ui_theme", "dark"))
			s.authorizeError(a, "invalid_request", "unknown parameter ui_theme", "refuses a parameter that it does not know")
		}, "RFC6749-3.1-unrecognized"),
		authServer("authorize/missing-scope-refused", func(s *scene) {
			a := s.any(granted)
			if a == nil {
				return
			}
			a.setQuery(a.query().without("scope"))
			s.authorizeError(a, "invalid_request", "scope is required", "refuses a request without scope with another code than invalid_scope")
		}, "RFC6749-3.3"),
		authServer("authorize/without-challenge-accepted", func(s *scene) {
			// A confidential client may do without (OAuth 2.1 section 7.5.1).
			a, t := s.redeemed(func(x *step) bool { return x.query().has("code_challenge") && public(s.redemption(x)) })
			if a == nil {
				return
			}
			a.setQuery(a.query().without("code_challenge", "code_challenge_method"))
			t.setForm(t.form().without("code_verifier"))
			s.blame("a code and a token without PKCE", a, t)
		}, "MCP-GEN-5", "RFC7636-4.4.1"),
		authServer("callback/state-changed", func(s *scene) {
			if a := s.any(granted, sendsState); a != nil {
				base, back := a.location()
				if a.setLocation(base, back.with("state", s.hex(32))); s.rng.IntN(2) == 0 {
					a.setLocation(base, back.without("state"))
				}
				s.blame("another state than that of the request, or none", a)
			}
		}, "RFC6749-4.1.2-state"),
		authServer("callback/iss-promised", func(s *scene) {
			a := s.any(granted, returnsISS, s.promisesISS)
			if a == nil {
				return
			}
			base, back := a.location()
			a.setLocation(base, back.without("iss"))
			s.blame("no iss though it is advertised", a)
		}, "RFC9207-2"),
		authServer("callback/iss-foreign", func(s *scene) {
			a := s.any(granted, returnsISS, s.promisesISS)
			if a == nil {
				return
			}
			base, back := a.location()
			a.setLocation(base, back.with("iss", []string{elsewhere, s.issuer + "/"}[s.rng.IntN(2)]))
			s.blame("another iss than the issuer of the metadata", a)
		}, "RFC9207-2.3"),
		authServer("callback/iss-not-advertised", func(s *scene) {
			a := s.any(granted, returnsISS, s.promisesISS)
			if a == nil {
				return
			}
			s.documents(serverMetadataRole, func(doc map[string]any) { delete(doc, "authorization_response_iss_parameter_supported") })
			s.blame("iss though it is not advertised", s.all(granted, returnsISS)...)
		}, "MCP-ISS-2").by(newest),
		authServer("callback/iss-not-sent", func(s *scene) {
			a := s.any(granted, returnsISS)
			if a == nil {
				return
			}
			s.documents(serverMetadataRole, func(doc map[string]any) { delete(doc, "authorization_response_iss_parameter_supported") })
			base, back := a.location()
			a.setLocation(base, back.without("iss"))
			s.blame("no iss", a)
		}, "MCP-ISS-1").by(newest),
		authServer("callback/parameter-twice", func(s *scene) {
			if a := s.any(granted); a != nil {
				s.returnTwice(a)
			}
		}, "RFC6749-3.1-response"),
	}
}

// redirectRegistered reports whether the redirect URI is one that the client
// registered on the recording, letter by letter.
func (s *scene) redirectRegistered(a *step) bool {
	r := s.registration(a.query().get("client_id"))
	return r != nil && slices.Contains(reading.Texts(r.answer(), "redirect_uris"), a.query().get("redirect_uri"))
}

// registrationUsed reports whether the client of a registration asks for
// authorization later on; any other may be that of another login.
func (s *scene) registrationUsed(r *step) bool {
	id := reading.Text(r.answer(), "client_id")
	return s.first(is(authorization), s.after(r), func(a *step) bool { return a.query().get("client_id") == id }) != nil
}

// toLoopback reports whether the redirect URI is that of a program on the user's
// own machine.
func toLoopback(a *step) bool {
	u, err := url.Parse(a.query().get("redirect_uri"))
	return err == nil && u.Scheme == "http" && slices.Contains([]string{"127.0.0.1", "localhost", "::1"}, u.Hostname())
}

// authorizeRefused has an authorization request answered with a page, and the
// recording end there.
func (s *scene) authorizeRefused(what string, a *step, status int, page string) {
	if a == nil {
		return
	}
	a.reply(status, "text/html", page)
	s.end(a)
	s.blame(what, a)
}

// authorizeError has an authorization request answered with an error response,
// and the recording end there.
func (s *scene) authorizeError(a *step, code, description, what string) {
	base, back := a.location()
	a.setLocation(base, append(pairs{{"error", code}, {"error_description", description}}, back.without("code")...))
	s.end(a)
	s.blame(what, a)
}

// loopbackPortRefused has a client come back with another port of its loopback
// redirect URI, and the server refuse it for that.
func loopbackPortRefused(s *scene) {
	a := s.any(granted, s.redirectRegistered, func(x *step) bool {
		u, err := url.Parse(x.query().get("redirect_uri"))
		return err == nil && u.Hostname() == "127.0.0.1" && u.Port() != ""
	})
	if a == nil {
		return
	}
	uri := a.query().get("redirect_uri")
	u, err := url.Parse(uri)
	if err != nil {
		return
	}
	a.setQuery(a.query().with("redirect_uri", strings.Replace(uri, ":"+u.Port(), ":61234", 1)))
	s.authorizeRefused("refuses another port of a registered loopback redirect URI", a,
		400, "Invalid redirect_uri: it is not registered for this client")
}
