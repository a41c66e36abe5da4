package mutation

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func legalFlow() []Variation {
	return []Variation{
		{Name: "authorize/by-post", change: each(is(authorization), func(_ *scene, x *step) {
			_, query, _ := strings.Cut(x.Request.URL, "?")
			x.Request.Method, x.Request.URL = http.MethodPost, x.base()
			x.Request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			x.send(query)
		})},
		{Name: "authorize/see-other", change: each(returns, func(_ *scene, x *step) { x.Response.Status = http.StatusSeeOther })},
		{Name: "authorize/login-page", change: each(returns, loginPage)},
		{Name: "authorize/asked-again-after-login", change: each(returns, func(s *scene, x *step) {
			again := x.again()
			x.reply(http.StatusFound, "text/html", "")
			x.Response.Header.Set("Location", origin(x.base())+"/login?return_to="+escape(x.Request.URL))
			login := get(trace.AuthorizationServer, origin(x.base())+"/login?return_to="+escape(x.Request.URL))
			login.From = trace.UserAgent
			login.Request.Method = http.MethodPost
			login.Request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			login.reply(http.StatusFound, "text/html", "")
			login.Response.Header.Set("Location", x.Request.URL)
			s.put(s.put(x, login), again)
		})},
		{Name: "callback/delivered", change: each(returns, func(s *scene, x *step) { s.put(x, s.delivery(x)) })},
		{Name: "redirect/another-port", change: anotherPort},
		{Name: "mcp/event-stream", change: streamed("event: message\ndata: ", "\n\n")},
		{Name: "mcp/event-stream-kept-alive", change: streamed(": ping\n\nid: 1\ndata:\n\n: ping\n\nid: 2\ndata:", "\n\n: ping\n\n")},
		{Name: "mcp/event-stream-other-line-ends", change: streamed("event: message\r\nid: 7\r\ndata: ", "\r\n\r\n")},
		{Name: "mcp/open-until-the-call", change: openUntilCall},
		{Name: "mcp/ping", change: func(s *scene) bool {
			x := s.any(calls, withToken, served)
			if x == nil {
				return false
			}
			y := s.put(x, x.again())
			y.send(`{"jsonrpc":"2.0","id":"ping-1","method":"ping"}`)
			y.Request.Header.Del("Mcp-Method")
			y.setAnswer(`{"jsonrpc":"2.0","id":"ping-1","result":{}}`)
			y.Response.Status = http.StatusOK
			return true
		}},
		{Name: "mcp/session-ended", change: func(s *scene) bool {
			list := s.all(calls, withToken, served)
			if len(list) == 0 || s.steps[len(s.steps)-1] != list[len(list)-1] {
				return false
			}
			x := list[len(list)-1].again()
			x.Request.Method = http.MethodDelete
			x.send("")
			x.reply(http.StatusNoContent, "", "")
			s.put(s.steps[len(s.steps)-1], x)
			return true
		}},
		{Name: "metadata/retried", change: each(func(x *step) bool {
			return (x.role == resourceMetadata || x.role == serverMetadataRole) && publishes(x)
		}, func(s *scene, x *step) { s.put(x, x.again()) })},
		{Name: "metadata/head", change: each(func(x *step) bool {
			return (x.role == resourceMetadata || x.role == serverMetadataRole) && publishes(x)
		}, func(s *scene, x *step) {
			y := s.put(x, x.again())
			y.Request.Method = http.MethodHead
			y.setAnswer("")
		})},
		{Name: "metadata/not-modified", change: each(func(x *step) bool {
			return (x.role == resourceMetadata || x.role == serverMetadataRole) && publishes(x)
		}, func(s *scene, x *step) {
			y := s.put(x, x.again())
			y.Request.Header.Set("If-None-Match", `"1"`)
			y.reply(http.StatusNotModified, "", "")
		})},
		{Name: "mcp/head", change: func(s *scene) bool {
			x := s.first(is(mcpCall), withoutToken, unauthorized)
			if x == nil {
				return false
			}
			y := x.again()
			y.Request.Method = http.MethodHead
			y.send("")
			y.setAnswer("")
			s.put(x, y)
			return true
		}},
		{Name: "token/revoked-at-the-end", change: func(s *scene) bool {
			m := s.first(is(serverMetadataRole), publishes)
			list := s.all(issuesToken, func(x *step) bool { return reading.Text(x.answer(), "refresh_token") != "" })
			if m == nil || len(list) == 0 || reading.Text(m.answer(), "revocation_endpoint") == "" || s.steps[len(s.steps)-1].status() >= 400 {
				return false
			}
			t := list[len(list)-1]
			x := t.again()
			x.Request.URL, x.role = reading.Text(m.answer(), "revocation_endpoint"), revocation
			x.setForm(pairs{{"token", reading.Text(t.answer(), "refresh_token")}, {"client_id", clientOf(t)}})
			x.reply(http.StatusOK, "", "")
			s.put(s.steps[len(s.steps)-1], x)
			return true
		}},
		{Name: "clock/a-year-later", change: func(s *scene) bool {
			s.rec.Started = s.rec.Started.Add(365 * 24 * time.Hour)
			return true
		}},
	}
}

// streamed has answers come as an event stream.
func streamed(head, tail string) func(*scene) bool {
	return each(func(x *step) bool {
		return calls(x) && x.status() == 200 && strings.HasPrefix(x.Response.Body.Text, "{")
	}, func(_ *scene, x *step) {
		x.setAnswer(head + x.Response.Body.Text + tail)
		if x.Response.Header.Get("Content-Type") != "" {
			x.Response.Header.Set("Content-Type", "text/event-stream")
		}
	})
}

// openUntilCall has a server that serves initialize and tools/list to everybody
// challenge the first call of a tool.
func openUntilCall(s *scene) bool {
	refused := s.first(calls, withoutToken, unauthorized, sends(`"initialize"`))
	if refused == nil || s.first(is(tokenRole), s.before(refused)) != nil || s.first(calls, s.before(refused)) != nil {
		return false
	}
	if s.first(calls, withoutToken, unauthorized, func(x *step) bool { return x != refused && !sends(`"tools/call"`)(x) }) != nil {
		return false // it is not open
	}
	for _, method := range []string{`"initialize"`, `"notifications/initialized"`, `"tools/list"`} {
		x := s.first(calls, withToken, served, sends(method))
		if x == nil {
			return false
		}
		y := x.again()
		y.Request.Header.Del("Authorization")
		s.putBefore(refused, y)
	}
	refused.send(`{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hi"}}}`)
	return true
}

func sends(part string) func(*step) bool {
	return func(x *step) bool { return strings.Contains(x.Request.Body.Text, part) }
}

// loginPage has the server show a page first, and answer its form.
func loginPage(s *scene, x *step) {
	submit := x.again()
	x.reply(http.StatusOK, "text/html", "Sign in to continue. User name Password")
	submit.role = noRole
	submit.Request.Method, submit.Request.URL = http.MethodPost, origin(x.base())+"/login"
	submit.Request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	submit.send("username=alice&password=" + s.secret())
	s.put(x, submit)
}

// anotherPort has a client come back to another port than the one that it
// registered, which RFC 8252 section 7.3 allows for loopback IP literals.
func anotherPort(s *scene) bool {
	a, t := s.redeemed(s.redirectRegistered, func(x *step) bool {
		u, err := url.Parse(x.query().get("redirect_uri"))
		return err == nil && u.Scheme == "http" && u.Hostname() == "127.0.0.1" && u.Port() != ""
	})
	if a == nil {
		return false
	}
	u, err := url.Parse(a.query().get("redirect_uri"))
	if err != nil {
		return false
	}
	u.Host = "127.0.0.1:61235"
	s.otherRedirect(a, t, u.String())
	return true
}

func legalServers() []Variation {
	return []Variation{
		{Name: "servers/renamed", change: func(s *scene) bool {
			return s.moved("https://mcp.customer.example", "https://login.customer.example")
		}},
		{Name: "servers/with-ports", change: func(s *scene) bool {
			return s.moved("https://mcp.customer.example:8443", "https://login.customer.example:9443")
		}},
		{Name: "servers/other-loopback-ports", change: func(s *scene) bool {
			return s.moved("http://127.0.0.1:61301", "http://127.0.0.1:61302")
		}},
		{Name: "servers/ip-version-6", change: func(s *scene) bool { return s.moved("http://[::1]:61301", "http://[::1]:61302") }},
		{Name: "servers/another-path", change: func(s *scene) bool {
			if s.mcp == "" || pathOf(s.mcp) != "/mcp" {
				return false
			}
			s.replace(s.mcp, origin(s.mcp)+"/v1/tenants/42/mcp")
			s.replace("/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource/v1/tenants/42/mcp")
			return true
		}},
	}
}

// moved renames the servers, everywhere.
func (s *scene) moved(mcp, issuer string) bool {
	if s.mcp == "" || s.issuer == "" || origin(s.mcp) == origin(s.issuer) {
		return false
	}
	for _, x := range s.steps {
		if x.Request.Header.Get("Host") == "" {
			continue
		}
		switch origin(x.base()) {
		case origin(s.mcp):
			x.Request.Header.Set("Host", strings.TrimPrefix(strings.TrimPrefix(mcp, "https://"), "http://"))
		case origin(s.issuer):
			x.Request.Header.Set("Host", strings.TrimPrefix(strings.TrimPrefix(issuer, "https://"), "http://"))
		}
	}
	s.replace(origin(s.mcp), mcp)
	s.replace(origin(s.issuer), issuer)
	return true
}
