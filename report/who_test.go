package report

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

func exchange(id int, from, to trace.Actor, method, url, contentType, body string, status int, header ...string) trace.Exchange {
	e := trace.Exchange{ID: id, From: from, To: to, Request: trace.Request{
		Method: method, URL: url, Header: http.Header{}, Body: trace.Body{Text: body},
	}}
	if contentType != "" {
		e.Request.Header.Set("Content-Type", contentType)
	}
	if status > 0 {
		e.Response = &trace.Response{Status: status, Header: http.Header{}}
		for i := 0; i+1 < len(header); i += 2 {
			e.Response.Header.Set(header[i], header[i+1])
		}
	}
	return e
}

// fullFlow is a client on its way through every door.
func fullFlow() *trace.Recording {
	const (
		form = "application/x-www-form-urlencoded"
		js   = "application/json"
		as   = "http://127.0.0.1:4100"
		rs   = "http://127.0.0.1:41001"
	)
	call := func(id int, tool string, status int, header ...string) trace.Exchange {
		e := exchange(id, trace.Client, trace.MCPServer, "POST", rs+"/mcp", js,
			`{"method":"tools/call","params":{"name":"`+tool+`","_meta":{"io.modelcontextprotocol/clientInfo":{"name":"n","version":"2"}}}}`,
			status, header...)
		e.Request.Header.Set("Authorization", "Bearer masked.9.aabbccddeeff")
		return e
	}
	list := exchange(9, trace.Client, trace.MCPServer, "POST", rs+"/mcp", js, `{"method":"tools/list"}`, 200)
	list.Request.Header.Set("Authorization", "Bearer masked.9.aabbccddeeff")
	register := exchange(4, trace.Client, trace.AuthorizationServer, "POST", as+"/register", js,
		`{"client_name":"N","redirect_uris":["http://127.0.0.1/cb"]}`, 201)
	return &trace.Recording{
		Setting: trace.Setting{MCPURL: rs + "/mcp", Issuer: as},
		Exchanges: []trace.Exchange{
			exchange(1, trace.Client, trace.MCPServer, "POST", rs+"/mcp", js, `{"method":"server/discover"}`, 401, "WWW-Authenticate", "Bearer"),
			exchange(2, trace.Client, trace.MCPServer, "GET", rs+"/.well-known/oauth-protected-resource", "", "", 200),
			exchange(3, trace.Client, trace.AuthorizationServer, "GET", as+"/.well-known/oauth-authorization-server", "", "", 200),
			register,
			exchange(5, trace.UserAgent, trace.AuthorizationServer, "GET", as+"/authorize?response_type=code&client_id=x", "", "", 200),
			exchange(6, trace.UserAgent, trace.AuthorizationServer, "POST", as+"/consent", form, "decision=allow", 303,
				"Location", "http://127.0.0.1/cb?code=masked.4.aabbccddeeff&state=s"),
			exchange(7, trace.UserAgent, trace.Client, "GET", "http://127.0.0.1/cb?code=masked.4.aabbccddeeff&state=s", "", "", 200),
			exchange(8, trace.Client, trace.AuthorizationServer, "POST", as+"/token", form, "grant_type=authorization_code&code=x", 200),
			list,
			call(10, "echo", 200),
			call(11, "write", 403, "WWW-Authenticate", `Bearer error="insufficient_scope"`),
			call(12, "write", 200),
			exchange(13, trace.Client, trace.AuthorizationServer, "POST", as+"/token", form, "grant_type=refresh_token", 200),
		},
	}
}

func TestWho(t *testing.T) {
	t.Parallel()
	rec := fullFlow()
	rec.Exchanges[0].Request.Header.Set("User-Agent", "node\x1b[2J/20")
	rec.Exchanges[4].Request.URL += "&client_id=2"
	rec.Exchanges[4].Request.URL = strings.Replace(rec.Exchanges[4].Request.URL, "client_id=x", "client_id=https%3A%2F%2Fc.example%2Fid", 1)
	want := []string{
		"User-Agent: node [2J/20", "registered as: N", "client ID metadata document: https://c.example/id", "MCP clientInfo: n 2",
	}
	if diff := cmp.Diff(want, Who(rec)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := Who(&trace.Recording{}); len(got) != 0 {
		t.Errorf("nobody is %v", got)
	}
}
