package reading

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// step is one entry of a hand-made HAR file: "METHOD URL -> STATUS". The other
// members are what it takes besides.
type step struct {
	line    string
	body    string            // of the request; JSON, or a form
	header  map[string]string // of the request
	answer  string
	reply   map[string]string // headers of the answer
	unknown int               // bytes of an answer whose text the file does not hold
}

const (
	home      = "https://mcp.test/mcp"
	described = `{"resource":"https://mcp.test/mcp","authorization_servers":["https://as.test"]}`
	published = `{"issuer":"https://as.test","authorization_endpoint":"https://as.test/authorize","token_endpoint":"https://as.test/token",` +
		`"registration_endpoint":"https://as.test/register","response_types_supported":["code"],"code_challenge_methods_supported":["S256"]}`
	begins  = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","clientInfo":{"name":"one","version":"1"}}}`
	calls   = `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo"}}`
	results = `{"jsonrpc":"2.0","id":2,"result":{"content":[]}}`
	back    = "http://127.0.0.1:7/cb"
)

func header(name, value string) map[string]string { return map[string]string{name: value} }

// login is the way of a client to its first result: ten steps, the last of which
// shows it.
func login() []step {
	return []step{
		{line: "POST " + home + " -> 401", body: begins, reply: header("WWW-Authenticate", `Bearer resource_metadata="https://mcp.test/.well-known/oauth-protected-resource/mcp"`)},
		{line: "GET https://mcp.test/.well-known/oauth-protected-resource/mcp -> 200", answer: described},
		{line: "GET https://as.test/.well-known/oauth-authorization-server -> 200", answer: published},
		{line: "POST https://as.test/register -> 201", body: `{"client_name":"One","redirect_uris":["` + back + `"]}`, answer: `{"client_id":"c1","redirect_uris":["` + back + `"]}`},
		{line: "GET https://as.test/authorize?response_type=code&client_id=c1&redirect_uri=http%3A%2F%2F127.0.0.1%3A7%2Fcb&state=state-one-1&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&resource=https%3A%2F%2Fmcp.test%2Fmcp -> 302", reply: header("Location", back+"?code=code-secret-1&state=state-one-1")},
		{line: "GET " + back + "?code=code-secret-1&state=state-one-1 -> 200"},
		{line: "POST https://as.test/token -> 200", body: "grant_type=authorization_code&client_id=c1&code=code-secret-1&redirect_uri=http%3A%2F%2F127.0.0.1%3A7%2Fcb&resource=https%3A%2F%2Fmcp.test%2Fmcp", answer: `{"access_token":"access-secret-1","token_type":"Bearer","refresh_token":"refresh-secret-1"}`},
		{line: "POST " + home + " -> 200", body: begins, header: header("Authorization", "Bearer access-secret-1"), answer: `{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25"}}`},
		{line: "GET " + home + " -> 405", header: map[string]string{"Authorization": "Bearer access-secret-1", "Mcp-Session-Id": "s1"}},
		{line: "POST " + home + " -> 200", body: calls, header: header("Authorization", "Bearer access-secret-1"), answer: results},
	}
}

// other is a login of another site, with its own authorization server.
func other() []step {
	return []step{
		{line: "GET https://idp.other/.well-known/openid-configuration -> 200", answer: strings.ReplaceAll(published, "as.test", "idp.other")},
		{line: "GET https://idp.other/authorize?response_type=code&client_id=web&redirect_uri=https%3A%2F%2Fshop.other%2Fcb&state=state-two-2&scope=openid -> 302", reply: header("Location", "https://shop.other/cb?code=code-secret-2&state=state-two-2")},
		{line: "GET https://shop.other/cb?code=code-secret-2&state=state-two-2 -> 302", reply: header("Location", "https://shop.other/home")},
		{line: "POST https://idp.other/token -> 200", body: "grant_type=authorization_code&client_id=web&code=code-secret-2", answer: `{"access_token":"access-secret-2","token_type":"Bearer"}`},
		{line: "GET https://api.other/me -> 200", header: header("Authorization", "Bearer access-secret-2"), answer: `{"name":"x"}`},
	}
}

// importSteps makes a recording of the steps, as a program saves them.
func importSteps(t *testing.T, creator string, steps ...step) *trace.Recording {
	t.Helper()
	type pair struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	pairs := func(m map[string]string) []pair {
		out := []pair{}
		for name, value := range m {
			out = append(out, pair{name, value})
		}
		return out
	}
	var entries []any
	for i, s := range steps {
		var method, url string
		var status int
		if _, err := fmt.Sscanf(s.line, "%s %s -> %d", &method, &url, &status); err != nil {
			t.Fatalf("%s: %v", s.line, err)
		}
		request := map[string]any{"method": method, "url": url, "headers": pairs(s.header)}
		if s.body != "" {
			kind := "application/x-www-form-urlencoded"
			if strings.HasPrefix(s.body, "{") || strings.HasPrefix(s.body, "[") {
				kind = "application/json"
			}
			h := map[string]string{"Content-Type": kind}
			maps.Copy(h, s.header)
			request["headers"] = pairs(h)
			request["postData"] = map[string]any{"mimeType": kind, "text": s.body}
		}
		reply := map[string]string{}
		if creator != "bare recorder" {
			reply["Date"] = "Tue, 01 Dec 2026 00:00:00 GMT"
		}
		maps.Copy(reply, s.reply)
		content := map[string]any{"size": len(s.answer) + s.unknown, "mimeType": "application/json"}
		if s.answer != "" {
			content["text"] = s.answer
		}
		entries = append(entries, map[string]any{
			"startedDateTime": fmt.Sprintf("2026-12-01T00:00:%02d.%03dZ", i/100, i%100*10), "time": 1, "request": request,
			"response": map[string]any{"status": status, "headers": pairs(reply), "content": content},
		})
	}
	data, err := json.Marshal(map[string]any{"log": map[string]any{
		"version": "1.2", "creator": map[string]string{"name": creator, "version": "1"}, "entries": entries,
	}})
	if err != nil {
		t.Fatal(err)
	}
	rec, err := Import(strings.NewReader(string(data)), "hand-made.har")
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func readFile(t *testing.T, file string) *trace.Recording {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rec, err := Import(f, file)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// The recorder at the servers says to whom requests went; the same must come out
// of the file without its word.
func TestCastOfReleasedClients(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../testdata/recordings/*/*.har")
	if err != nil || len(files) < 60 {
		t.Fatalf("%d recordings, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rec, err := Import(strings.NewReader(strings.ReplaceAll(string(data), `"_server"`, `"_gone"`)), file)
		if err != nil {
			t.Fatal(err)
		}
		told := readFile(t, file)
		for i, x := range rec.Exchanges {
			want := told.Exchanges[i]
			// What is one origin may be called either.
			if x.From != want.From || x.To != want.To && originOf(x.Request.URL) != originOf(rec.Setting.MCPURL) {
				t.Errorf("%s: %s %s: inferred %s to %s, want %s to %s", file, x.Request.Method, x.Request.URL, x.From, x.To, want.From, want.To)
			}
		}
		if rec.Setting.MCPURL != told.Setting.MCPURL || rec.Setting.MCPURL == "" || rec.Setting.Issuer != told.Setting.Issuer {
			t.Errorf("%s: setting %+v, want %+v", file, rec.Setting, told.Setting)
		}
	}
}

func TestCast(t *testing.T) {
	t.Parallel()
	browser := header("Sec-Fetch-Mode", "navigate")
	rec := importSteps(t, "proxy", slices.Concat([]step{
		{line: "GET https://mcp.test/favicon.ico -> 404"},
		{line: "GET https://mcp.test/healthz -> 200", answer: `{}`},
		{line: "OPTIONS " + home + " -> 204"},
		{line: "GET https://c.test/client.json -> 403"},
		{line: "GET https://as.test/authorize?response_type=code&client_id=https%3A%2F%2Fc.test%2Fclient.json&redirect_uri=https%3A%2F%2Fhosted.test%2Fcb -> 302", header: browser, reply: header("Location", "/login")},
		{line: "GET https://as.test/login -> 200", header: browser},
		{line: "POST https://hosted.test/cb -> 200", body: "code=code-secret-3&state=s"},
		{line: "POST https://as.test/par -> 201", body: "response_type=code&client_id=c1&code_challenge=x", answer: `{"request_uri":"urn:x"}`},
	}, login(), []step{
		{line: "POST https://as.test/token?grant_type=refresh_token&refresh_token=refresh-secret-1 -> 400"},
		{line: `POST https://as.test/token2 -> 400`, body: `{"grant_type":"refresh_token"}`},
		{line: "POST " + home + " -> 200", body: `[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]`},
	})...)
	want := []string{
		"client other", "client other", "client other", "authorization-server metadata-document-host",
		"user-agent authorization-server", "user-agent authorization-server", "user-agent client", "client authorization-server",
		"client mcp-server", "client mcp-server", "client authorization-server", "client authorization-server",
		"user-agent authorization-server", "user-agent client", "client authorization-server",
		"client mcp-server", "client mcp-server", "client mcp-server",
		"client authorization-server", "client authorization-server", "client mcp-server",
	}
	for i, x := range rec.Exchanges {
		if got := string(x.From) + " " + string(x.To); got != want[i] {
			t.Errorf("%d %s %s: %s, want %s", x.ID, x.Request.Method, x.Request.URL, got, want[i])
		}
	}
}
