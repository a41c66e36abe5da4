package client

import (
	"net/http"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/judgetest"
)

func TestScopeIsNotBeyondTheChallenge(t *testing.T) {
	t.Parallel()
	const id = "authorize/scope-not-beyond-challenge"
	silent := judgetest.New()
	silent.MCP("initialize", "", 401, "Bearer", "")
	asks("&scope=read+write")(silent)
	agree(t, map[string]judgement{
		"the challenge's": {id, after(judgetest.WithClient, asks("&scope=read")), check.Kept},
		"one more":        {id, after(judgetest.WithClient, asks("&scope=read+write")), check.Broken},
		"offline_access":  {id, after(judgetest.WithClient, asks("&scope=read+openid+offline_access")), check.Kept},
		"none asked for":  {id, after(judgetest.WithClient, asks("")), check.NotSeen},
		"none in it":      {id, silent, check.NotSeen},
		"a later login":   {id, after(judgetest.WithClient, call("t", 401, "Bearer"), asks("&scope=read+write")), check.NotSeen},
	})
}

func TestLoopbackRedirectsAreHTTP(t *testing.T) {
	t.Parallel()
	const id = "registration/loopback-by-http"
	with := func(uri string) *judgetest.Flow {
		return after(judgetest.WithServer, func(f *judgetest.Flow) {
			f.Post("/register", `{"redirect_uris":["`+uri+`"]}`, 400, `{"error":"invalid_redirect_uri"}`)
		})
	}
	agree(t, map[string]judgement{
		"http":           {id, with("http://127.0.0.1/cb"), check.Kept},
		"https":          {id, with("https://localhost:1410/cb"), check.Broken},
		"https, a host":  {id, with("https://c.example/cb"), check.NotSeen},
		"another scheme": {id, with("com.example:/cb"), check.NotSeen},
		"asked for":      {id, after(judgetest.WithServer, asks("&redirect_uri=https://127.0.0.1/cb")), check.Broken},
	})
}

func TestAnApplicationTypeIsMissing(t *testing.T) {
	t.Parallel()
	const native, web = "registration/application-type-sent", "registration/web-application-type-sent"
	with := func(body string) *judgetest.Flow {
		return after(judgetest.WithServer, func(f *judgetest.Flow) { f.Post("/register", body, 201, judgetest.Registered) })
	}
	agree(t, map[string]judgement{
		"native without":  {native, with(`{"redirect_uris":["http://127.0.0.1/cb"]}`), check.Broken},
		"native with":     {native, with(`{"redirect_uris":["http://127.0.0.1/cb"],"application_type":"native"}`), check.Kept},
		"native, not web": {web, with(`{"redirect_uris":["http://127.0.0.1/cb"]}`), check.NotSeen},
		"web without":     {web, with(`{"redirect_uris":["https://c.example/cb"]}`), check.Broken},
		"web with":        {web, with(`{"redirect_uris":["https://c.example/cb"],"application_type":"web"}`), check.Kept},
		"web, not native": {native, with(`{"redirect_uris":["https://c.example/cb"]}`), check.NotSeen},
	})
}

func TestTheMetadataDocumentCanBeHad(t *testing.T) {
	t.Parallel()
	const id, document = "registration/metadata-document-hosted", "https://c.example/client.json"
	with := func(status int, body string, answer int) *judgetest.Flow {
		return after(judgetest.WithServer, func(f *judgetest.Flow) {
			f.Add(judgetest.Message{From: trace.AuthorizationServer, To: trace.MetadataHost, URL: document, Status: status, Answer: body})
			f.Add(judgetest.Message{
				From: trace.UserAgent, To: trace.AuthorizationServer, Status: answer, Answer: "no",
				URL: judgetest.Issuer + "/authorize?response_type=code&client_id=" + document + "&redirect_uri=https://c.example/cb",
			})
		})
	}
	const good = `{"client_id":"` + document + `"}`
	agree(t, map[string]judgement{
		"had":                        {id, with(http.StatusOK, good, 200), check.Kept},
		"refused":                    {id, with(http.StatusForbidden, "<p>Just a moment</p>", 400), check.Broken},
		"no JSON":                    {id, with(http.StatusOK, "<p>Welcome</p>", 400), check.Broken},
		"refused, and let in":        {id, with(http.StatusServiceUnavailable, "", 200), check.NotSeen},
		"a body without its text":    {id, with(http.StatusOK, "", 400), check.NotSeen},
		"refused for something else": {id, with(http.StatusOK, good, 400), check.Kept},
		"a client_id that is no URL": {id, after(judgetest.WithCode), check.NotSeen},
	})
}

func TestMetadataThatWasFoundIsUsed(t *testing.T) {
	t.Parallel()
	const id, tenant = "discovery/found-metadata-used", judgetest.Issuer + "/t1"
	look := func(place string, status int) func(*judgetest.Flow) {
		return func(f *judgetest.Flow) {
			f.Get(trace.AuthorizationServer, judgetest.Issuer+place, status, `{"issuer":"`+tenant+`","authorization_endpoint":"`+tenant+`/authorize",`+
				`"registration_endpoint":"`+tenant+`/register","code_challenge_methods_supported":["S256"]}`)
		}
	}
	with := func(steps ...func(*judgetest.Flow)) *judgetest.Flow {
		f := judgetest.New().In(judgetest.Challenged)
		f.Get(trace.MCPServer, "http://127.0.0.1:8001/.well-known/oauth-protected-resource/mcp", 200,
			`{"resource":"`+judgetest.MCPURL+`","authorization_servers":["`+tenant+`"]}`)
		for _, step := range steps {
			step(f)
		}
		return f
	}
	const inserted, root = "/.well-known/oauth-authorization-server/t1", "/.well-known/oauth-authorization-server"
	register := func(f *judgetest.Flow) {
		f.Post("/t1/register", `{"redirect_uris":["`+judgetest.Redirect+`"]}`, 201, judgetest.Registered)
	}
	agree(t, map[string]judgement{
		"used":                    {id, with(look(inserted, 200), register), check.Kept},
		"the root after it":       {id, with(look(inserted, 200), look(root, 404)), check.Broken},
		"the root, and then used": {id, with(look(inserted, 200), look(root, 404), register), check.Kept},
		"the root instead":        {id, with(look(inserted, 404), look(root, 404)), check.NotSeen},
		"the other kind too":      {id, with(look(inserted, 200), look("/.well-known/openid-configuration/t1", 404)), check.NotSeen},
		"no path":                 {id, after(judgetest.WithServer, look(root, 404)), check.NotSeen},
	})
}
