package report

import (
	"net/http"
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

func TestWho(t *testing.T) {
	t.Parallel()
	const js, info = "application/json", `"_meta":{"io.modelcontextprotocol/clientInfo":{"name":"n","version":"2"}}`
	rec := &trace.Recording{Exchanges: []trace.Exchange{
		exchange(1, trace.Client, trace.MCPServer, "POST", "http://127.0.0.1:1/mcp", js, `{"method":"server/discover"}`, 401),
		exchange(2, trace.Client, trace.AuthorizationServer, "POST", "http://127.0.0.1:2/register", js,
			`{"client_name":"N","redirect_uris":["http://127.0.0.1/cb"]}`, 201),
		exchange(3, trace.UserAgent, trace.AuthorizationServer, "GET",
			"http://127.0.0.1:2/authorize?client_id=https%3A%2F%2Fc.example%2Fid&client_id=2", "", "", 200),
		exchange(4, trace.Client, trace.MCPServer, "POST", "http://127.0.0.1:1/mcp", js, `{"method":"tools/call","params":{`+info+`}}`, 200),
	}}
	rec.Exchanges[0].Request.Header.Set("User-Agent", "node\x1b[2J/20")
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
