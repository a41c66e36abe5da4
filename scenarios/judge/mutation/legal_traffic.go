package mutation

import (
	"net/http"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

func legalTraffic() []Variation {
	traffic := func(name string, change func(*scene) bool) Variation {
		return Variation{Name: "traffic/" + name, change: change}
	}
	list := []Variation{
		traffic("preflights", func(s *scene) bool { return s.preflights(http.StatusNoContent) }),
		traffic("preflights-with-200", func(s *scene) bool { return s.preflights(http.StatusOK) }),
		traffic("favicons", func(s *scene) bool {
			s.visit(trace.AuthorizationServer, origin(s.issuer)+"/favicon.ico", 404, "text/html", "Not found")
			s.visit(trace.MCPServer, origin(s.mcp)+"/favicon.ico", 404, "text/html", "Not found")
			return s.issuer != ""
		}),
		traffic("style-sheets", func(s *scene) bool {
			s.visit(trace.AuthorizationServer, origin(s.issuer)+"/static/login.css", 200, "text/css", "")
			s.visit(trace.AuthorizationServer, origin(s.issuer)+"/static/login.js", 304, "", "")
			return s.issuer != ""
		}),
		traffic("home-pages", func(s *scene) bool {
			s.visit(trace.MCPServer, origin(s.mcp)+"/", 200, "text/html", "An MCP server")
			s.visit(trace.AuthorizationServer, origin(s.issuer)+"/", 200, "text/html", "Sign in")
			return s.issuer != ""
		}),
		traffic("health-checks", func(s *scene) bool {
			for range 3 {
				x := s.anywhere(get(trace.MCPServer, origin(s.mcp)+"/healthz"))
				x.Request.Header.Set("User-Agent", "kube-probe/1.33")
				x.reply(http.StatusOK, "text/plain", "ok")
			}
			return true
		}),
		traffic("updates", func(s *scene) bool {
			x := s.anywhere(get(trace.Other, "https://updates.example.com/releases/latest"))
			x.reply(http.StatusOK, jsonType, `{"version":"9.9.9","url":"https://updates.example.com/9.9.9"}`)
			return true
		}),
		traffic("telemetry", func(s *scene) bool {
			x := s.anywhere(get(trace.Other, "https://telemetry.example.com/v1/events"))
			x.Request.Method = http.MethodPost
			x.Request.Header.Set("Content-Type", jsonType)
			x.send(`{"event":"started","client_id":"anonymous-1","state":"idle"}`)
			x.reply(http.StatusAccepted, jsonType, `{}`)
			return true
		}),
		traffic("foreign-api", func(s *scene) bool { return s.api(5, http.StatusOK, `{"items":[]}`) }),
		traffic("foreign-api-refused", func(s *scene) bool { return s.api(1, http.StatusUnauthorized, `{"error":"invalid_token"}`) }),
		traffic("foreign-api-fails", func(s *scene) bool { return s.api(1, http.StatusInternalServerError, `{"error":"oops"}`) }),
		traffic("foreign-refresh", func(s *scene) bool {
			x := s.anywhere(get(trace.Other, "https://id.shop.example/oauth/token"))
			x.Request.Method = http.MethodPost
			x.Request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			x.send(pairs{{"grant_type", "refresh_token"}, {"refresh_token", s.secret()}, {"client_id", "shop-web"}}.String())
			x.replyJSON(http.StatusOK, encoded(map[string]any{"access_token": s.secret(), "token_type": "Bearer", "expires_in": 300}))
			return true
		}),
		traffic("foreign-discovery", func(s *scene) bool {
			s.anywhere(s.foreignMetadata())
			return true
		}),
	}
	for _, where := range []string{"before", "in-the-middle", "after"} {
		for _, kind := range []string{"pkce", "plain-code", "implicit", "denied"} {
			list = append(list, traffic("login-"+where+"-"+kind, func(s *scene) bool { return s.login(where, kind) }))
		}
	}
	return list
}

// anywhere inserts an exchange at a random place.
func (s *scene) anywhere(x *step) *step {
	if i := s.rng.IntN(len(s.steps) + 1); i > 0 {
		return s.put(s.steps[i-1], x)
	}
	return s.put(nil, x)
}

// visit has the user's browser get something.
func (s *scene) visit(to trace.Actor, url string, status int, contentType, body string) {
	x := s.anywhere(get(to, url))
	x.From = trace.UserAgent
	x.Request.Header.Set("User-Agent", "Mozilla/5.0")
	x.Request.Header.Set("Accept", "text/html,*/*;q=0.8")
	x.reply(status, contentType, body)
}

// preflights puts a CORS preflight before every request that a script of
// another origin cannot make without.
func (s *scene) preflights(status int) bool {
	for _, x := range s.all(func(x *step) bool { return x.From == trace.Client && x.role != noRole && x.role != authorization }) {
		y := get(x.To, x.Request.URL)
		y.Request.Method = http.MethodOptions
		y.Request.Header.Set("Origin", "http://localhost:6274")
		y.Request.Header.Set("Access-Control-Request-Method", x.Request.Method)
		y.Request.Header.Set("Access-Control-Request-Headers", "authorization,content-type,mcp-protocol-version")
		y.reply(status, "", "")
		y.Response.Header.Set("Access-Control-Allow-Origin", "*")
		y.Response.Header.Set("Access-Control-Allow-Headers", "authorization,content-type,mcp-protocol-version")
		s.putBefore(x, y)
	}
	return true
}

// api has another program call an API of somebody else.
func (s *scene) api(n, status int, body string) bool {
	for range n {
		x := s.anywhere(get(trace.Other, "https://api.tracker.example/v1/items"))
		x.Request.Header.Set("Authorization", "Bearer "+s.secret())
		x.Request.Header.Set("User-Agent", "tracker-cli/3.1")
		x.reply(status, jsonType, body)
		if status == http.StatusUnauthorized {
			x.setChallenge(`Bearer realm="tracker", error="invalid_token"`)
		}
	}
	return true
}

const shopIssuer = "https://id.shop.example"

func (s *scene) foreignMetadata() *step {
	x := get(trace.Other, shopIssuer+"/.well-known/openid-configuration")
	x.reply(http.StatusOK, jsonType, encoded(map[string]any{
		"issuer": shopIssuer, "authorization_endpoint": shopIssuer + "/oauth/authorize", "token_endpoint": shopIssuer + "/oauth/token",
		"jwks_uri": shopIssuer + "/keys", "response_types_supported": []string{"code", "id_token"}, "scopes_supported": []string{"openid"},
		"subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256"},
	}))
	return x
}

// login has the user log in at a shop, which has an authorization server of
// its own.
func (s *scene) login(where, kind string) bool {
	var behind *step
	switch a := s.any(is(authorization)); {
	case where == "after":
		behind = s.steps[len(s.steps)-1]
	case where == "in-the-middle" && a == nil:
		return false
	case where == "in-the-middle":
		behind = a
	}
	const callback = "https://shop.example/callback"
	state, verifier := s.hex(24), ""
	params := pairs{
		{"client_id", "shop-web"}, {"response_type", "code"}, {"scope", "openid profile"}, {"redirect_uri", callback}, {"state", state},
	}
	back := pairs{{"code", s.secret()}, {"state", state}}
	switch kind {
	case "pkce":
		var challenge string
		verifier, challenge = s.verifier("legal")
		params = params.plus("code_challenge", challenge).plus("code_challenge_method", "S256")
	case "implicit":
		params = params.with("response_type", "id_token").plus("nonce", s.hex(16))
	case "denied":
		back = pairs{{"error", "access_denied"}, {"state", state}}
	}
	browser := func(url string, status int) *step {
		x := get(trace.Other, url)
		x.From = trace.UserAgent
		x.Request.Header.Set("Accept", "text/html,*/*;q=0.8")
		x.reply(status, "text/html", "")
		return x
	}
	add := func(x *step) { behind = s.put(behind, x) }
	add(s.foreignMetadata())
	a := browser(shopIssuer+"/oauth/authorize?"+params.String(), http.StatusFound)
	a.Response.Header.Set("Location", callback+"?"+back.String())
	if kind == "implicit" {
		a.Response.Header.Set("Location", callback+"#id_token="+s.secret()+"&state="+state)
	}
	add(a)
	if kind == "implicit" {
		add(browser(callback, http.StatusOK))
		return true
	}
	add(browser(callback+"?"+back.String(), http.StatusOK))
	if kind == "pkce" {
		t := get(trace.Other, shopIssuer+"/oauth/token")
		t.Request.Method = http.MethodPost
		t.Request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		t.send(pairs{
			{"grant_type", "authorization_code"},
			{"code", back.get("code")},
			{"client_id", "shop-web"},
			{"redirect_uri", callback},
			{"code_verifier", verifier},
		}.String())
		token := s.secret()
		t.replyJSON(http.StatusOK, encoded(map[string]any{
			"access_token": token, "id_token": s.secret(), "token_type": "Bearer", "expires_in": 300,
		}))
		add(t)
		me := get(trace.Other, "https://api.shop.example/me")
		me.Request.Header.Set("Authorization", "Bearer "+token)
		me.reply(http.StatusOK, jsonType, `{"name":"Alice"}`)
		add(me)
	}
	return true
}
