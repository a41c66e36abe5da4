package mutation

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func clientRegistration() []Operator {
	return []Operator{
		client("registration/without-redirect-uris", func(s *scene) {
			r := s.any(registers)
			if r == nil {
				return
			}
			r.editSent(func(doc map[string]any) { delete(doc, "redirect_uris") })
			r.editAnswer(func(doc map[string]any) { delete(doc, "redirect_uris") })
			s.blame("no redirect_uris", r)
		}, "RFC7591-2"),
		client("registration/plain-http-redirect", func(s *scene) { s.unsafeRedirect("http://app.example.com/callback") }, "MCP-REDIR-2"),
		client("registration/private-use-redirect", func(s *scene) { s.unsafeRedirect("com.example.app:/callback") }, "MCP-REDIR-2"),
		client("registration/application-type-missing", func(s *scene) {
			r := s.any(registers, func(x *step) bool { return reading.Text(x.sent(), "application_type") != "" })
			if r == nil {
				return
			}
			r.editSent(func(doc map[string]any) { delete(doc, "application_type") })
			s.blame("no application_type", r)
		}, "MCP-REG-5").by(newest),
		client("registration/web-with-loopback", func(s *scene) {
			r := s.any(registers, func(x *step) bool {
				u, err := url.Parse(reading.Texts(x.sent(), "redirect_uris")[0])
				return err == nil && len(reading.Texts(x.sent(), "redirect_uris")) == 1 && (u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost")
			})
			if r == nil {
				return
			}
			r.editSent(func(doc map[string]any) { doc["application_type"] = "web" })
			r.editAnswer(func(doc map[string]any) { doc["application_type"] = "web" })
			s.blame("application_type web with a loopback redirect URI", r)
		}, "MCP-REG-6").by(newest),
		client("registration/refresh-not-declared", func(s *scene) {
			r := s.any(registers, func(x *step) bool { return len(reading.Texts(x.sent(), "grant_types")) == 2 && s.wantsRefresh(x) })
			if r == nil {
				return
			}
			r.editSent(func(doc map[string]any) { doc["grant_types"] = []string{"authorization_code"} })
			s.blame("grant_types without refresh_token", r)
		}, "MCP-REFR-2").by(newest),
		client("registration/refused-again-and-again", registrationLoop, "MCP-REG-7").by(newest),
		client("registration/authorize-after-refusal", func(s *scene) {
			r := s.any(registers)
			if r == nil {
				return
			}
			a := s.first(granted, s.after(r), func(x *step) bool { return x.query().get("client_id") == reading.Text(r.answer(), "client_id") })
			if a == nil {
				return
			}
			r.replyJSON(http.StatusBadRequest, `{"error":"invalid_client_metadata"}`)
			a.setQuery(a.query().without("client_id"))
			a.reply(http.StatusBadRequest, "text/html", "Bad request: client_id is missing")
			s.end(a)
			s.blame("asks for authorization without a client_id", a)
		}, "MCP-REG-7", "MCP-REG-1", "RFC6749-4.1.1").by(newest),
		client("registration/though-configured", func(s *scene) {
			r := s.first(registers)
			if r == nil {
				return
			}
			s.rec.Setting.Configured = &trace.RegisteredClient{ClientID: "configured-client"}
			s.blame("registers though it was given a client_id", r)
		}, "MCP-REG-2"),
		client("registration/other-than-configured", func(s *scene) {
			a := s.first(granted)
			if a == nil || s.first(is(registrationRole)) != nil || strings.HasPrefix(a.query().get("client_id"), "https:") {
				return
			}
			s.rec.Setting.Configured = &trace.RegisteredClient{ClientID: "configured-client"}
			s.blame("uses another client_id than the one that it was given", a)
		}, "MCP-REG-2"),
	}
}

// wantsRefresh reports whether the client that registered would have refresh
// tokens: it asks for offline_access, or refreshes.
func (s *scene) wantsRefresh(r *step) bool {
	id := reading.Text(r.answer(), "client_id")
	return s.first(func(x *step) bool {
		return x.role == authorization && x.query().get("client_id") == id && strings.Contains(x.query().get("scope"), "offline_access") ||
			refreshes(x) && clientOf(x) == id
	}) != nil
}

// unsafeRedirect has a client register and use another redirect URI.
func (s *scene) unsafeRedirect(uri string) {
	a, _ := s.redeemed(func(x *step) bool { return s.registration(x.query().get("client_id")) != nil })
	if a == nil {
		return
	}
	r := s.registration(a.query().get("client_id"))
	old := a.query().get("redirect_uri")
	if len(reading.Texts(r.sent(), "redirect_uris")) != 1 {
		return
	}
	s.replace(old, uri)
	s.blame("redirect URI "+uri, s.all(func(x *step) bool {
		return x.role == registrationRole && slices.Contains(reading.Texts(x.sent(), "redirect_uris"), uri) ||
			x.role == authorization && x.query().get("redirect_uri") == uri
	})...)
}

func registrationLoop(s *scene) {
	r := s.first(registers)
	if r == nil {
		return
	}
	s.end(r)
	r.replyJSON(http.StatusBadRequest, `{"error":"invalid_client_metadata"}`)
	at := []*step{r}
	for range 24 {
		at = append(at, s.put(at[len(at)-1], r.again()))
	}
	s.blame("registers 25 times in vain", at...)
}

func clientDocument() []Operator {
	return []Operator{
		client("document/not-used", func(s *scene) {
			r := s.first(registers)
			if r == nil || s.first(is(serverMetadataRole), publishes, s.before(r)) == nil {
				return
			}
			s.documents(serverMetadataRole, func(doc map[string]any) { doc["client_id_metadata_document_supported"] = true })
			s.blame("registers though documents are supported", r)
		}, "MCP-CIMD-1"),
		client("document/not-supported", func(s *scene) {
			a := s.documentClient()
			if a == nil || s.first(is(serverMetadataRole), publishes, s.before(a)) == nil {
				return
			}
			s.documents(serverMetadataRole, func(doc map[string]any) { delete(doc, "client_id_metadata_document_supported") })
			s.blame("uses a document though the server does not say that it supports them", a)
		}, "MCP-CIMD-10"),
		client("document/url-without-path", func(s *scene) { s.documentURL("https://client.example.com") }, "MCP-CIMD-2", "CIMD-3"),
		client("document/url-with-dot-segments", func(s *scene) { s.documentURL("https://client.example.com/a/../m.json") }, "CIMD-3"),
		client("document/url-with-fragment", func(s *scene) { s.documentURL("https://client.example.com/m.json#client") }, "CIMD-3"),
		client("document/url-with-user", func(s *scene) { s.documentURL("https://user@client.example.com/m.json") }, "CIMD-3"),
		client("document/another-client-id", func(s *scene) {
			s.document("client_id of another URL", func(doc map[string]any) { doc["client_id"] = elsewhere + "/client.json" })
		}, "MCP-CIMD-3"),
		client("document/member-missing", func(s *scene) {
			name := []string{"client_id", "client_name", "redirect_uris"}[s.rng.IntN(3)]
			s.document("no "+name, func(doc map[string]any) { delete(doc, name) })
		}, "MCP-CIMD-3"),
		client("document/not-to-be-had", func(s *scene) {
			s.document("404 for the document", func(map[string]any) {})
			for _, x := range s.at {
				if x.To == trace.MetadataHost {
					x.reply(http.StatusNotFound, "text/html", "Not found")
				}
			}
		}, "MCP-CIMD-15"),
		client("document/with-secret", func(s *scene) {
			s.document("client_secret_post with a secret", func(doc map[string]any) {
				doc["token_endpoint_auth_method"], doc["client_secret"] = "client_secret_post", s.secret()
			})
		}, "CIMD-4.1-client"),
		authServer("document/another-client-id-accepted", func(s *scene) {
			s.document("client_id of another URL, and a code all the same", func(doc map[string]any) {
				doc["client_id"] = elsewhere + "/client.json"
			})
		}, "MCP-CIMD-6", "CIMD-4.1"),
		authServer("document/redirect-followed", func(s *scene) {
			s.document("follows a redirect to the document", func(map[string]any) {})
			for _, x := range slices.Clone(s.at) {
				if x.To == trace.MetadataHost {
					y := s.put(x, x.again())
					y.Request.URL = elsewhere + "/client.json"
					x.reply(http.StatusFound, "text/html", "")
					x.Response.Header.Set("Location", y.Request.URL)
					s.at = append(s.at, y)
				}
			}
		}, "CIMD-4-redirects"),
		authServer("document/redirect-uri-not-in-it", func(s *scene) {
			s.document("redirect_uri not in the document, and a code all the same", func(doc map[string]any) {
				doc["redirect_uris"] = []string{elsewhere + "/callback"}
			})
		}, "MCP-CIMD-7", "CIMD-4.5"),
	}
}

// documentClient is an authorization request whose client_id is the URL of a
// metadata document.
func (s *scene) documentClient() *step {
	return s.first(granted, func(x *step) bool { return strings.HasPrefix(x.query().get("client_id"), "https://") })
}

func (s *scene) documentURL(url string) {
	a := s.documentClient()
	if a == nil {
		return
	}
	s.replace(a.query().get("client_id"), url)
	s.blame("client_id "+url, a)
}

// document has the authorization server fetch the document of the client,
// after the change; both exchanges show the breach.
func (s *scene) document(what string, change func(map[string]any)) {
	a := s.documentClient()
	if a == nil {
		return
	}
	id := a.query().get("client_id")
	doc := map[string]any{
		"client_id": id, "client_name": "A client", "redirect_uris": []string{a.query().get("redirect_uri")},
		"grant_types": []string{"authorization_code", "refresh_token"}, "response_types": []string{"code"}, "token_endpoint_auth_method": "none",
	}
	change(doc)
	x := get(trace.MetadataHost, id)
	x.From = trace.AuthorizationServer
	x.reply(http.StatusOK, jsonType, encoded(doc))
	s.blame(what, s.put(a, x), a)
}
