package emulated

import (
	"context"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
)

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
