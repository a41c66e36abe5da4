package emulated

import (
	"net/http"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// countPaths counts requests of the client by method and path.
func (s *stage) countPaths(method, path string) int {
	n := 0
	for _, e := range s.world.Recorder.Snapshot().Exchanges {
		if e.From == trace.Client && e.Request.Method == method && strings.HasSuffix(strings.SplitN(e.Request.URL, "?", 2)[0], path) {
			n++
		}
	}
	return n
}

func (s *stage) count(method, path string, wanted int, tb testing.TB) {
	tb.Helper()
	if got := s.countPaths(method, path); got != wanted {
		tb.Errorf("%d times %s %s, want %d", got, method, path, wanted)
	}
}

// authorizations counts authorization requests.
func (s *stage) authorizations() int {
	n := 0
	for _, e := range s.world.Recorder.Snapshot().Exchanges {
		if e.From == trace.UserAgent && e.Request.Method == http.MethodGet && strings.Contains(e.Request.URL, "/authorize?") {
			n++
		}
	}
	return n
}

func TestWhereClientsGetIn(t *testing.T) {
	t.Parallel()
	for _, selector := range []string{
		"conformant", "cimd", "dcr-only", "missing-resource", "fixed-loopback-port", "claude-code", "claude-code@2.1.229",
		"claude-code@2.1.197", "claude-code@1.0.60", "claude-desktop", "cursor", "cursor@1.0.0", "vscode", "vscode@1.107", "vscode+port-taken",
		"mcp-inspector", "mcp-inspector+web", "mcp-remote", "mcp-remote@0.1.38", "missing-scope",
		"antigravity", "chatgpt", "claude-ai", "claude-ai+ios", "confidential-fixed-port", "cursor+cloud-agents", "cursor@2.0.0",
		"devin", "goose", "grok", "jetbrains-copilot", "kiro", "kiro@2.11.0", "le-chat", "librechat", "muse-code", "perplexity", "postman",
		"windsurf", "zed",
	} {
		t.Run(selector, func(t *testing.T) {
			t.Parallel()
			s := enter(t, find(t, selector), named(t, "reference"))
			s.connect(t)
			o := s.call(t, "echo")
			want(t, o, clients.OK)
			if o.Text != "hello" {
				t.Errorf("got %q", o.Text)
			}
		})
	}
}

// The verdict of a client about a deployment, and a word of its reason.
func TestClientsMeetDeployments(t *testing.T) {
	t.Parallel()
	tests := []struct {
		client, deployment string
		settings           []string
		status             clients.Status
		words              string
	}{
		{client: "conformant", deployment: "require-scope", status: clients.OK},
		{client: "conformant", deployment: "exact-redirect-port", status: clients.Failed, words: "no authorization response"},
		{client: "missing-scope", deployment: "require-scope", status: clients.Failed, words: "invalid_scope"},
		{client: "missing-scope", deployment: "default-scope", status: clients.OK},
		{client: "dcr-only", deployment: "exact-redirect-port", status: clients.OK},
		{client: "dcr-only", deployment: "enterprise", status: clients.Failed, words: "does not support dynamic client registration"},
		{client: "cimd", deployment: "enterprise", status: clients.Failed, words: "does not support client ID metadata documents"},
		{client: "fixed-loopback-port+port-taken", deployment: "reference", status: clients.Failed, words: "port 3118 is in use"},
		{
			client: "claude-code@2.1.229", deployment: "enterprise", status: clients.Failed, words: "no authorization response",
		},
		{client: "claude-code", deployment: "enterprise", status: clients.OK},
		{client: "mcp-remote", deployment: "enterprise", status: clients.OK},
		{client: "conformant", deployment: "reference", settings: []string{"authServer.iss.value", "mismatch"}, status: clients.Refused, words: "RFC 9207"},
		{client: "conformant", deployment: "reference", settings: []string{"authServer.iss.value", "slash"}, status: clients.Refused, words: "RFC 9207"},
		{client: "conformant", deployment: "reference", settings: []string{"authServer.iss.send", "off"}, status: clients.Refused, words: "lacks iss"},
		{client: "conformant", deployment: "reference", settings: []string{"authServer.iss.advertise", "off"}, status: clients.OK},
		{
			client: "conformant", deployment: "reference",
			settings: []string{"authServer.iss.advertise", "off", "authServer.iss.value", "mismatch"}, status: clients.Refused, words: "RFC 9207",
		},
		{client: "vscode", deployment: "reference", settings: []string{"authServer.iss.value", "mismatch"}, status: clients.OK},
		{client: "conformant", deployment: "reference", settings: []string{"authServer.pkce.advertise", "omit"}, status: clients.Refused, words: "S256"},
		{client: "claude-code", deployment: "reference", settings: []string{"authServer.pkce.advertise", "omit"}, status: clients.OK},
		{
			client: "conformant", deployment: "reference", settings: []string{"authServer.metadata.issuer", "http://127.0.0.1:9/other"},
			status: clients.Refused, words: "RFC 8414",
		},
		{
			client: "conformant", deployment: "reference", settings: []string{"authServer.metadata.authorizationEndpoint", "javascript:alert(1)"},
			status: clients.Refused, words: "authorization_endpoint",
		},
		{
			client: "conformant", deployment: "reference", settings: []string{"authServer.metadata.paddingBytes", "2000000"},
			status: clients.Refused, words: "larger than",
		},
		{client: "conformant", deployment: "reference", settings: []string{"authServer.metadata.firstWellKnownStatus", "503"}, status: clients.OK},
		{client: "conformant", deployment: "reference", settings: []string{"authServer.metadata.rfc8414", "off"}, status: clients.OK},
		{
			client: "dcr-only", deployment: "reference", settings: []string{"authServer.registration.dynamic", "forbidden"},
			status: clients.Failed, words: "403",
		},
		{
			client: "dcr-only", deployment: "reference", settings: []string{"authServer.registration.issueSecret", "client_secret_basic"},
			status: clients.OK,
		},
		{
			client: "dcr-only", deployment: "reference", settings: []string{"authServer.registration.issueSecret", "client_secret_post"},
			status: clients.OK,
		},
		{
			client: "cursor", deployment: "reference", settings: []string{"authServer.registration.privateUseSchemes", "refused"},
			status: clients.Failed, words: "dynamic client registration",
		},
		{client: "conformant", deployment: "reference", settings: []string{"authServer.dpop.required", "on"}, status: clients.OK},
		{
			client: "conformant", deployment: "reference",
			settings: []string{"authServer.dpop.required", "on", "authServer.dpop.nonce", "required"}, status: clients.OK,
		},
		{client: "conformant", deployment: "reference", settings: []string{"authServer.par.required", "on"}, status: clients.OK},
		{client: "vscode", deployment: "reference", settings: []string{"authServer.par.required", "on"}, status: clients.Unsupported, words: "pushed"},
		{client: "conformant", deployment: "ignores-resource", status: clients.Failed, words: "refuses the token that was just issued"},
		{client: "conformant", deployment: "reference", settings: []string{"authServer.resource.handling", "refuse"}, status: clients.Failed, words: "invalid_target"},
		{client: "missing-resource", deployment: "reference", settings: []string{"authServer.resource.handling", "require"}, status: clients.Failed, words: "invalid_target"},
	}
	for _, test := range tests {
		t.Run(test.client+"/"+test.deployment+" "+strings.Join(test.settings, "="), func(t *testing.T) {
			t.Parallel()
			s := enter(t, find(t, test.client), named(t, test.deployment, test.settings...))
			o := s.session.Connect(t.Context())
			if o.Status == clients.OK {
				o = s.call(t, "echo")
			}
			if o.Status != test.status || !strings.Contains(o.Words, test.words) {
				t.Errorf("%s: %s; want %s: …%s…", o.Status, o.Words, test.status, test.words)
			}
		})
	}
}

// One correct MCP server behind a company's identity provider, five clients:
// who connects and where the others break comes out of running.
func TestFiveClients(t *testing.T) {
	t.Parallel()
	tests := []struct {
		client string
		status clients.Status
		words  string
	}{
		{client: "claude-desktop", status: clients.OK},
		{client: "mcp-inspector", status: clients.OK},
		{client: "vscode@1.107+port-taken", status: clients.Failed, words: "no authorization response came back"},
		{client: "cursor@1.0.0", status: clients.Failed, words: "does not support dynamic client registration"},
		{client: "claude-code@2.1.80", status: clients.Failed, words: "does not support dynamic client registration"},
	}
	for _, test := range tests {
		t.Run(test.client, func(t *testing.T) {
			t.Parallel()
			s := enter(t, find(t, test.client), named(t, "enterprise"))
			o := s.session.Connect(t.Context())
			if o.Status == clients.OK {
				o = s.call(t, "echo")
			}
			if o.Status != test.status || !strings.Contains(o.Words, test.words) {
				t.Errorf("%s: %s", o.Status, o.Words)
			}
		})
	}
}

func BenchmarkFlow(b *testing.B) {
	d := named(b, "reference")
	for _, selector := range []string{"conformant", "dcr-only", "claude-code", "vscode"} {
		c := find(b, selector)
		b.Run(selector, func(b *testing.B) {
			for b.Loop() {
				s := enter(b, c, d)
				s.connect(b)
				want(b, s.call(b, "echo"), clients.OK)
				s.close()
				c.Forget(s.facts.Home)
			}
		})
	}
}
