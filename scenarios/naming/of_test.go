package naming_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/naming"
)

// says is one exchange of a client.
type says struct {
	from                     trace.Actor
	method, url, agent, body string
}

func recording(setting trace.Setting, all ...says) *trace.Recording {
	rec := &trace.Recording{Setting: setting}
	for i, s := range all {
		x := trace.Exchange{ID: i + 1, From: trace.Client, To: trace.MCPServer, Request: trace.Request{
			Method: http.MethodPost, URL: "https://mcp.example.com/mcp", Body: trace.Body{Text: s.body}, Header: http.Header{},
		}}
		if s.from != "" {
			x.From = s.from
		}
		if s.method != "" {
			x.Request.Method = s.method
		}
		if s.url != "" {
			x.Request.URL = s.url
		}
		if s.agent != "" {
			x.Request.Header.Set("User-Agent", s.agent)
		}
		rec.Exchanges = append(rec.Exchanges, x)
	}
	return rec
}

func initialize(name, version string) string {
	return `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","clientInfo":{"name":` +
		strconv.Quote(name) + `,"version":` + strconv.Quote(version) + `}}}`
}

func register(members string) string {
	return `{"redirect_uris":["http://127.0.0.1:1/cb"],` + members + `}`
}

func TestOf(t *testing.T) {
	t.Parallel()
	book := load(t)
	for name, test := range map[string]struct {
		label  string
		says   []says
		want   string
		source naming.Source
		others []string
	}{
		"nothing": {says: []says{{body: "{}"}}},
		"the own name of an unknown program": {
			says: []says{{body: initialize("acme-agent", "3.2.1")}}, want: "acme-agent 3.2.1", source: naming.Initialize,
		},
		"the own name wins over the registration and the User-Agent": {
			says: []says{{agent: "other/9.9", body: initialize("acme-agent", "3.2.1")}, {body: register(`"client_name":"Acme Desk"`)}},
			want: "acme-agent 3.2.1", source: naming.Initialize, others: []string{"other", "Acme Desk"},
		},
		"_meta where there is no initialize": {
			says: []says{{body: `{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":` +
				`{"io.modelcontextprotocol/clientInfo":{"name":"copilot-cli","version":"1.0.102"}}}}`}},
			want: "GitHub Copilot CLI 1.0.102", source: naming.Meta,
		},
		"a member of _meta that only one product has": {
			says: []says{{body: `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{"claudecode/toolUseId":"x"}}}`}},
			want: "Claude Code", source: naming.Meta,
		},
		"a batch": {says: []says{{body: "[" + initialize("acme-agent", "3.2.1") + "]"}}, want: "acme-agent 3.2.1", source: naming.Initialize},
		"a test name loses to the registration": {
			says: []says{{body: initialize("mcp-test-client", "0.0.1")}, {body: register(`"client_name":"Acme","software_version":"4.1"`)}},
			want: "Acme 4.1", source: naming.Registration,
		},
		"a test name loses to the User-Agent": {
			says: []says{{agent: "acme/4.1", body: initialize("connection-test", "0.0.1")}}, want: "acme 4.1", source: naming.UserAgent,
		},
		"a test name is better than nothing, its version is not": {
			says: []says{{agent: "node", body: initialize("mcp-test-client", "1.0.0")}}, want: "mcp-test-client", source: naming.Initialize,
		},
		"the version of the User-Agent where the own one is a placeholder": {
			says: []says{{agent: "acme/4.1 (x)", body: initialize("Acme", "0.0.0")}}, want: "Acme 4.1", source: naming.Initialize,
		},
		"1.0.0 loses to a real version, and stands where there is none": {
			says: []says{{agent: "acme/4.1", body: initialize("acme", "1.0.0")}}, want: "acme 4.1", source: naming.Initialize,
		},
		"1.0.0 alone": {says: []says{{body: initialize("acme", "1.0.0")}}, want: "acme 1.0.0", source: naming.Initialize},
		"a known placeholder version": {
			says: []says{{body: initialize("cursor-vscode", "1.0.0")}, {agent: "Cursor/2.4.1", method: http.MethodGet}},
			want: "Cursor 2.4.1", source: naming.Initialize,
		},
		"no version is no version": {says: []says{{body: initialize("acme", "unknown")}}, want: "acme", source: naming.Initialize},
		"the User-Agent alone":     {says: []says{{agent: "codex-mcp-client/0.171.0", method: http.MethodGet}}, want: "Codex CLI 0.171.0 (on rmcp)", source: naming.UserAgent},
		"runtimes and browsers are no names": {
			says: []says{{agent: "node"}, {agent: "Mozilla/5.0 (X11; Linux x86_64)"}, {agent: "Bun/1.4.4"}, {agent: "curl/7.88.1"}},
		},
		"a preflight is the browser's": {says: []says{{agent: "acme/4.1", method: http.MethodOptions}}},
		"through mcp-remote": {
			says: []says{{body: initialize("mcp-remote-fallback-test", "0.0.0")}, {body: initialize("claude-ai (via mcp-remote 0.1.37)", "0.1.0")}},
			want: "Claude Desktop, through mcp-remote 0.1.37 (on TypeScript SDK)", source: naming.Initialize,
		},
		"through a bridge that is not known": {
			says: []says{{body: initialize("cursor-vscode (via acme-bridge v2.1)", "1.0.0")}}, want: "Cursor, through acme-bridge 2.1", source: naming.Initialize,
		},
		"the bridge is known by its software_id": {
			says: []says{{body: initialize("cursor-vscode", "2.4.1")}, {body: register(`"client_name":"MCP CLI Client","software_id":"2e6dc280-f3c3-4e01-99a7-8181dbd1d23d","software_version":"0.1.29"`)}},
			want: "Cursor 2.4.1, through mcp-remote 0.1.29 (on TypeScript SDK)", source: naming.Initialize,
		},
		"nothing but the bridge": {
			says: []says{{body: initialize("supergateway", "4.0.0")}}, want: "supergateway 4.0.0", source: naming.Initialize,
		},
		"a library's default name is not the program's": {
			says: []says{{body: initialize("Java SDK MCP Client", "0.15.0")}, {body: register(`"client_name":"Acme"`)}},
			want: "Acme (on Java SDK)", source: naming.Registration,
		},
		"a library alone": {
			says: []says{{agent: "python-httpx/0.28.1", body: `{"method":"initialize","params":{"clientInfo":{"name":"mcp","version":"0.1.0"}},"jsonrpc":"2.0","id":0}`}},
			want: "a program that does not name itself, on Python SDK 1.x",
		},
		"FastMCP names itself": {
			says: []says{{agent: "python-httpx2/2.16.2", body: initialize("fastmcp", "4.2.3")}},
			want: "a program that does not name itself, on FastMCP 4.2.3, on Python SDK 2.x",
		},
		"a redirect URI of one product": {
			says: []says{{body: `{"redirect_uris":["https://claude.ai/api/mcp/auth_callback"],"client_name":"Client"}`}}, want: "claude.ai", source: naming.Redirect,
		},
		"a known metadata document, asked for by POST": {
			says: []says{{
				from: trace.UserAgent, url: "https://as.example.com/authorize",
				body: "response_type=code&client_id=https%3A%2F%2Fzed.dev%2Foauth%2Fclient-metadata.json",
			}},
			want: "Zed", source: naming.Document,
		},
		"an unknown metadata document": {
			says: []says{{
				from: trace.UserAgent, method: http.MethodGet,
				url: "https://as.example.com/authorize?response_type=code&client_id=https%3A%2F%2Facme.example%2Fclient.json",
			}},
			want: "the client of acme.example", source: naming.Document,
		},
		"the label where the wire says nothing": {label: "codex@0.145.0", says: []says{{body: initialize("client", "1")}}, want: "Codex CLI 0.145.0 (on rmcp)", source: naming.Label},
		"the label's version where the wire has none": {
			label: "qwen-code@0.24.4+x", says: []says{{body: initialize("qwen-cli-mcp-client-lab", "0.0.1")}}, want: "Qwen Code 0.24.4", source: naming.Initialize,
		},
		"a label that was read off initialize is no second source": {
			label: "mcp-test-client@0.0.1", says: []says{{body: initialize("mcp-test-client", "0.0.1")}, {body: register(`"client_name":"Acme"`)}},
			want: "Acme", source: naming.Registration,
		},
		"the wire wins over another label": {label: "codex@0.145.0", says: []says{{body: initialize("cline", "3.0.1")}}, want: "Cline 3.0.1 (on TypeScript SDK 1.x)", source: naming.Initialize},
		"two clients": {
			says: []says{{body: initialize("cline", "3.0.1")}, {body: initialize("goose", "1.9.0")}}, want: "Cline 3.0.1 (on TypeScript SDK 1.x)", source: naming.Initialize, others: []string{"goose"},
		},
		"values of unexpected types": {
			says: []says{
				{body: `{"jsonrpc":"2.0","method":"initialize","params":{"clientInfo":5}}`},
				{body: `{"jsonrpc":"2.0","method":1,"params":[]}`},
				{body: register(`"client_name":["x"],"software_id":7,"client_uri":{}`)},
				{body: `{"jsonrpc":"2.0","method":"initialize","params":{"clientInfo":{"name":"acme","version":2}}}`},
			},
			want: "acme", source: naming.Initialize,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := book.Of(recording(trace.Setting{Client: test.label}, test.says...))
			if got.String() != test.want || got.Source != test.source {
				t.Errorf("got  %q by %q\nwant %q by %q", got, got.Source, test.want, test.source)
			}
			if diff := cmp.Diff(test.others, got.Others); diff != "" {
				t.Errorf("others, want (-), got (+):\n%s", diff)
			}
		})
	}
}

// A run of this project knows what it ran: the emulation of Cursor says that it
// is cursor-vscode, and a library's row sends the name of the test program.
func TestOfMeasured(t *testing.T) {
	t.Parallel()
	book := load(t)
	for _, test := range []struct{ label, own, want string }{
		{"cursor@2.4+cloud", "acme", "Cursor 2.4"},
		{"go-sdk@1.8.0", "mcpcompat", "Go SDK 1.8.0"},
		{"conformant@1", "mcpcompat", "conformant 1"},
	} {
		got := book.Of(recording(trace.Setting{Client: test.label, Deployment: "reference"}, says{body: initialize(test.own, "1")}))
		if got.String() != test.want || got.Source != naming.Label {
			t.Errorf("%s: %q by %q, want %q", test.label, got, got.Source, test.want)
		}
	}
}

// The client_name of a metadata document that the authorization server fetched.
func TestOfDocument(t *testing.T) {
	t.Parallel()
	const url = "https://acme.example/client.json"
	rec := recording(trace.Setting{}, says{from: trace.AuthorizationServer, method: http.MethodGet, url: url})
	rec.Exchanges[0].Response = &trace.Response{Status: 200, Body: trace.Body{Text: `{"client_id":"` + url + `","client_name":"Acme"}`}}
	got := load(t).Of(rec)
	if got.String() != "Acme" || got.Source != naming.Document {
		t.Errorf("%q by %q", got, got.Source)
	}
}

// What a stranger wrote is bounded and cannot steer a terminal.
func TestOfHostile(t *testing.T) {
	t.Parallel()
	book := load(t)
	long := strings.Repeat("ac\u202eme\u200b\x1b[2J\n", 10_000)
	all := []says{{body: initialize(long, "1.2.3\x1b")}, {body: register(`"client_name":` + strconv.Quote("evil\u2066 name\u0007"))}}
	for i := range 500 {
		n := strconv.Itoa(i)
		all = append(all, says{body: initialize("flood-"+n, n+".1"), agent: "flood" + n + "/1.2"})
	}
	got := book.Of(recording(trace.Setting{Client: "x\u202ey@1.0"}, all...))
	text := strings.Join(got.Lines(), "\n")
	if strings.ContainsAny(text, "\x1b\x07\u202e\u200b\u2066") || len(text) > 4096 {
		t.Errorf("%d bytes:\n%q", len(text), text)
	}
	if len(got.Others) > 4 || len(got.Exchanges) > 8 {
		t.Errorf("%d others, %d exchanges", len(got.Others), len(got.Exchanges))
	}
}

// An unknown member, a stranger's file, must not end the program.
func FuzzOf(f *testing.F) {
	f.Add("node", initialize("acme (via mcp-remote 1)", "1.0"), "acme@1")
	f.Add("acme/1", register(`"client_name":"x"`), "")
	f.Add("", "response_type=code&client_id=https://a.example/&code_challenge=x", "@")
	book, err := naming.Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, agent, body, label string) {
		got := book.Of(recording(trace.Setting{Client: label}, says{agent: agent, body: body}))
		for _, line := range got.Lines() {
			for _, r := range line {
				if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
					t.Fatalf("%q holds %U", line, r)
				}
			}
		}
	})
}
