package real_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

func TestMCPRemote(t *testing.T) { //nolint:tparallel // a port that is registered by hand is shared
	t.Parallel()
	c := released(t, "mcp-remote")
	examine(t, c, expectation{
		callback: c.Registration().RedirectURIs[0],
		expired:  succeeds(),
		stepUp:   account{clients.Failed, "Unauthorized"},
		revoked:  succeeds(), loginsForRevoked: 1,
		portBound:    true,
		denied:       account{clients.Failed, "access_denied"},
		wrongIssuer:  account{status: clients.Refused},
		unregistered: account{words: "does not support dynamic client registration"},
	})
}

// What is stored is used by a second session and after a restart, and what is not
// got that way is what was asked for before.
func TestMCPRemoteGoesOnWithWhatIsStored(t *testing.T) {
	t.Parallel()
	c := released(t, "mcp-remote")
	w, _ := world(t, "reference", c)
	home := t.TempDir()
	s, _ := start(t, c, w, clients.Facts{Home: home})
	ctx := limited(t)
	wantOK(t, "connect", s.Connect(ctx))
	// This release takes a scope that equals the resource's scopes_supported
	// for its own default and asks for what it had before, so that the step-up
	// does not get through here.
	s.Call(ctx, "write", map[string]any{"text": "x"})
	if n := count(visits(w), "/authorize scope=tools/read"); n != 2 {
		t.Errorf("its authorization requests: %q", visits(w))
	}
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

// A port that is registered by hand belongs to the sessions of one deployment until
// the last of them is closed.
func TestCallbackPortIsLeased(t *testing.T) {
	t.Parallel()
	c := released(t, "mcp-remote")
	w, credentials := world(t, "enterprise", c)
	s, _ := start(t, c, w, clients.Facts{Credentials: credentials})
	other, credentials := world(t, "enterprise", c)
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	f := clients.Facts{MCPURL: other.MCPURL, Home: t.TempDir(), Credentials: credentials}
	if _, err := c.Start(short, f); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("started with a port that is taken: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := c.Start(limited(t), f)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}
