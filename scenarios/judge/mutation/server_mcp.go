package mutation

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func serverDiscovery() []Operator {
	return []Operator{
		mcpServer("challenge/missing", func(s *scene) {
			if x := s.any(is(mcpCall), withoutToken, unauthorized, challenges, s.keepsHeaders("WWW-Authenticate")); x != nil {
				x.reply(http.StatusUnauthorized, jsonType, `{"error":"unauthorized"}`)
				s.blame("401 without WWW-Authenticate", x)
			}
		}, "RFC6750-3", "RFC9110-15.5.2"),
		mcpServer("challenge/another-scheme", func(s *scene) {
			if x := s.any(is(mcpCall), withoutToken, unauthorized, challenges); x != nil {
				x.setChallenge(`Basic realm="lab"`)
				s.blame("401 with Basic only", x)
			}
		}, "RFC6750-3"),
		mcpServer("challenge/status", func(s *scene) {
			if x := s.any(calls, withoutToken, unauthorized, challenges); x != nil {
				x.Response.Status = []int{http.StatusForbidden, http.StatusBadRequest}[s.rng.IntN(2)]
				s.blame("another status than 401 for a request without a token", x)
			}
		}, "MCP-DISC-1", "MCP-ERR-1-401"),
		mcpServer("challenge/points-nowhere", pointsNowhere, "MCP-DISC-5", "MCP-DISC-2"),
		mcpServer("challenge/relative-url", func(s *scene) {
			if x := s.any(is(mcpCall), unauthorized, pointsToMetadata); x != nil {
				x.setChallenge(withParam(x.challenge(), "resource_metadata", pathOf(param(x.challenge(), "resource_metadata"))))
				s.blame("resource_metadata is no absolute URL", x)
			}
		}, "RFC9728-5.1"),
		mcpServer("challenge/without-scope", func(s *scene) {
			list := s.all(is(mcpCall), withoutToken, unauthorized, func(x *step) bool { return param(x.challenge(), "scope") != "" })
			for _, x := range list {
				x.setChallenge(withoutParam(x.challenge(), "scope"))
			}
			s.blame("no scope in the challenge", list...)
		}, "MCP-SCOPE-1"),
		mcpServer("challenge/offline-access", func(s *scene) {
			if x := s.any(is(mcpCall), withoutToken, unauthorized, challenges); x != nil {
				x.setChallenge(withParam(x.challenge(), "scope", withScope(param(x.challenge(), "scope"), "mcp:read", "offline_access")))
				s.blame("offline_access in the challenge", x)
			}
		}, "MCP-REFR-5").by(newest),
		mcpServer("resource-metadata/offline-access", func(s *scene) {
			s.blame("offline_access in scopes_supported", s.documents(resourceMetadata, func(doc map[string]any) {
				doc["scopes_supported"] = append(reading.Texts(doc, "scopes_supported"), "offline_access")
			})...)
		}, "MCP-REFR-5").by(newest),
		mcpServer("resource-metadata/without-servers", func(s *scene) {
			s.blame("no authorization_servers", s.documents(resourceMetadata, func(doc map[string]any) {
				if delete(doc, "authorization_servers"); s.rng.IntN(2) == 0 {
					doc["authorization_servers"] = []string{}
				}
			})...)
		}, "MCP-DISC-3", "RFC9728-2"),
		mcpServer("resource-metadata/resource-differs", func(s *scene) {
			to := []string{s.mcp + "/", origin(s.mcp) + "/other", origin(s.mcp), elsewhere + "/mcp"}[s.rng.IntN(4)]
			s.blame("resource is "+to, s.documents(resourceMetadata, func(doc map[string]any) { doc["resource"] = to })...)
		}, "RFC9728-3.3", "MCP-DISC-10"),
		mcpServer("resource-metadata/without-resource", func(s *scene) {
			s.blame("no resource", s.documents(resourceMetadata, func(doc map[string]any) { delete(doc, "resource") })...)
		}, "RFC9728-3.3", "MCP-DISC-10", "RFC9728-2"),
		mcpServer("resource-metadata/names-no-issuer", func(s *scene) {
			if s.issuer == "" || s.first(is(serverMetadataRole), publishes) == nil {
				return
			}
			s.blame("authorization_servers names the metadata document", s.documents(resourceMetadata, func(doc map[string]any) {
				doc["authorization_servers"] = []string{s.issuer + "/.well-known/oauth-authorization-server"}
			})...)
		}, "RFC9728-2"),
	}
}

func challenges(x *step) bool { return x.challenge() != "" }

// pointsNowhere takes away what shows where the resource metadata is: in
// 2025-06-18 the URL of the challenge, since then the well-known documents too.
func pointsNowhere(s *scene) {
	list := s.all(is(mcpCall), withoutToken, unauthorized, pointsToMetadata)
	docs := s.all(is(resourceMetadata))
	if len(list) == 0 || len(docs) == 0 || s.index(docs[0]) < s.index(list[0]) {
		return
	}
	for _, x := range s.all(is(mcpCall), pointsToMetadata) {
		x.setChallenge(withoutParam(x.challenge(), "resource_metadata"))
	}
	if s.revision == "2025-06-18" {
		s.blame("no resource_metadata in the challenge", list...)
		return
	}
	last := docs[0]
	last.reply(http.StatusNotFound, jsonType, `{"error":"not_found"}`)
	if root := origin(s.mcp) + "/.well-known/oauth-protected-resource"; last.base() != root {
		last = s.put(last, get(trace.MCPServer, root))
	}
	s.end(last)
	s.blame("neither resource_metadata in the challenge nor a well-known document", append(list, docs[0], last)...)
}

func serverCall() []Operator {
	return []Operator{
		mcpServer("call/server-error", func(s *scene) {
			if x := s.any(calls, withToken, served); x != nil {
				x.reply([]int{500, 502, 503}[s.rng.IntN(3)], "text/plain", "Internal Server Error")
				s.blame("a server error for a call", x)
			}
		}, "RFC9110-15.6-mcp-server"),
		mcpServer("resource-metadata/server-error", func(s *scene) {
			if x := s.any(is(resourceMetadata), publishes); x != nil {
				x.reply(http.StatusInternalServerError, "text/plain", "Internal Server Error")
				s.blame("a server error for the resource metadata", x)
			}
		}, "RFC9110-15.6-mcp-server"),
		mcpServer("call/dead-token-forbidden", func(s *scene) {
			if x := s.any(is(mcpCall), withToken, unauthorized, namesInvalidToken); x != nil {
				x.Response.Status = []int{http.StatusForbidden, http.StatusBadRequest}[s.rng.IntN(2)]
				s.blame("another status than 401 for a token that is not valid", x)
			}
		}, "MCP-TOK-3", "MCP-ERR-1-401"),
		mcpServer("call/expired-token-served", expiredServed, "MCP-TOK-3", "MCP-ERR-1-401", "RFC9068-4"),
		mcpServer("call/error-not-named", func(s *scene) {
			if x := s.any(is(mcpCall), withToken, unauthorized, namesInvalidToken); x != nil {
				x.setChallenge(withoutParam(withoutParam(x.challenge(), "error"), "error_description"))
				s.blame("no error invalid_token for a token that was sent", x)
			}
		}, "RFC6750-3.1"),
		mcpServer("call/foreign-audience-served", func(s *scene) {
			t := s.withJWT(map[string]any{"aud": elsewhere + "/mcp", "iss": s.issuer})
			if t == nil {
				return
			}
			s.blame("serves a token whose aud is another server", s.all(calls, served, s.presents(t))...)
		}, "MCP-TOK-4", "MCP-TOK-6", "MCP-SBP-6", "RFC9068-4"),
		mcpServer("call/bound-token-served", func(s *scene) {
			t := s.withJWT(map[string]any{"aud": s.mcp, "iss": s.issuer, "cnf": map[string]any{"jkt": s.hex(43)}})
			if t == nil {
				return
			}
			s.blame("serves a token that is bound to a DPoP key as Bearer", s.all(calls, served, s.presents(t), s.demanded)...)
		}, "RFC9449-7.2"),
		mcpServer("call/session-served-without-token", func(s *scene) {
			x := s.any(calls, withToken, served, s.demanded, func(x *step) bool {
				return x.Request.Header.Get("Mcp-Session-Id") != "" && x.status() == http.StatusOK &&
					strings.Contains(x.Response.Body.Text, `"result"`)
			})
			if x == nil {
				return
			}
			x.Request.Header.Del("Authorization")
			s.blame("serves a session without a token", x)
		}, "MCP-SBP-10"),
		mcpServer("step-up/status", func(s *scene) {
			if x := s.any(lacksScope); x != nil {
				x.Response.Status = []int{http.StatusUnauthorized, http.StatusBadRequest}[s.rng.IntN(2)]
				s.blame("another status than 403 for lack of scope", x)
			}
		}, "MCP-ERR-1"),
		mcpServer("step-up/without-error", func(s *scene) {
			if x := s.any(lacksScope); x != nil {
				x.setChallenge(withoutParam(x.challenge(), "error"))
				s.blame("403 without error insufficient_scope", x)
			}
		}, "MCP-STEP-1"),
		mcpServer("step-up/without-scope", func(s *scene) {
			if x := s.any(lacksScope); x != nil {
				x.setChallenge(withoutParam(x.challenge(), "scope"))
				s.blame("403 without the scope that is needed", x)
			}
		}, "MCP-STEP-1", "MCP-STEP-2"),
	}
}

func namesInvalidToken(x *step) bool { return param(x.challenge(), "error") == "invalid_token" }

// demanded reports whether the recording shows that a request needs a token: one
// like it, or the handshake, was refused without one. A server may leave a method
// open, to whoever presents whatever.
func (s *scene) demanded(x *step) bool {
	kind := func(y *step) string {
		message := y.sent()
		params, _ := message["params"].(map[string]any)
		return reading.Text(message, "method") + " " + reading.Text(params, "name")
	}
	return s.first(calls, withoutToken, unauthorized, func(y *step) bool {
		return kind(y) == kind(x) || slices.Contains([]string{"initialize", "server/discover"}, reading.Text(y.sent(), "method"))
	}) != nil
}

// withJWT makes an access token of the recording a JWT with claims, and returns
// the token response.
func (s *scene) withJWT(claims map[string]any) *step {
	t := s.any(is(tokenRole), served, func(x *step) bool {
		return x.form().has("resource") && s.first(calls, served, s.presents(x)) != nil
	})
	if t == nil {
		return nil
	}
	s.replace(reading.Text(t.answer(), "access_token"), s.jwt(claims))
	return t
}

// expiredServed lets hours go by before a call with a token that was issued for
// an hour at most.
func expiredServed(s *scene) {
	const late = 3 * time.Hour
	t := s.any(is(tokenRole), served, func(x *step) bool {
		seconds, ok := x.answer()["expires_in"].(float64)
		return ok && seconds <= 3600 && s.first(calls, served, s.presents(x), s.demanded) != nil
	})
	if t == nil {
		return
	}
	x := s.any(calls, served, s.presents(t), s.demanded)
	for _, later := range s.steps[s.index(x):] {
		later.At += late
	}
	for i := range s.rec.Events {
		if e := &s.rec.Events[i]; e.After >= x.was {
			e.At += late
		}
	}
	list := append(s.all(calls, served, s.presents(t), s.demanded, s.after(x)), x)
	s.blame("serves a token three hours after it was issued for one", list...)
}

func serverMetadata() []Operator {
	return []Operator{
		authServer("metadata/member-missing", func(s *scene) {
			name := []string{"issuer", "response_types_supported", "token_endpoint", "authorization_endpoint"}[s.rng.IntN(4)]
			s.blame("no "+name, s.documents(serverMetadataRole, func(doc map[string]any) { delete(doc, name) })...)
		}, "RFC8414-2"),
		authServer("metadata/foreign-issuer", func(s *scene) {
			s.blame("issuer is another server", s.foreignIssuer(elsewhere)...)
		}, "RFC8414-3.3"),
		authServer("metadata/issuer-with-slash", func(s *scene) {
			if s.issuer != "" && !strings.HasSuffix(s.issuer, "/") {
				s.blame("issuer has a slash more", s.foreignIssuer(s.issuer+"/")...)
			}
		}, "RFC8414-3.3"),
		authServer("metadata/media-type", func(s *scene) {
			docs := s.all(is(serverMetadataRole), publishes)
			for _, x := range docs {
				x.reply(http.StatusOK, "text/html", x.Response.Body.Text)
			}
			s.blame("text/html", docs...)
		}, "RFC8414-3.2"),
		authServer("metadata/not-published", notPublished, "MCP-ASM-2", "RFC8414-3-authorization-server"),
		authServer("metadata/only-appended", func(s *scene) {
			m := s.first(is(serverMetadataRole), publishes)
			if serverMetadataAppended(s); len(s.at) == 0 {
				return
			}
			for _, place := range []string{"oauth-authorization-server", "openid-configuration"} {
				s.at = append(s.at, s.putBefore(m, get(trace.AuthorizationServer, origin(s.issuer)+"/.well-known/"+place+"/tenant")))
			}
			s.what = "metadata at the appended place only"
		}, "RFC8414-3-authorization-server", "MCP-ASM-2"),
		authServer("metadata/without-pkce", func(s *scene) {
			docs := s.all(is(serverMetadataRole), publishes)
			if len(docs) == 0 || pathOf(s.issuer) != "" {
				return
			}
			for _, x := range docs {
				missing := x.again()
				missing.reply(http.StatusNotFound, jsonType, `{"error":"not_found"}`)
				s.putBefore(x, missing)
				x.Request.URL = s.issuer + "/.well-known/openid-configuration"
			}
			s.documents(serverMetadataRole, func(doc map[string]any) { delete(doc, "code_challenge_methods_supported") })
			s.blame("OpenID Connect metadata without code_challenge_methods_supported", docs...)
		}, "MCP-ASM-12"),
		authServer("metadata/plain-http", func(s *scene) {
			if !strings.HasPrefix(s.issuer, "http:") || origin(s.issuer) == origin(s.mcp) {
				return
			}
			s.replace(origin(s.issuer), "http://login.example.com")
			s.blame("endpoints over plain http", s.all(is(serverMetadataRole), publishes)...)
		}, "MCP-REDIR-1"),
		authServer("metadata/server-error", func(s *scene) {
			if x := s.any(is(serverMetadataRole), publishes); x != nil {
				x.reply(http.StatusInternalServerError, "text/plain", "Internal Server Error")
				s.blame("a server error for the metadata", x)
			}
		}, "RFC9110-15.6"),
	}
}

// notPublished has the server publish neither kind of metadata, and the client
// stop after it has looked for both.
func notPublished(s *scene) {
	m := s.first(is(serverMetadataRole), publishes)
	if m == nil || pathOf(s.issuer) != "" || s.first(is(authorization), s.before(m)) != nil {
		return
	}
	m.reply(http.StatusNotFound, jsonType, `{"error":"not_found"}`)
	other := s.put(m, get(trace.AuthorizationServer, s.issuer+"/.well-known/openid-configuration"))
	s.end(other)
	s.blame("neither kind of metadata", m, other)
}
