package sdk_test

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/sdk"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures"
)

func startMCPGo(t *testing.T, w *fixtures.World, f clients.Facts) (clients.Session, *useragent.HTTP) {
	t.Helper()
	return startClient(t, sdk.MCPGo{}, w, f)
}

func TestMCPGoFromNothingToAToolResult(t *testing.T) {
	t.Parallel()
	for _, revision := range []string{"", "2025-11-25", "2026-07-28"} {
		w, _ := world(t, "reference", nil)
		s, _ := startMCPGo(t, w, clients.Facts{Revision: revision})
		wantOK(t, "connect", s.Connect(t.Context()))
		out := s.Call(t.Context(), "echo", map[string]any{"text": "hello"})
		wantOK(t, "echo", out)
		if !strings.Contains(out.Text, "hello") {
			t.Errorf("%q: echo answered %q", revision, out.Text)
		}
		if out := s.Call(t.Context(), "write", map[string]any{"text": "x"}); out.Status != clients.Failed {
			t.Errorf("%q: write, which needs more scope, although the library has no step-up: %+v", revision, out)
		}
		if out := s.Call(t.Context(), "nothing", nil); out.Status != clients.Failed || out.Words == "" {
			t.Errorf("%q: an unknown tool: %+v", revision, out)
		}
		if err := w.Control.ExpireAccessTokens(t.Context()); err != nil {
			t.Fatal(err)
		}
		wantOK(t, "echo with an expired token", s.Call(t.Context(), "echo", map[string]any{"text": "hello"}))
		if n := len(requests(w, "/authorize")); n != 2 {
			t.Errorf("%q: %d authorization requests; a token that the server calls expired is not refreshed", revision, n)
		}
		wantOK(t, "restart", s.Restart(t.Context()))
		if n := len(requests(w, "/register")); n != 2 {
			t.Errorf("%q: after a restart registered %d times: the library stores nothing", revision, n)
		}
		if out := s.Connect(t.Context()); out.Status != clients.Failed {
			t.Errorf("%q: connected twice: %+v", revision, out)
		}
	}
}

func TestMCPGoNamesNoScope(t *testing.T) {
	t.Parallel()
	w, _ := world(t, "reference", nil)
	s, _ := startMCPGo(t, w, clients.Facts{})
	_ = s.Connect(t.Context())
	asked := requests(w, "/authorize")
	if len(asked) == 0 || strings.Contains(asked[0].Request.URL, "scope=") || !strings.Contains(asked[0].Request.URL, "resource=") {
		t.Errorf("authorization requests: %+v", asked)
	}
}

func TestMCPGoRegisteredByHand(t *testing.T) {
	t.Parallel()
	w, credentials := world(t, "enterprise", nil, sdk.MCPGo{})
	s, _ := startMCPGo(t, w, clients.Facts{Credentials: credentials})
	out := s.Connect(t.Context())
	if n := len(requests(w, "/register")); n != 0 {
		t.Errorf("registered %d times although it was given a client_id", n)
	}
	asked := requests(w, "/authorize")
	if len(asked) == 0 {
		t.Fatalf("no authorization request: %+v", out)
	}
	u, err := url.Parse(asked[0].Request.URL)
	if err != nil || u.Query().Get("redirect_uri") != (sdk.MCPGo{}).Registration().RedirectURIs[0] {
		t.Errorf("authorization request %s, %v", u, err)
	}
	without, _ := startMCPGo(t, w, clients.Facts{})
	if out := without.Connect(t.Context()); out.Status != clients.Failed || !strings.Contains(out.Words, "registration") {
		t.Errorf("without credentials: %+v", out)
	}
}

func TestMCPGoIssuers(t *testing.T) {
	t.Parallel()
	// The library does not look at the parameter iss.
	w, _ := world(t, "reference", map[string]string{"authServer.iss.value": "mismatch"})
	s, _ := startMCPGo(t, w, clients.Facts{})
	wantOK(t, "connect", s.Connect(t.Context()))

	w, _ = world(t, "hostile-foreign-issuer", nil)
	s, _ = startMCPGo(t, w, clients.Facts{})
	if out := s.Connect(t.Context()); out.Status != clients.Refused || out.Words == "" {
		t.Errorf("connect: %+v", out)
	}
}

func TestMCPGoConsentDenied(t *testing.T) {
	t.Parallel()
	w, _ := world(t, "reference", nil)
	s, ua := startMCPGo(t, w, clients.Facts{})
	ua.SetDecision(useragent.Deny)
	if out := s.Connect(t.Context()); out.Status != clients.Failed || !strings.Contains(out.Words, "access_denied") {
		t.Errorf("connect: %+v", out)
	}
	ua.SetDecision(useragent.Allow)
	wantOK(t, "connect again", s.Connect(t.Context()))
}

func TestMCPGoEnds(t *testing.T) {
	t.Parallel()
	w, _ := world(t, "reference", nil)
	u := hanging{make(chan struct{})}
	s, err := sdk.MCPGo{}.Start(t.Context(), clients.Facts{MCPURL: w.MCPURL, UserAgent: u})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-u.seen
		cancel()
	}()
	if out := s.Connect(ctx); out.Status != clients.Failed {
		t.Errorf("connect: %+v", out)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	for what, out := range map[string]clients.Outcome{
		"connected": s.Connect(t.Context()), "called": s.Call(t.Context(), "echo", nil), "restarted": s.Restart(t.Context()),
	} {
		if out.Status != clients.Failed {
			t.Errorf("a closed session %s: %+v", what, out)
		}
	}
	if _, err := (sdk.MCPGo{}).Start(t.Context(), clients.Facts{}); err == nil {
		t.Error("started without a user agent")
	}
	held, _ := startMCPGo(t, w, clients.Facts{Permit: func(netip.AddrPort) error { return errors.New("stay here") }})
	if out := held.Connect(t.Context()); out.Status != clients.Failed || !strings.Contains(out.Words, "stay here") {
		t.Errorf("what is not permitted: %+v", out)
	}
	if got := (sdk.MCPGo{}).Identity().String(); got != "mcp-go@1.2.1" {
		t.Errorf("it is called %s", got)
	}
}
