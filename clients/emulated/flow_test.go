package emulated

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
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

func TestAnExpiredTokenIsRefreshed(t *testing.T) {
	t.Parallel()
	for _, selector := range []string{"conformant", "claude-code", "mcp-remote", "mcp-inspector", "claude-desktop"} {
		t.Run(selector, func(t *testing.T) {
			t.Parallel()
			s := enter(t, find(t, selector), named(t, "reference"))
			s.connect(t)
			for range 2 { // the second with the rotated refresh token
				if err := s.world.Control.ExpireAccessTokens(t.Context()); err != nil {
					t.Fatal(err)
				}
				want(t, s.call(t, "echo"), clients.OK)
			}
			if n := s.authorizations(); n != 1 {
				t.Errorf("%d authorization requests, want 1", n)
			}
			s.count("POST", "/token", 3, t)
		})
	}
}

func TestVSCodeRegistersAnewInsteadOfRefreshing(t *testing.T) {
	t.Parallel()
	s := enter(t, find(t, "vscode"), named(t, "reference", "authServer.registration.clientIdMetadataDocuments", "off"))
	s.connect(t)
	if err := s.world.Control.ExpireAccessTokens(t.Context()); err != nil {
		t.Fatal(err)
	}
	want(t, s.call(t, "echo"), clients.OK)
	s.count("POST", "/register", 2, t)
	if n := s.authorizations(); n != 2 {
		t.Errorf("%d authorization requests, want 2", n)
	}
}

func TestARevokedGrantLeadsToAnotherLogin(t *testing.T) {
	t.Parallel()
	s := enter(t, find(t, "conformant"), named(t, "reference"))
	s.connect(t)
	if err := s.world.Control.RevokeGrants(t.Context()); err != nil {
		t.Fatal(err)
	}
	want(t, s.call(t, "echo"), clients.OK)
	if n := s.authorizations(); n != 2 {
		t.Errorf("%d authorization requests, want 2", n)
	}
	s.count("POST", "/token", 3, t) // code, refused refresh, code
}

func TestAWrongAudienceEndsAfterOneLogin(t *testing.T) {
	t.Parallel()
	s := enter(t, find(t, "conformant"), named(t, "reference"))
	if err := s.world.Control.SetWrongAudience(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	o := s.session.Connect(t.Context())
	if o.Status != clients.Failed || !strings.Contains(o.Words, "invalid_token") {
		t.Errorf("%s: %s", o.Status, o.Words)
	}
	if n := s.authorizations(); n != 1 {
		t.Errorf("%d authorization requests, want 1", n)
	}
}

func TestAScopeIsAddedWhenItIsMissing(t *testing.T) {
	t.Parallel()
	s := enter(t, find(t, "conformant"), named(t, "reference"))
	s.connect(t)
	want(t, s.call(t, "write"), clients.OK)
	want(t, s.call(t, "echo"), clients.OK)
	if n := s.authorizations(); n != 2 {
		t.Errorf("%d authorization requests, want 2: the union serves both tools", n)
	}
}

func TestStepUpsThatCannotWorkAreBounded(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name           string
		stepUp         StepUp
		words          string
		authorizations int
	}{
		{name: "challenge only", stepUp: StepUp{Scope: StepUpChallenge}, words: "still wants scope", authorizations: 4},
		{name: "challenge only, once", stepUp: StepUp{Scope: StepUpChallenge, MaxAttempts: 1}, words: "after 1 attempts", authorizations: 2},
		{name: "refresh", stepUp: StepUp{Response: StepUpRefreshes}, words: "a refresh does not bring", authorizations: 1},
		{name: "none", stepUp: StepUp{Response: StepUpNever}, words: "wants scope", authorizations: 1},
		{name: "same", stepUp: StepUp{Scope: StepUpSame}, words: "was asked for and not granted", authorizations: 1},
		{name: "same, repeated", stepUp: StepUp{Scope: StepUpSame, Repeats: StepUpRepeated}, words: "after 3 attempts", authorizations: 4},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := find(t, "conformant").Behaviour()
			b.StepUp = test.stepUp
			s := enter(t, New(clients.Identity{ID: "stepper", Version: "1"}, b), named(t, "reference"))
			s.connect(t)
			o := s.call(t, "write")
			if o.Status != clients.Failed || !strings.Contains(o.Words, test.words) {
				t.Errorf("%s: %s", o.Status, o.Words)
			}
			if n := s.authorizations(); n != test.authorizations {
				t.Errorf("%d authorization requests, want %d", n, test.authorizations)
			}
		})
	}
}

func TestADeniedLoginEnds(t *testing.T) {
	t.Parallel()
	s := enter(t, find(t, "conformant"), named(t, "reference"))
	s.browser.SetDecision(useragent.Deny)
	o := s.session.Connect(t.Context())
	if o.Status != clients.Failed || !strings.Contains(o.Words, "access_denied") {
		t.Errorf("%s: %s", o.Status, o.Words)
	}
	if n := s.authorizations(); n != 1 {
		t.Errorf("%d authorization requests, want 1", n)
	}
}

func TestARestartKeepsTheLogin(t *testing.T) {
	t.Parallel()
	for _, selector := range []string{"conformant", "claude-code", "vscode", "mcp-remote"} {
		t.Run(selector, func(t *testing.T) {
			t.Parallel()
			s := enter(t, find(t, selector), named(t, "reference"))
			s.connect(t)
			want(t, s.session.Restart(t.Context()), clients.OK)
			want(t, s.call(t, "echo"), clients.OK)
			if n := s.authorizations(); n != 1 {
				t.Errorf("%d authorization requests, want 1", n)
			}
		})
	}
}

func TestTwoSessionsOfOneInstallationShareTheLogin(t *testing.T) {
	t.Parallel()
	s := enter(t, find(t, "conformant"), named(t, "reference"))
	s.connect(t)
	second, err := s.client.Start(t.Context(), s.facts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = second.Close() })
	want(t, second.Connect(t.Context()), clients.OK)
	if n := s.authorizations(); n != 1 {
		t.Errorf("%d authorization requests, want 1", n)
	}
	if err := s.world.Control.ExpireAccessTokens(t.Context()); err != nil {
		t.Fatal(err)
	}
	outcomes := make(chan clients.Outcome, 2)
	for _, session := range []clients.Session{s.session, second} {
		go func() { outcomes <- session.Call(context.Background(), "echo", map[string]any{"text": "both"}) }()
	}
	for range 2 {
		want(t, <-outcomes, clients.OK)
	}
	if n := s.authorizations(); n != 1 {
		t.Errorf("%d authorization requests, want 1: refreshes are serialised", n)
	}
	s.count("POST", "/token", 2, t)
}

func TestCredentialsStayWithTheirIssuer(t *testing.T) {
	t.Parallel()
	t.Run("registered dynamically", func(t *testing.T) {
		t.Parallel()
		s := enter(t, find(t, "dcr-only"), named(t, "reference"))
		s.connect(t)
		if _, err := s.world.Control.MigrateIssuer(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(t, s.call(t, "echo"), clients.OK)
		s.count("POST", "/register", 2, t)
	})
	t.Run("configured", func(t *testing.T) {
		t.Parallel()
		s := enter(t, find(t, "claude-code"), named(t, "enterprise"))
		s.connect(t)
		if _, err := s.world.Control.MigrateIssuer(t.Context()); err != nil {
			t.Fatal(err)
		}
		o := s.call(t, "echo")
		if o.Status == clients.OK {
			t.Errorf("the credentials were used at another server: %s", o.Words)
		}
	})
	t.Run("bindings ignored", func(t *testing.T) {
		t.Parallel()
		b := find(t, "dcr-only").Behaviour()
		b.Registration.Binding = BindingIgnored
		s := enter(t, New(clients.Identity{ID: "unbound", Version: "1"}, b), named(t, "reference"))
		s.connect(t)
		if _, err := s.world.Control.MigrateIssuer(t.Context()); err != nil {
			t.Fatal(err)
		}
		if o := s.call(t, "echo"); o.Status == clients.OK {
			t.Error("a client_id of one server was good at another")
		}
		s.count("POST", "/register", 1, t)
	})
}

func TestAServerThatIsDownIsAFailureAndNoLogout(t *testing.T) {
	t.Parallel()
	s := enter(t, find(t, "conformant"), named(t, "reference"))
	s.connect(t)
	if err := s.world.Control.SetAuthorizationServerDown(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	want(t, s.call(t, "echo"), clients.OK) // the token is still good
	if err := s.world.Control.ExpireAccessTokens(t.Context()); err != nil {
		t.Fatal(err)
	}
	want(t, s.call(t, "echo"), clients.Failed)
	if err := s.world.Control.SetAuthorizationServerDown(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	want(t, s.call(t, "echo"), clients.OK)
	if n := s.authorizations(); n != 1 {
		t.Errorf("%d authorization requests, want 1", n)
	}
}

func TestEveryRevisionIsSpoken(t *testing.T) {
	t.Parallel()
	for _, revision := range []string{"2025-06-18", "2025-11-25", "2026-07-28"} {
		t.Run(revision, func(t *testing.T) {
			t.Parallel()
			s := enter(t, find(t, "conformant"), named(t, "reference"))
			s.facts.Revision = revision
			session, err := s.client.Start(t.Context(), s.facts)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = session.Close() })
			want(t, session.Connect(t.Context()), clients.OK)
			want(t, session.Call(t.Context(), "whoami", nil), clients.OK)
			var spoken string
			for _, e := range s.world.Recorder.Snapshot().Exchanges {
				if v := e.Request.Header.Get("Mcp-Protocol-Version"); v != "" {
					spoken = v
				}
			}
			if spoken != revision {
				t.Errorf("spoke %q", spoken)
			}
		})
	}
}

func TestCloseInterruptsAndMayComeTwice(t *testing.T) {
	t.Parallel()
	s := enter(t, find(t, "vscode"), named(t, "reference"))
	s.connect(t) // with an open GET stream
	for range 2 {
		if err := s.session.Close(); err != nil {
			t.Fatal(err)
		}
	}
	want(t, s.call(t, "echo"), clients.Failed)
	want(t, s.session.Restart(t.Context()), clients.Failed)
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
