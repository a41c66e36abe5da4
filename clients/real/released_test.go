package real_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
)

// controlled are the programs that are driven through a control channel, and
// what is special about each.
func controlled() []struct {
	id        string
	denied    string // in its words after the user has denied the request
	stepsUp   bool   // it asks for more scope, or has asked for all before
	byHand    bool   // a client_id can be typed in
	registers int    // how often it does until it has connected
} {
	return []struct {
		id        string
		denied    string
		stepsUp   bool
		byHand    bool
		registers int
	}{
		{id: "claude-code", denied: "access_denied", stepsUp: true, byHand: true, registers: 1},
		{id: "codex", denied: "OAuth", byHand: true, registers: 1},
		{id: "copilot-cli", denied: "the user denied the request", byHand: true, registers: 1},
	}
}

// What every program must do at a server that asks for nothing special, from
// nothing to a restart.
func TestReleasedPrograms(t *testing.T) {
	t.Parallel()
	for _, p := range controlled() {
		t.Run(p.id, func(t *testing.T) {
			t.Parallel()
			c := released(t, p.id)
			w, _ := world(t, "dcr-only", c)
			home := t.TempDir()
			s, _ := start(t, c, w, clients.Facts{Home: home})
			ctx := limited(t)
			wantOK(t, "connect", s.Connect(ctx))
			out := s.Call(ctx, "echo", map[string]any{"text": "hello"})
			wantOK(t, "echo", out)
			if !strings.Contains(out.Text, "hello") {
				t.Errorf("echo answered %q", out.Text)
			}
			if n := count(paths(w), "POST /register"); n != p.registers {
				t.Errorf("it registered %d times", n)
			}
			if err := w.Control.ExpireAccessTokens(ctx); err != nil {
				t.Fatal(err)
			}
			wantOK(t, "echo with an expired token", s.Call(ctx, "echo", map[string]any{"text": "hello"}))
			if out := s.Call(ctx, "write", map[string]any{"text": "x"}); (out.Status == clients.OK) != p.stepsUp || out.Status != clients.OK && out.Words == "" {
				t.Errorf("write, which needs more scope: %+v", out)
			}
			if out := s.Call(ctx, "nothing", nil); out.Status != clients.Failed || out.Words == "" {
				t.Errorf("an unknown tool: %+v", out)
			}
			if err := w.Control.RevokeGrants(ctx); err != nil {
				t.Fatal(err)
			}
			wantOK(t, "echo after a new login", s.Call(ctx, "echo", map[string]any{"text": "hello"}))

			// A restart, and a second session of the same installation, go on
			// with what is stored.
			before := len(visits(w))
			wantOK(t, "restart", s.Restart(ctx))
			wantOK(t, "echo after a restart", s.Call(ctx, "echo", map[string]any{"text": "hello"}))
			second, _ := start(t, c, w, clients.Facts{Home: home})
			wantOK(t, "second session", second.Connect(ctx))
			if n := len(visits(w)); n != before {
				t.Errorf("%d logins with tokens at hand", n-before)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if err := second.Close(); err != nil {
				t.Error(err)
			}
			if n := running(t, home); n != 0 {
				t.Errorf("%d processes are left", n)
			}
			if out := s.Call(ctx, "echo", nil); out.Status != clients.Failed {
				t.Errorf("a closed session called: %+v", out)
			}
		})
	}
}

func TestReleasedProgramsAreDenied(t *testing.T) {
	t.Parallel()
	for _, p := range controlled() {
		t.Run(p.id, func(t *testing.T) {
			t.Parallel()
			c := released(t, p.id)
			w, _ := world(t, "dcr-only", c)
			s, ua := start(t, c, w, clients.Facts{})
			ua.SetDecision(useragent.Deny)
			out := s.Connect(limited(t))
			if out.Status != clients.Failed || !strings.Contains(out.Words, p.denied) {
				t.Errorf("connect: %+v", out)
			}
			ua.SetDecision(useragent.Allow)
			wantOK(t, "connect again", s.Connect(limited(t)))
		})
	}
}

func TestReleasedProgramsRegisteredByHand(t *testing.T) {
	t.Parallel()
	for _, p := range controlled() {
		t.Run(p.id, func(t *testing.T) {
			t.Parallel()
			c := released(t, p.id)
			w, credentials := world(t, "enterprise", c)
			s, _ := start(t, c, w, clients.Facts{Credentials: credentials})
			out := s.Connect(limited(t))
			if (out.Status == clients.OK) != p.byHand {
				t.Errorf("connect: %+v", out)
			}
			if n := count(paths(w), "POST /register"); n != 0 {
				t.Errorf("it registered %d times although it was given a client_id", n)
			}

			// Without one there is no way in.
			other, _ := world(t, "enterprise", c)
			s, _ = start(t, c, other, clients.Facts{})
			if out := s.Connect(limited(t)); out.Status == clients.OK || out.Words == "" {
				t.Errorf("connect without a client_id: %+v", out)
			}
		})
	}
}

func TestReleasedProgramsAreKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	for _, p := range controlled() {
		t.Run(p.id, func(t *testing.T) {
			t.Parallel()
			c := released(t, p.id)
			w, _ := world(t, "dcr-only", c)
			seen, home := make(chan string, 8), t.TempDir()
			s, err := c.Start(t.Context(), clients.Facts{MCPURL: w.MCPURL, Home: home, UserAgent: hanging{seen}})
			if err != nil {
				t.Fatal(err)
			}
			done := make(chan clients.Outcome, 1)
			go func() { done <- s.Connect(context.Background()) }()
			select {
			case <-seen:
			case out := <-done:
				t.Fatalf("it opened no browser: %+v", out)
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
		})
	}
}

// An attack that a program sees is one that it refuses, in its own words.
func TestReleasedProgramsRefuse(t *testing.T) {
	t.Parallel()
	for deployment, ids := range map[string][]string{
		"hostile-wrong-iss":        {"claude-code", "codex"},
		"hostile-foreign-resource": {"claude-code", "codex"},
		"hostile-foreign-issuer":   {"codex", "copilot-cli"},
	} {
		for _, id := range ids {
			t.Run(deployment+"/"+id, func(t *testing.T) {
				t.Parallel()
				c := released(t, id)
				w, _ := world(t, deployment, c)
				s, _ := start(t, c, w, clients.Facts{})
				if out := s.Connect(limited(t)); out.Status != clients.Refused {
					t.Errorf("connect: %+v", out)
				}
				if n := count(paths(w), "POST /token"); n != 0 {
					t.Errorf("%d token requests", n)
				}
			})
		}
	}
}
