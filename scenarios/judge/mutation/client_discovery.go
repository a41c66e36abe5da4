package mutation

import (
	"net/http"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// The revisions by which some operators have to be judged.
const (
	oldest = "2025-03-26"
	newest = "2026-07-28"
)

// elsewhere is the origin of a server that plays no part in the recordings.
const elsewhere = "https://elsewhere.example"

func clientDiscovery() []Operator {
	return []Operator{
		client("resource-metadata/skipped", resourceMetadataSkipped, "MCP-DISC-4"),
		client("resource-metadata/challenge-url-ignored", challengeURLIgnored, "MCP-DISC-7"),
		client("resource-metadata/root-first", func(s *scene) {
			s.otherResourceMetadata("root document first", origin(s.mcp)+"/.well-known/oauth-protected-resource")
		}, "MCP-DISC-7"),
		client("resource-metadata/appended", func(s *scene) {
			s.otherResourceMetadata("well-known part appended", s.mcp+"/.well-known/oauth-protected-resource")
		}, "RFC9728-3.1", "MCP-DISC-7"),
		client("resource-metadata/foreign-resource-used", func(s *scene) {
			a, t := s.redeemed()
			if a == nil || s.first(is(resourceMetadata), publishes, s.before(a)) == nil {
				return
			}
			docs := s.documents(resourceMetadata, func(doc map[string]any) { doc["resource"] = elsewhere + "/mcp" })
			s.blame("resource is another server; the client goes on", append(docs, a, t)...)
		}, "RFC9728-3.3-client"),
		client("challenge/ignored", challengeIgnored, "MCP-DISC-6"),
	}
}

func resourceMetadataSkipped(s *scene) {
	docs := s.all(is(resourceMetadata))
	a := s.first(granted)
	if a == nil || s.first(is(resourceMetadata), s.before(a)) == nil {
		return
	}
	s.remove(docs...)
	s.blame("no request for resource metadata",
		s.first(is(serverMetadataRole)), a, s.redemption(a), s.first(is(mcpCall), unauthorized, s.before(a)))
}

func challengeURLIgnored(s *scene) {
	p := s.first(is(resourceMetadata))
	if p == nil || s.first(is(mcpCall), unauthorized, pointsToMetadata, s.before(p)) == nil {
		return
	}
	for _, x := range s.all(is(mcpCall), pointsToMetadata) {
		x.setChallenge(withParam(x.challenge(), "resource_metadata", origin(s.mcp)+"/oauth/resource.json"))
	}
	s.blame("the challenge names another URL than the one that is asked", s.all(is(resourceMetadata))...)
}

// wellKnown is where the resource metadata of the MCP endpoint is by RFC 9728
// section 3.1.
func (s *scene) wellKnown() string {
	return origin(s.mcp) + "/.well-known/oauth-protected-resource" + pathOf(s.mcp)
}

func pointsToMetadata(x *step) bool { return param(x.challenge(), "resource_metadata") != "" }

// otherResourceMetadata has the client ask at another URL before the right one,
// though no challenge names it.
func (s *scene) otherResourceMetadata(what, url string) {
	p := s.first(is(resourceMetadata), publishes)
	if p == nil || pathOf(s.mcp) == "" || p.base() != s.wellKnown() {
		return
	}
	for _, x := range s.all(pointsToMetadata) {
		x.setChallenge(withoutParam(x.challenge(), "resource_metadata"))
	}
	s.blame(what, s.putBefore(p, get(trace.MCPServer, url)))
}

// challengeIgnored has a client that could go on send the same request again
// and again without a token.
func challengeIgnored(s *scene) {
	x := s.first(calls, withoutToken, unauthorized)
	if x == nil || x.challenge() == "" || s.first(granted, s.after(x)) == nil {
		return
	}
	s.end(x)
	at := []*step{x}
	for range 4 {
		at = append(at, s.put(at[len(at)-1], x.again()))
	}
	s.blame("the same request again instead of discovery", at...)
}

func clientMetadata() []Operator {
	return []Operator{
		client("server-metadata/openid-first", func(s *scene) {
			s.otherServerMetadata("OpenID Connect document first", "/.well-known/openid-configuration")
		}, "MCP-ASM-5", "MCP-ASM-4"),
		client("server-metadata/suffix-of-its-own", func(s *scene) {
			s.otherServerMetadata("a well-known suffix of MCP's own", "/.well-known/mcp-authorization-server")
		}, "MCP-ASM-7").by(newest),
		client("server-metadata/appended", serverMetadataAppended, "RFC8414-3", "MCP-ASM-4", "MCP-ASM-1"),
		client("server-metadata/second-kind-not-tried", func(s *scene) {
			a := s.first(granted)
			docs := s.all(is(serverMetadataRole))
			if a == nil || len(docs) == 0 || s.index(docs[0]) > s.index(a) {
				return
			}
			for _, x := range docs {
				x.reply(http.StatusNotFound, jsonType, `{"error":"not_found"}`)
			}
			s.blame("goes on without metadata after the first 404", append(docs, a)...)
		}, "MCP-ASM-3", "MCP-ASM-4", "MCP-ASM-5"),
		client("server-metadata/foreign-issuer-used", func(s *scene) {
			a, t := s.redeemed()
			if a == nil || s.first(is(serverMetadataRole), publishes, s.before(a)) == nil {
				return
			}
			s.blame("issuer is another server; the client goes on", append(s.foreignIssuer(elsewhere), a, t)...)
		}, "RFC8414-3.3-client", "MCP-ASM-6", "MCP-SBP-15"),
		client("server-metadata/without-pkce-used", func(s *scene) {
			a, t := s.redeemed()
			if a == nil || s.first(is(serverMetadataRole), publishes, s.before(a)) == nil {
				return
			}
			docs := s.documents(serverMetadataRole, func(doc map[string]any) { delete(doc, "code_challenge_methods_supported") })
			s.blame("no code_challenge_methods_supported; the client goes on", append(docs, a, t)...)
		}, "MCP-PKCE-2"),
		client("server-metadata/not-at-the-origin", func(s *scene) {
			r := s.atDefault()
			if r == nil {
				return
			}
			s.remove(s.all(is(serverMetadataRole))...)
			s.blame("no request for metadata at the origin of the MCP server", r)
		}, "MCP-ASM-8").by(oldest),
		client("server-metadata/default-endpoint-missed", func(s *scene) {
			if s.atDefault() == nil {
				return
			}
			at := s.all(is(registrationRole))
			for _, r := range at {
				r.Request.URL = origin(s.mcp) + "/oauth2/v1/clients"
			}
			s.blame("registers elsewhere than at /register", at...)
		}, "MCP-ASM-9").by(oldest),
		client("server-metadata/protocol-version-not-sent", func(s *scene) {
			at := s.all(is(serverMetadataRole), func(x *step) bool { return x.Request.Header.Get("MCP-Protocol-Version") != "" })
			for _, x := range at {
				x.Request.Header.Del("MCP-Protocol-Version")
			}
			s.blame("no MCP-Protocol-Version", at...)
		}, "MCP-ASM-11").by(oldest),
	}
}

// otherServerMetadata has the client ask for another document before that of
// RFC 8414, of an issuer without a path.
func (s *scene) otherServerMetadata(what, path string) {
	m := s.first(is(serverMetadataRole), publishes)
	if m == nil || pathOf(s.issuer) != "" || !strings.Contains(m.base(), "/.well-known/oauth-authorization-server") {
		return
	}
	s.blame(what, s.putBefore(m, get(trace.AuthorizationServer, s.issuer+path)), m)
}

// serverMetadataAppended gives the issuer a path, and has the client append
// the well-known part to it.
func serverMetadataAppended(s *scene) {
	docs := s.all(is(serverMetadataRole), publishes)
	if len(docs) == 0 || pathOf(s.issuer) != "" || s.first(is(resourceMetadata), publishes) == nil {
		return
	}
	issuer := s.issuer + "/tenant"
	s.foreignIssuer(issuer)
	s.documents(resourceMetadata, func(doc map[string]any) { doc["authorization_servers"] = []string{issuer} })
	for _, x := range docs {
		x.Request.URL = issuer + "/.well-known/oauth-authorization-server"
	}
	s.blame("well-known part appended to the path of the issuer", docs...)
}

// foreignIssuer has the metadata name another issuer, and the authorization
// responses agree.
func (s *scene) foreignIssuer(issuer string) []*step {
	for _, a := range s.all(is(authorization)) {
		if base, back := a.location(); back.has("iss") {
			a.setLocation(base, back.with("iss", issuer))
		}
	}
	return s.documents(serverMetadataRole, func(doc map[string]any) { doc["issuer"] = issuer })
}

// atDefault is a registration at the default endpoint by a client that found
// no metadata.
func (s *scene) atDefault() *step {
	if s.first(is(serverMetadataRole)) == nil || s.first(is(serverMetadataRole), publishes) != nil {
		return nil
	}
	return s.first(is(registrationRole), func(x *step) bool { return x.base() == origin(s.mcp)+"/register" })
}
