package server_test

import (
	"net/http"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/judgetest"
)

const (
	prm      = "http://127.0.0.1:8001/.well-known/oauth-protected-resource"
	inserted = judgetest.Issuer + "/.well-known/oauth-authorization-server"
)

// replaced writes the way in with one answer edited.
func replaced(way judgetest.Way, old, with string) func(f *judgetest.Flow) {
	return func(f *judgetest.Flow) {
		f.In(way)
		body := &f.Rec.Exchanges[len(f.Rec.Exchanges)-1].Response.Body
		body.Text = strings.Replace(body.Text, old, with, 1)
	}
}

func way(to judgetest.Way) func(f *judgetest.Flow) {
	return func(f *judgetest.Flow) { f.In(to) }
}

// tenant is the way to an issuer with a path: what answers at the places of its
// metadata.
func tenant(places ...[2]string) func(f *judgetest.Flow) {
	return func(f *judgetest.Flow) {
		f.In(judgetest.Challenged)
		f.Get(trace.MCPServer, prm+"/mcp", http.StatusOK, strings.ReplaceAll(judgetest.Described, judgetest.Issuer, judgetest.Issuer+"/t"))
		for _, p := range places {
			status := http.StatusOK
			if p[1] == "" {
				status = http.StatusNotFound
			}
			f.Get(trace.AuthorizationServer, judgetest.Issuer+p[0], status, p[1])
		}
	}
}

func described(url, resource string) func(f *judgetest.Flow) {
	return func(f *judgetest.Flow) {
		f.MCP("initialize", "", http.StatusUnauthorized, "Bearer", "")
		f.Get(trace.MCPServer, url, http.StatusOK, strings.Replace(judgetest.Described, judgetest.MCPURL, resource, 1))
	}
}

func discoveryScenes() []scene {
	const origin = "http://127.0.0.1:8001"
	open := func(f *judgetest.Flow) {
		f.MCP("initialize", "", http.StatusOK, "", judgetest.Result)
		f.MCP("tools/list", "", http.StatusOK, "", judgetest.Result)
	}
	own := strings.ReplaceAll(judgetest.Published, `"issuer":"`+judgetest.Issuer+`"`, `"issuer":"`+judgetest.Issuer+`/t"`)
	with := func(ids ...int) []int { return ids }
	return []scene{
		{"discovery/challenge-served", "500", func(f *judgetest.Flow) { f.MCP("initialize", "", 500, "", "") }, check.Broken, with(1)},
		{"discovery/challenge-served", "401", way(judgetest.Challenged), check.Kept, nil},
		{"discovery/resource-metadata-served", "502", func(f *judgetest.Flow) { f.In(1); f.Get(trace.MCPServer, prm+"/mcp", 502, "") }, check.Broken, with(2)},
		{"discovery/resource-metadata-served", "404", func(f *judgetest.Flow) { f.In(1); f.Get(trace.MCPServer, prm+"/mcp", 404, "") }, check.Kept, nil},
		{"discovery/as-metadata-served", "503", func(f *judgetest.Flow) { f.In(2); f.Get(trace.AuthorizationServer, inserted, 503, "") }, check.Broken, with(3)},
		{"discovery/as-metadata-served", "200", way(judgetest.WithServer), check.Kept, nil},

		{"discovery/challenge-present", "none", func(f *judgetest.Flow) { f.MCP("initialize", "", 401, "", "") }, check.Broken, with(1)},
		{"discovery/challenge-present", "one", way(judgetest.Challenged), check.Kept, nil},
		{"discovery/challenge-present", "headers left out", func(f *judgetest.Flow) {
			f.Rec.Creator = "a proxy"
			f.MCP("initialize", "", 401, "", "").Response.Header = nil
		}, check.NotSeen, nil},
		{"discovery/challenge-scheme", "Basic", func(f *judgetest.Flow) { f.MCP("initialize", "", 401, `Basic realm="x"`, "") }, check.Broken, with(1)},
		{"discovery/challenge-scheme", "Bearer", way(judgetest.Challenged), check.Kept, nil},
		{"discovery/challenge-on-401", "400 with a challenge", func(f *judgetest.Flow) { f.MCP("initialize", "", 400, judgetest.Challenge, "") }, check.Broken, with(1)},
		{"discovery/challenge-on-401", "400 for a malformed request", func(f *judgetest.Flow) {
			f.MCP("initialize", "", 400, `Bearer error="invalid_request"`, "")
		}, check.NotSeen, nil},
		{"discovery/challenge-on-401", "403", func(f *judgetest.Flow) { f.MCP("initialize", "", 403, "", "") }, check.Broken, with(1)},
		{"discovery/challenge-on-401", "an error in a result", func(f *judgetest.Flow) {
			f.MCP("tools/call", "", 200, "", `{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"Unauthorized"}}`)
		}, check.Broken, with(1)},
		{"discovery/challenge-on-401", "open, then a challenge", func(f *judgetest.Flow) { open(f); f.MCP("tools/call", "", 401, judgetest.Challenge, "") }, check.Kept, nil},
		{"discovery/challenge-on-401", "public", open, check.NotSeen, nil},
		{"discovery/metadata-findable", "nowhere", func(f *judgetest.Flow) {
			f.MCP("initialize", "", 401, "", "")
			f.Get(trace.MCPServer, prm+"/mcp", 404, "")
			f.Get(trace.MCPServer, prm, 404, "")
		}, check.Broken, with(1, 2, 3)},
		{"discovery/metadata-findable", "one place asked", func(f *judgetest.Flow) {
			f.MCP("initialize", "", 401, "", "")
			f.Get(trace.MCPServer, prm+"/mcp", 404, "")
		}, check.NotSeen, nil},
		{"discovery/metadata-findable", "none by its setting", func(f *judgetest.Flow) {
			f.Rec.Setting.NoResourceMetadata = true
			f.MCP("initialize", "", 401, "", "")
		}, check.Broken, with(1)},
		{"discovery/metadata-findable", "nowhere, and nobody was challenged", func(f *judgetest.Flow) {
			f.Rec.Setting.NoResourceMetadata = true
			f.Get(trace.MCPServer, prm+"/mcp", 404, "")
			f.Post("/register", `{"redirect_uris":[]}`, 404, "")
		}, check.Broken, with(1)},
		{"discovery/metadata-findable", "nobody was challenged, and it may be elsewhere", func(f *judgetest.Flow) {
			f.Get(trace.MCPServer, prm+"/mcp", 404, "")
			f.Get(trace.MCPServer, prm, 404, "")
			f.Post("/register", `{"redirect_uris":[]}`, 404, "")
		}, check.NotSeen, nil},
		{"discovery/metadata-url", "relative", func(f *judgetest.Flow) { f.MCP("initialize", "", 401, `Bearer resource_metadata="/prm"`, "") }, check.Broken, with(1)},
		{"discovery/metadata-url", "nothing there", func(f *judgetest.Flow) { f.In(1); f.Get(trace.MCPServer, prm+"/mcp", 404, "") }, check.Broken, with(1, 2)},
		{"discovery/metadata-url", "there", way(judgetest.WithResource), check.Kept, nil},
		{"discovery/no-offline-access-in-challenge", "named", func(f *judgetest.Flow) { f.MCP("initialize", "", 401, `Bearer scope="a offline_access"`, "") }, check.Broken, with(1)},
		{"discovery/no-offline-access-in-challenge", "repeated in a step-up", func(f *judgetest.Flow) {
			f.MCP("tools/call", "t", 403, `Bearer error="insufficient_scope", scope="a offline_access"`, "")
		}, check.NotSeen, nil},

		{"discovery/metadata-resource-matches", "a slash more", described(prm+"/mcp", origin+"/mcp/"), check.Broken, with(2)},
		{"discovery/metadata-resource-matches", "the origin at the path", described(prm+"/mcp", origin), check.Broken, with(2)},
		{"discovery/metadata-resource-matches", "the origin at the root", described(prm, origin), check.Kept, nil},
		{"discovery/metadata-resource-matches", "the server at the root", described(prm, origin+"/mcp"), check.Kept, nil},
		{"discovery/metadata-resource-matches", "identical", described(prm+"/mcp", origin+"/mcp"), check.Kept, nil},
		{"discovery/metadata-resource-matches", "missing", described(prm+"/mcp", ""), check.Broken, with(2)},

		{"discovery/as-metadata-complete", "no response types", replaced(judgetest.WithServer, `"response_types_supported":["code"],`, ""), check.Broken, with(3)},
		{"discovery/as-metadata-complete", "a list for a word", replaced(judgetest.WithServer, `["code"]`, `"code"`), check.Broken, with(3)},
		{"discovery/as-metadata-complete", "no authorization endpoint", replaced(judgetest.WithServer, `"authorization_endpoint"`, `"x"`), check.Broken, with(3)},
		{"discovery/as-metadata-complete", "no use for one", func(f *judgetest.Flow) {
			replaced(judgetest.WithServer, `"authorization_endpoint"`, `"grant_types_supported":["client_credentials"],"x"`)(f)
		}, check.Kept, nil},
		{"discovery/as-metadata-form", "text", func(f *judgetest.Flow) {
			f.In(3).Rec.Exchanges[2].Response.Header.Set("Content-Type", "text/plain")
		}, check.Broken, with(3)},
		{"discovery/as-metadata-form", "JSON with a charset", func(f *judgetest.Flow) {
			f.In(3).Rec.Exchanges[2].Response.Header.Set("Content-Type", "application/json; charset=utf-8")
		}, check.Kept, nil},
		{"discovery/as-endpoints-https", "http", replaced(judgetest.WithServer, judgetest.Issuer+"/token", "http://as.example/token"), check.Broken, with(3)},
		{"discovery/as-endpoints-https", "loopback", way(judgetest.WithServer), check.Kept, nil},
		{"pkce/advertised-in-metadata", "none", replaced(judgetest.WithServer, "S256", "plain"), check.Broken, with(3)},
		{"pkce/advertised-in-metadata", "S256", way(judgetest.WithServer), check.Kept, nil},

		{"discovery/as-metadata-inserted", "appended only", tenant([2]string{"/.well-known/oauth-authorization-server/t", ""},
			[2]string{"/t/.well-known/oauth-authorization-server", own}), check.Broken, with(3, 4)},
		{"discovery/as-metadata-inserted", "OpenID Connect at its place", tenant([2]string{"/.well-known/oauth-authorization-server/t", ""},
			[2]string{"/t/.well-known/openid-configuration", own}), check.Kept, nil},
		{"discovery/metadata-issuer-matches", "another at the appended place", tenant([2]string{"/t/.well-known/oauth-authorization-server", judgetest.Published}), check.Broken, with(3)},
		{"discovery/metadata-issuer-matches", "its own", way(judgetest.WithServer), check.Kept, nil},
		{"discovery/metadata-names-issuer", "the origin's metadata only", tenant(
			[2]string{"/.well-known/oauth-authorization-server/t", ""}, [2]string{"/.well-known/openid-configuration/t", ""},
			[2]string{"/t/.well-known/openid-configuration", ""}, [2]string{"/.well-known/oauth-authorization-server", judgetest.Published}), check.Broken, with(6)},
		{"discovery/metadata-names-issuer", "another place not asked", tenant(
			[2]string{"/.well-known/oauth-authorization-server/t", ""}, [2]string{"/.well-known/oauth-authorization-server", judgetest.Published}), check.NotSeen, nil},
	}
}

// registering writes a registration and its answer at the end of the way to it.
func registering(request string, status int, answer string, header ...string) func(f *judgetest.Flow) {
	return func(f *judgetest.Flow) {
		x := f.In(judgetest.WithServer).Post("/register", request, status, answer)
		if len(header) > 0 {
			x.Response.Header.Set(header[0], header[1])
		}
	}
}

func registrationScenes() []scene {
	const loopback = `{"redirect_uris":["` + judgetest.Redirect + `"]}`
	secret := func(more string) string { return `{"client_id":"c","client_secret":"s"` + more + `}` }
	return []scene{
		{"registration/served", "500", registering(loopback, 500, ""), check.Broken, []int{4}},
		{"registration/served", "403", registering(loopback, 403, ""), check.Kept, nil},
		{"registration/answered", "500", registering(loopback, 500, ""), check.Broken, []int{4}},
		{"registration/answered", "a redirect", registering(loopback, 302, ""), check.Broken, []int{4}},
		{"registration/answered", "201", way(judgetest.WithClient), check.Kept, nil},
		{"registration/error-form", "text", registering(loopback, 403, "Forbidden"), check.Broken, []int{4}},
		{"registration/error-form", "no error", registering(loopback, 422, `{"message":"no"}`), check.Broken, []int{4}},
		{"registration/error-form", "422 with error", registering(loopback, 422, `{"error":"invalid_client_metadata"}`), check.Kept, nil},
		{"registration/error-form", "a challenge", registering(loopback, 401, "", "WWW-Authenticate", "Bearer"), check.NotSeen, nil},
		{"registration/error-form", "too many", registering(loopback, 429, "slow down"), check.NotSeen, nil},
		{"registration/error-form", "a guessed place", func(f *judgetest.Flow) { f.Post("/register", loopback, 404, "not found") }, check.NotSeen, nil},
		{"registration/open", "401", registering(loopback, 401, "", "WWW-Authenticate", "Bearer"), check.Broken, []int{4}},
		{"registration/open", "403 by policy", registering(loopback, 403, `{"error":"access_denied"}`), check.NotSeen, nil},
		{"registration/secret-expiry", "none", registering(loopback, 201, secret("")), check.Broken, []int{4}},
		{"registration/secret-expiry", "text", registering(loopback, 201, secret(`,"client_secret_expires_at":"0"`)), check.Broken, []int{4}},
		{"registration/secret-expiry", "never", registering(loopback, 201, secret(`,"client_secret_expires_at":0`)), check.Kept, nil},
		{"registration/secret-expiry", "no secret", way(judgetest.WithClient), check.NotSeen, nil},
		{"registration/response-types", "null", registering(loopback, 201, `{"client_id":"c","client_uri":null}`), check.Broken, []int{4}},
		{"registration/response-types", "in order", way(judgetest.WithClient), check.Kept, nil},
		{"registration/loopback-accepted", "https only", registering(loopback, 400, `{"error":"invalid_redirect_uri","error_description":"https only"}`), check.Broken, []int{4}},
		{
			"registration/loopback-accepted", "not on a list",
			registering(loopback, 400, `{"error":"invalid_redirect_uri","error_description":"redirect URI http://127.0.0.1:49200/callback is not approved here"}`),
			check.NotSeen, nil,
		},
		{"registration/loopback-accepted", "about something else", registering(loopback, 400, `{"error":"invalid_client_metadata"}`), check.NotSeen, nil},
		{
			"registration/loopback-accepted", "by the name",
			registering(`{"redirect_uris":["http://localhost:1/cb"]}`, 400, `{"error":"invalid_redirect_uri"}`), check.NotSeen, nil,
		},
		{
			"registration/loopback-accepted", "https on loopback",
			registering(`{"redirect_uris":["https://127.0.0.1:1/cb"]}`, 400, `{"error":"invalid_redirect_uri"}`), check.NotSeen, nil,
		},
		{
			"registration/unsafe-redirect-refused", "http elsewhere",
			registering(`{"redirect_uris":["http://app.example/cb"]}`, 201, `{"client_id":"c","redirect_uris":["http://app.example/cb"]}`), check.Broken,
			[]int{4},
		},
		{
			"registration/fragment-refused", "with a fragment",
			registering(`{"redirect_uris":["https://app.example/cb#x"]}`, 201, `{"client_id":"c","redirect_uris":["https://app.example/cb#x"]}`), check.Broken,
			[]int{4},
		},
		{
			"registration/fragment-refused", "relative",
			registering(`{"redirect_uris":["/cb"]}`, 201, `{"client_id":"c","redirect_uris":["/cb"]}`), check.Broken,
			[]int{4},
		},
		{
			"registration/fragment-refused", "refused",
			registering(`{"redirect_uris":["https://app.example/cb#x"]}`, 400, `{"error":"invalid_redirect_uri"}`), check.Kept, nil,
		},
		{
			"registration/fragment-refused", "a scheme of its own",
			registering(`{"redirect_uris":["com.example.app:/cb"]}`, 201, `{"client_id":"c","redirect_uris":["com.example.app:/cb"]}`), check.NotSeen, nil,
		},
		{
			"registration/unsafe-redirect-refused", "dropped",
			registering(`{"redirect_uris":["javascript:x","`+judgetest.Redirect+`"]}`, 201, judgetest.Registered), check.Kept, nil,
		},
	}
}
