package real_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	programs "github.com/mcpcompat/mcpcompat/clients/real"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

func TestFromNothingToAToolResult(t *testing.T) {
	t.Parallel()
	c := released(t, "mcp-remote")
	w, _ := world(t, "reference", c)
	home := t.TempDir()
	s, _ := start(t, c, w, clients.Facts{Home: home})
	ctx := limited(t)
	begun := time.Now()
	wantOK(t, "connect", s.Connect(ctx))
	out := s.Call(ctx, "echo", map[string]any{"text": "hello"})
	wantOK(t, "echo", out)
	t.Logf("from nothing to a tool result in %s", time.Since(begun))
	if !strings.Contains(out.Text, "hello") {
		t.Errorf("echo answered %q", out.Text)
	}
	// This release takes a scope that equals the resource's scopes_supported
	// for its own default and asks for what it had before, so that the step-up
	// does not get through here.
	if out := s.Call(ctx, "write", map[string]any{"text": "x"}); out.Status != clients.Failed || !strings.Contains(out.Words, "Unauthorized") {
		t.Errorf("write, which needs more scope: %+v", out)
	}
	if n := count(visits(w), "/authorize scope=tools/read"); n != 2 {
		t.Errorf("its authorization requests: %q", visits(w))
	}
	if out := s.Call(ctx, "nothing", nil); out.Status != clients.Failed || out.Words == "" {
		t.Errorf("an unknown tool: %+v", out)
	}
	if n := count(paths(w), "POST /register"); n != 1 {
		t.Errorf("it registered %d times: %q", n, paths(w))
	}

	// A second session of the same installation, and a restart, go on with
	// what is stored.
	before := count(paths(w), "POST /token")
	second, _ := start(t, c, w, clients.Facts{Home: home})
	wantOK(t, "second session", second.Connect(ctx))
	wantOK(t, "restart", s.Restart(ctx))
	wantOK(t, "echo after a restart", s.Call(ctx, "echo", map[string]any{"text": "again"}))
	if n := count(paths(w), "POST /token"); n != before {
		t.Errorf("%d token requests with tokens at hand", n-before)
	}
	for _, x := range w.Recorder.Snapshot().Exchanges {
		if x.To == trace.Client && !strings.HasPrefix(x.Request.URL, "http://localhost:") {
			t.Errorf("callback at %s", x.Request.URL)
		}
	}
}

func TestConsentInARealBrowser(t *testing.T) {
	t.Parallel()
	c := released(t, "mcp-remote")
	b := useragent.NewBrowser(useragent.BrowserOptions{})
	if err := b.Available(); err != nil {
		t.Skip("needs a browser: " + err.Error())
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	w, _ := world(t, "reference", c)
	ua, err := useragent.NewChrome(b, useragent.Options{Recorder: w.Recorder})
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Start(t.Context(), clients.Facts{MCPURL: w.MCPURL, Home: t.TempDir(), UserAgent: ua})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	ctx := limited(t)
	begun := time.Now()
	wantOK(t, "connect", s.Connect(ctx))
	wantOK(t, "echo", s.Call(ctx, "echo", map[string]any{"text": "hello"}))
	t.Logf("from nothing to a tool result in %s", time.Since(begun))
	inBrowser := false
	for _, e := range w.Recorder.Snapshot().Exchanges {
		inBrowser = inBrowser || e.From == trace.UserAgent && strings.Contains(e.Request.Header.Get("User-Agent"), "Chrome")
		if e.From == trace.Client && strings.Contains(e.Request.Header.Get("User-Agent"), "Chrome") {
			t.Errorf("the browser passed for the client: %s", e.Request.URL)
		}
	}
	if !inBrowser {
		t.Error("no page was shown in the browser")
	}
}

func TestRegisteredByHand(t *testing.T) {
	t.Parallel()
	c := released(t, "mcp-remote")
	w, credentials := world(t, "enterprise", c)
	s, _ := start(t, c, w, clients.Facts{Credentials: credentials})
	ctx := limited(t)
	wantOK(t, "connect", s.Connect(ctx))
	wantOK(t, "echo", s.Call(ctx, "echo", map[string]any{"text": "hello"}))
	if n := count(paths(w), "POST /register"); n != 0 {
		t.Errorf("it registered %d times although it was given a client_id", n)
	}

	// The port belongs to the sessions of this deployment until the last one
	// is closed.
	other, credentials := world(t, "enterprise", c)
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	f := clients.Facts{MCPURL: other.MCPURL, Home: t.TempDir(), Credentials: credentials}
	if _, err := c.Start(short, f); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("started with a port that is taken: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := c.Start(ctx, f)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestNoWayToRegister(t *testing.T) {
	t.Parallel()
	c := released(t, "mcp-remote")
	w, _ := world(t, "enterprise", c)
	s, _ := start(t, c, w, clients.Facts{})
	out := s.Connect(limited(t))
	if out.Status != clients.Failed || !strings.Contains(out.Words, "does not support dynamic client registration") {
		t.Errorf("connect: %+v", out)
	}
	if out := s.Call(t.Context(), "echo", nil); out.Status != clients.Failed {
		t.Errorf("a program that has ended was called: %+v", out)
	}
}

func TestConsentDenied(t *testing.T) {
	t.Parallel()
	c := released(t, "mcp-remote")
	w, _ := world(t, "reference", c)
	s, ua := start(t, c, w, clients.Facts{})
	ua.SetDecision(useragent.Deny)
	begun := time.Now()
	out := s.Connect(limited(t))
	t.Logf("after a denial in %s: %s", time.Since(begun), out.Words)
	if out.Status != clients.Failed || !strings.Contains(out.Words, "access_denied") {
		t.Errorf("connect: %+v", out)
	}
	if lines := strings.Split(out.Words, "\n"); len(lines) > 40 || strings.Contains(out.Words, "/node_modules/") {
		t.Errorf("%d lines of words with paths of this machine", len(lines))
	}
	ua.SetDecision(useragent.Allow)
	wantOK(t, "connect again", s.Connect(limited(t)))
}

func TestExpiryIsRefreshed(t *testing.T) {
	t.Parallel()
	c := released(t, "mcp-remote")
	w, _ := world(t, "reference", c)
	s, _ := start(t, c, w, clients.Facts{})
	ctx := limited(t)
	wantOK(t, "connect", s.Connect(ctx))
	if err := w.Control.ExpireAccessTokens(ctx); err != nil {
		t.Fatal(err)
	}
	wantOK(t, "echo with an expired token", s.Call(ctx, "echo", map[string]any{"text": "hello"}))
}

// stuck is a user who never gets to the end.
type stuck struct{ seen chan string }

func (u stuck) Open(_ context.Context, v clients.Visit) (clients.Landing, error) {
	u.seen <- v.URL
	return clients.Landing{URL: v.URL, Page: "Something went wrong"}, nil
}

// hanging is a user who looks at the page for ever.
type hanging struct{ seen chan string }

func (u hanging) Open(ctx context.Context, v clients.Visit) (clients.Landing, error) {
	u.seen <- v.URL
	<-ctx.Done()
	return clients.Landing{}, ctx.Err()
}

func TestVisitThatGoesNowhereEndsTheAttempt(t *testing.T) {
	t.Parallel()
	c := released(t, "mcp-remote")
	w, _ := world(t, "reference", c)
	home := t.TempDir()
	seen := make(chan string, 8)
	s, err := c.Start(t.Context(), clients.Facts{MCPURL: w.MCPURL, Home: home, UserAgent: stuck{seen}})
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	out := s.Connect(limited(t))
	if out.Status != clients.Failed || !strings.Contains(out.Words, "Something went wrong") || time.Since(begun) > 15*time.Second {
		t.Errorf("after %s: %+v", time.Since(begun), out)
	}
	if u := <-seen; strings.Contains(out.Words, "code_challenge=&") || !strings.HasPrefix(u, w.Issuer) {
		t.Errorf("the browser was sent to %s", u)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(home, "browser-*")); err != nil || len(left) > 0 {
		t.Errorf("left: %q, %v", left, err)
	}
}

func TestCloseInTheMiddleLeavesNothing(t *testing.T) {
	t.Parallel()
	c := released(t, "mcp-remote")
	w, _ := world(t, "reference", c)
	seen := make(chan string, 8)
	home := t.TempDir()
	s, err := c.Start(t.Context(), clients.Facts{MCPURL: w.MCPURL, Home: home, UserAgent: hanging{seen}})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan clients.Outcome, 1)
	go func() { done <- s.Connect(context.Background()) }()
	<-seen
	if running(t, home) == 0 {
		t.Error("the program does not run")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if out := <-done; out.Status == clients.OK {
		t.Errorf("connect: %+v", out)
	}
	if n := running(t, home); n != 0 {
		t.Errorf("%d processes are left", n)
	}
	if out := s.Connect(t.Context()); out.Status != clients.Failed {
		t.Errorf("a closed session connected: %+v", out)
	}
}

func TestUnavailable(t *testing.T) {
	t.Setenv("MCPCOMPAT_NODE", "")
	c := programs.All(programs.Options{Cache: t.TempDir()})[0]
	if err := c.Available(t.Context()); !errors.Is(err, clients.ErrUnavailable) {
		t.Errorf("not installed: %v", err)
	}
	if _, err := c.Start(t.Context(), clients.Facts{MCPURL: "http://127.0.0.1:1/mcp", Home: t.TempDir()}); !errors.Is(err, clients.ErrUnavailable) {
		t.Errorf("started without being installed: %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	if err := c.Available(t.Context()); !errors.Is(err, clients.ErrUnavailable) || !strings.Contains(err.Error(), "Node.js") {
		t.Errorf("without Node.js: %v", err)
	}
	if len(programs.All(programs.Options{})) == 0 {
		t.Error("no real clients at all")
	}
}
