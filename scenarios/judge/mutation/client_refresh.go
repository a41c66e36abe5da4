package mutation

import (
	"net/http"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

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
		}, "ROBUST-3"),
		client("refresh/another-client", func(s *scene) { s.otherClient(refreshes) },
			"RFC6749-6", "RFC6749-2.2", "RFC7591-3.2.1-client"),
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
				x.setForm(x.form().with("refresh_token", reading.Text(last.answer(), "refresh_token")))
				x.editAnswer(func(doc map[string]any) { doc["access_token"], doc["refresh_token"] = s.secret(), s.secret() })
				at = append(at, x)
			}
			s.blame("25 refreshes without a request in between", at...)
		}, "ROBUST-1"),
		client("refresh/relied-on", func(s *scene) {
			x := s.first(calls, withToken, unauthorized, namesInvalidToken)
			if x == nil {
				return
			}
			for _, t := range s.all(is(tokenRole), served) {
				t.editAnswer(func(doc map[string]any) { delete(doc, "refresh_token") })
			}
			s.remove(s.all(refreshes)...)
			s.end(x)
			y := s.put(x, x.again())
			s.blame("the dead token again, as there is no refresh token", x, y, s.put(y, y.again()))
		}, "MCP-REFR-4", "MCP-DISC-6").by(newest),
		client("refresh/at-another-server", func(s *scene) {
			t := s.first(is(tokenRole), served, func(x *step) bool { return reading.Text(x.answer(), "refresh_token") != "" })
			if t == nil {
				return
			}
			m := s.moves()
			if m == nil {
				return
			}
			x := t.again()
			x.Request.URL = reading.Text(m.answer(), "token_endpoint")
			x.setForm(pairs{
				{"grant_type", "refresh_token"}, {"refresh_token", s.newestRefreshToken()}, {"client_id", clientOf(t)}, {"resource", s.mcp},
			})
			x.replyJSON(http.StatusBadRequest, `{"error":"invalid_grant"}`)
			s.blame("the refresh token of one server at another one", s.put(m, x))
		}, "MCP-BIND-1", "MCP-DISC-9", "RFC6749-10.4-client", "RFC6750-5.3").by(newest),
		client("authorize/client-id-of-another-server", func(s *scene) {
			s.authorizeElsewhere(func(id string) bool { return s.registration(id) != nil })
		}, "MCP-BIND-2", "MCP-BIND-1").by(newest),
		client("authorize/configured-client-id-at-another-server", func(s *scene) {
			s.authorizeElsewhere(func(id string) bool { return s.first(is(registrationRole)) == nil && !strings.HasPrefix(id, "https:") })
		}, "MCP-BIND-3", "MCP-BIND-2", "MCP-BIND-1").by(newest),
	}
}

// authorizeElsewhere has a client use its client_id at a second authorization
// server.
func (s *scene) authorizeElsewhere(suits func(clientID string) bool) {
	a := s.first(granted, func(x *step) bool { return suits(x.query().get("client_id")) })
	if a == nil {
		return
	}
	m := s.moves()
	if m == nil {
		return
	}
	x := a.again()
	x.Request.URL = reading.Text(m.answer(), "authorization_endpoint")
	_, challenge := s.verifier("legal")
	x.setQuery(a.query().with("state", s.hex(32)).with("code_challenge", challenge))
	x.reply(http.StatusBadRequest, "text/html", "Unknown client")
	s.blame("the client_id of one server at another one", s.put(m, x))
}

func rotates(x *step) bool {
	issued := reading.Text(x.answer(), "refresh_token")
	return issued != "" && issued != x.form().get("refresh_token")
}

func (s *scene) newestRefreshToken() string {
	list := s.all(is(tokenRole), served, func(x *step) bool { return reading.Text(x.answer(), "refresh_token") != "" })
	return reading.Text(list[len(list)-1].answer(), "refresh_token")
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
