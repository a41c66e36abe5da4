package real_test

import (
	"context"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/internal/patience"
)

// account is what a client is expected to say of an attempt, and what it must
// mention.
type account struct {
	status clients.Status
	words  string
}

// succeeds is the account of an attempt that succeeds.
func succeeds() account { return account{status: clients.OK} }

// expectation is what is known of a program. Everything else is the same for
// all.
type expectation struct {
	// callback is where it wants to be called back at the enterprise; "" means
	// that a client_id cannot be typed in.
	callback string
	// registrations are how often it registers until it has called a tool; 0 means
	// once.
	registrations int
	// expired, stepUp and revoked are about calls after the access token was
	// expired, for a tool that needs more scope, and after all tokens were
	// revoked.
	expired, stepUp, revoked account
	// loginsForRevoked says how many authorization requests the last of them
	// may take.
	loginsForRevoked int
	// forgetful says that a restart begins from nothing, and portBound that a second
	// session does whose callback port is taken.
	forgetful, portBound bool
	// denied is about a user who denies consent, wrongIssuer about an authorization
	// response of another issuer, and unregistered about an authorization server at
	// which it can neither register nor has been.
	denied, wrongIssuer, unregistered account
	// refuses are further deployments that attack it, and that it has to refuse
	// before it asks for a token.
	refuses []string
}

func wantAccount(t *testing.T, what string, out clients.Outcome, want account) {
	t.Helper()
	if out.Status != want.status || !strings.Contains(out.Words, want.words) {
		t.Errorf("%s: %s: %s\nwanted %s: %s", what, out.Status, out.Words, want.status, want.words)
	}
	if out.Status != clients.OK && out.Words == "" {
		t.Errorf("%s: not a word", what)
	}
	if lines := strings.Split(out.Words, "\n"); len(lines) > 40 {
		t.Errorf("%s: %d lines of words", what, len(lines))
	}
	if strings.Contains(out.Words, "/node_modules/") {
		t.Errorf("%s: words with paths of this machine: %s", what, out.Words)
	}
}

// unhurried bounds what a slow program may take for several things.
func unhurried(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := patience.Context(t.Context(), patience.Limits{Quiet: 3 * time.Minute}, clients.ErrTimedOut)
	t.Cleanup(cancel)
	return ctx
}

// examine has a program do everything that a scenario may ask of it.
func examine(t *testing.T, c clients.Client, want expectation) {
	t.Helper()
	t.Run("life", func(t *testing.T) { examineLife(t, c, want) })
	t.Run("denial", func(t *testing.T) { examineDenial(t, c, want) })
	t.Run("by hand", func(t *testing.T) { examineByHand(t, c, want) })
	t.Run("wrong issuer", func(t *testing.T) {
		w, _ := world(t, "hostile-wrong-iss", c)
		s, _ := start(t, c, w, clients.Facts{})
		wantAccount(t, "connect", s.Connect(unhurried(t)), want.wrongIssuer)
	})
	for _, deployment := range want.refuses {
		t.Run(deployment, func(t *testing.T) {
			w, _ := world(t, deployment, c)
			s, _ := start(t, c, w, clients.Facts{})
			wantAccount(t, "connect", s.Connect(unhurried(t)), account{status: clients.Refused})
			if n := count(paths(w), "POST /token"); n != 0 {
				t.Errorf("%d token requests", n)
			}
		})
	}
	t.Run("end in the middle", func(t *testing.T) { examineEnd(t, c) })
}

func examineLife(t *testing.T, c clients.Client, want expectation) {
	t.Helper()
	w, _ := world(t, "dcr-only", c)
	home := t.TempDir()
	s, _ := start(t, c, w, clients.Facts{Home: home})
	ctx := unhurried(t) // from now on: it may have waited for its port
	hello := map[string]any{"text": "hello"}

	begun := time.Now()
	wantOK(t, "connect", s.Connect(ctx))
	out := s.Call(ctx, "echo", hello)
	wantOK(t, "echo", out)
	t.Logf("from nothing to a tool result in %s", time.Since(begun))
	if !strings.Contains(out.Text, "hello") {
		t.Errorf("echo answered %q", out.Text)
	}
	if n := count(paths(w), "POST /register"); n != max(1, want.registrations) {
		t.Errorf("it registered %d times", n)
	}
	if out := s.Call(ctx, "nothing", nil); out.Status == clients.OK || out.Words == "" {
		t.Errorf("an unknown tool: %+v", out)
	}
	if err := w.Control.ExpireAccessTokens(ctx); err != nil {
		t.Fatal(err)
	}
	wantAccount(t, "echo with an expired token", s.Call(ctx, "echo", hello), want.expired)
	wantAccount(t, "write, which needs more scope", s.Call(ctx, "write", hello), want.stepUp)

	logins := len(visits(w))
	wantOK(t, "restart", s.Restart(ctx))
	wantOK(t, "echo after a restart", s.Call(ctx, "echo", hello))
	if n := len(visits(w)) - logins; n > 0 != want.forgetful {
		t.Errorf("%d logins after a restart", n)
	}
	second, _ := start(t, c, w, clients.Facts{Home: home, PortsInUse: callbackPorts(t, w)})
	logins = len(visits(w))
	wantOK(t, "second session", second.Connect(ctx))
	if n := len(visits(w)) - logins; !want.forgetful && n > 0 != want.portBound {
		t.Errorf("%d logins for a second session", n)
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}

	if err := w.Control.RevokeGrants(ctx); err != nil {
		t.Fatal(err)
	}
	logins = len(visits(w))
	wantAccount(t, "echo with revoked tokens", s.Call(ctx, "echo", hello), want.revoked)
	if n := len(visits(w)) - logins; n > want.loginsForRevoked {
		t.Errorf("%d logins for a call with revoked tokens", n)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if n := running(t, home); n != 0 {
		t.Errorf("%d processes are left", n)
	}
}

func examineDenial(t *testing.T, c clients.Client, want expectation) {
	t.Helper()
	w, _ := world(t, "reference", c)
	s, ua := start(t, c, w, clients.Facts{})
	ua.SetDecision(useragent.Deny)
	begun := time.Now()
	wantAccount(t, "after a denial", s.Connect(unhurried(t)), want.denied)
	t.Logf("it gave up after %s", time.Since(begun))
	ua.SetDecision(useragent.Allow)
	wantOK(t, "connect again", s.Connect(unhurried(t)))
}

func examineByHand(t *testing.T, c clients.Client, want expectation) {
	t.Helper()
	w, credentials := world(t, "enterprise", c)
	ctx := unhurried(t)
	without, _ := start(t, c, w, clients.Facts{})
	want.unregistered.status = clients.Failed
	wantAccount(t, "without a client_id", without.Connect(ctx), want.unregistered)
	if out := without.Call(ctx, "echo", nil); out.Status != clients.Failed {
		t.Errorf("it called a tool without a client_id: %+v", out)
	}
	if want.callback == "" {
		if !c.Registration().NoCredentials {
			t.Error("it has no place for a client_id, and does not say so")
		}
		return
	}
	if !slices.Contains(c.Registration().RedirectURIs, want.callback) {
		t.Errorf("an operator is told to register %q", c.Registration().RedirectURIs)
	}
	before := count(paths(w), "POST /register")
	s, _ := start(t, c, w, clients.Facts{Credentials: credentials})
	wantOK(t, "connect", s.Connect(ctx))
	wantOK(t, "echo", s.Call(ctx, "echo", map[string]any{"text": "hello"}))
	if n := count(paths(w), "POST /register") - before; n != 0 {
		t.Errorf("it registered %d times although it was given a client_id", n)
	}
}

// examineEnd closes the session while the user looks at a page.
func examineEnd(t *testing.T, c clients.Client) {
	t.Helper()
	w, _ := world(t, "reference", c)
	seen := make(chan string, 8)
	home := t.TempDir()
	s, err := c.Start(t.Context(), clients.Facts{MCPURL: w.MCPURL, Home: home, UserAgent: hanging{seen}})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan clients.Outcome, 1)
	go func() { done <- s.Connect(unhurried(t)) }()
	select {
	case <-seen:
	case out := <-done:
		t.Fatalf("it ended before the user saw a page: %+v", out)
	}
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
	if left, err := filepath.Glob(filepath.Join(home, "browser-*")); err != nil || len(left) > 0 {
		t.Errorf("left: %q, %v", left, err)
	}
	if out := s.Call(t.Context(), "echo", nil); out.Status == clients.OK {
		t.Error("a closed session called a tool")
	}
	if out := s.Connect(t.Context()); out.Status == clients.OK {
		t.Error("a closed session connected")
	}
}

// callbackPorts are the ports at which the client was called back.
func callbackPorts(t *testing.T, w *fixtures.World) []int {
	t.Helper()
	var ports []int
	for _, x := range w.Recorder.Snapshot().Exchanges {
		if x.To != trace.Client {
			continue
		}
		u, err := url.Parse(x.Request.URL)
		if err != nil {
			t.Fatal(err)
		}
		if u.Port() == "" {
			continue // of a page elsewhere
		}
		ports = append(ports, portOf(t, u))
	}
	return ports
}

func portOf(t *testing.T, u *url.URL) int {
	t.Helper()
	n, err := strconv.Atoi(u.Port())
	if err != nil {
		t.Fatal(err)
	}
	return n
}
