package real_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

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
	out := s.Connect(limited(t))
	if out.Status != clients.Failed || !strings.Contains(out.Words, "Something went wrong") {
		t.Errorf("%+v", out)
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
