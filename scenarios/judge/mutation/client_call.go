package mutation

import (
	"net/http"
	"slices"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func clientCall() []Operator {
	return []Operator{
		client("call/token-to-another-authorization-server", func(s *scene) {
			x := s.any(is(mcpCall), withToken, s.afterToken)
			if x == nil {
				return
			}
			if m := s.moves(); m != nil {
				m.Request.Header.Set("Authorization", "Bearer "+x.bearer())
				s.blame("the access token to another authorization server than the one that issued it", m)
			}
		}, "RFC6749-10.3", "RFC6750-5.3", "MCP-DISC-9"),
		client("call/token-to-third-party", func(s *scene) {
			x := s.any(is(mcpCall), withToken, s.afterToken)
			if x == nil {
				return
			}
			y := get(trace.Other, elsewhere+"/collect")
			y.Request.Header = x.Request.Header.Clone()
			y.Request.Header.Del("Host")
			y.Request.Header.Del("Content-Length")
			y.Request.Header.Del("Content-Type")
			s.blame("the access token to a third party", s.put(x, y))
		}, "RFC6749-10.3", "RFC6750-5.3"),
		client("call/token-to-third-party-in-url", func(s *scene) {
			if x := s.any(is(mcpCall), withToken, s.afterToken); x != nil {
				s.blame("the access token in a URL of a third party", s.put(x, get(trace.Other, elsewhere+"/collect?access_token="+x.bearer())))
			}
		}, "RFC6749-10.3", "RFC6750-5.3"),
		client("refresh/token-to-third-party", func(s *scene) {
			t := s.any(is(tokenRole), served, func(x *step) bool { return reading.Text(x.answer(), "refresh_token") != "" })
			if t == nil {
				return
			}
			y := get(trace.Other, elsewhere+"/session")
			y.Request.Method = http.MethodPost
			y.Request.Header.Set("Content-Type", jsonType)
			y.send(encoded(map[string]any{"refresh_token": reading.Text(t.answer(), "refresh_token")}))
			s.blame("the refresh token to a third party", s.put(t, y))
		}, "RFC6749-10.4-client", "RFC6750-5.3"),
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
			x := s.any(calls, withToken, served, s.afterToken, func(x *step) bool { return !beginsAnew(x) })
			if x == nil {
				return
			}
			s.refuse(x)
			s.blame("a request without the token that was issued", x)
		}, "MCP-TOK-1"),
		client("call/token-never-presented", func(s *scene) {
			list := s.all(is(mcpCall), withToken, s.afterToken)
			for _, x := range list {
				s.refuse(x)
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
				return s.first(is(tokenRole), served, s.before(x), func(t *step) bool { return reading.Text(t.answer(), "refresh_token") != "" }) != nil
			})
			if x == nil {
				return
			}
			t := s.first(is(tokenRole), served, func(t *step) bool { return reading.Text(t.answer(), "refresh_token") != "" })
			y := s.put(x, x.again())
			y.Request.Header.Set("Authorization", "Bearer "+reading.Text(t.answer(), "refresh_token"))
			y.reply(http.StatusUnauthorized, jsonType, `{"error":"invalid_token"}`)
			y.setChallenge(`Bearer error="invalid_token", resource_metadata="` + s.wellKnown() + `"`)
			s.blame("the refresh token at the MCP server", y)
		}, "RFC6749-10.4-client", "RFC6750-5.3", "MCP-TOK-5"),
	}
}

// presents is the condition that a request presents the token of a response.
func (s *scene) presents(t *step) func(*step) bool {
	token := reading.Text(t.answer(), "access_token")
	return func(x *step) bool { return token != "" && x.bearer() == token }
}

// afterToken is the condition that the request presents a token that was issued
// on the recording.
func (s *scene) afterToken(x *step) bool {
	return slices.ContainsFunc(s.all(is(tokenRole), served), func(t *step) bool { return s.presents(t)(x) })
}

// beginsAnew reports whether a request may be the first of a program that was just
// started, which may ask without a token to learn the challenge.
func beginsAnew(x *step) bool {
	method := reading.Text(x.sent(), "method")
	return x.Request.Header.Get("Mcp-Session-Id") == "" && slices.Contains([]string{"initialize", "server/discover", "ping"}, method)
}

// refuse takes the token from a request, and has it refused.
func (s *scene) refuse(x *step) {
	x.Request.Header.Del("Authorization")
	x.reply(http.StatusUnauthorized, jsonType, `{"error":"invalid_token"}`)
	x.setChallenge(`Bearer resource_metadata="` + s.wellKnown() + `"`)
}
