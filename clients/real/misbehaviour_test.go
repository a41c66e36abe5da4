//go:build unix

package real

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
)

// standIn is a session of an adapter with a shell script in place of its program.
func standIn(t *testing.T, a adapter, script string, credentials *clients.Credentials) *session {
	t.Helper()
	dir := t.TempDir()
	name := filepath.Join(dir, "program")
	if err := os.WriteFile(name, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	r := newRelease(a.program, Options{Cache: t.TempDir()}) // with leases of ports of its own
	r.at = installation{path: "/bin/sh", args: []string{name}, dir: dir, shared: t.TempDir()}
	started, err := a.client(r).Start(t.Context(), clients.Facts{
		MCPURL: "http://127.0.0.1:1/mcp", Home: t.TempDir(), UserAgent: idle{}, Credentials: credentials,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := started.Close(); err != nil {
			t.Error(err)
		}
	})
	s, ok := started.(*session)
	if !ok {
		t.Fatalf("a session of another kind: %T", started)
	}
	return s
}

// misbehaviour is a way in which any program can fail.
type misbehaviour struct {
	name   string
	script string
	change func(*sandbox) // nil for nothing
	// unsupported says that the release is at fault, or its adapter, and not what
	// it met.
	unsupported bool
	words       []string
}

const mega = 1 << 20

func misbehaviours() []misbehaviour {
	quiet := func(b *sandbox) { b.output = mega }
	const secrets = `access_token=eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl&code=SplxlOBeZQQYbYS6WxSbIA the-operators-secret`
	return []misbehaviour{
		{
			name:        "another command line",
			script:      `echo "error: unknown option '$1'" >&2; exit 2`,
			unsupported: true, words: []string{"unknown option", "exit status 2", otherInterface},
		},
		{
			name:   "a crash",
			script: `echo "thread 'main' panicked" >&2; kill -SEGV $$`,
			words:  []string{"panicked", "segmentation fault"},
		},
		{
			name:   "a crash that is told on standard output",
			script: `echo "thread 'main' panicked"; kill -SEGV $$`,
			words:  []string{"panicked", "segmentation fault"},
		},
		{
			name:   "secrets in a long last word",
			script: `i=0; while [ $i -lt 100 ]; do echo "line $i ` + secrets + `" >&2; i=$((i+1)); done; head -c 100000 /dev/zero | tr '\0' x >&2; exit 1`,
			words:  []string{"line 99", "exit status 1"},
		},
		{
			name:   "a hang",
			script: `echo starting >&2; while :; do sleep 1; done`,
			change: func(b *sandbox) { b.patience = 400 * time.Millisecond },
			words:  []string{"starting", "it hangs", "in vain for", "it opened no browser"},
		},
		{name: "output without end", script: `yes`, change: quiet, words: []string{"output without end"}},
		{name: "errors without end", script: `yes >&2`, change: quiet, words: []string{"output without end"}},
		{
			name:   "a log without end",
			script: `while :; do head -c 1000000 /dev/zero >>"$HOME/log"; sleep 0.05; done`,
			change: func(b *sandbox) { b.files = 5 * mega },
			words:  []string{"too much in its files", "more than 5 MiB"},
		},
		{
			name:   "memory without end",
			script: `x=$(head -c 24000000 /dev/zero | tr '\0' x); sleep 60`,
			change: func(b *sandbox) { b.memory = 12 * mega },
			words:  []string{"too much memory", "more than 12 MiB"},
		},
	}
}

// However the program of an adapter fails, that is an outcome in words, soon, and
// nothing of it goes on. Some begin otherwise with a client that was registered by
// hand.
func TestEveryAdapterMeetsMisbehaviour(t *testing.T) {
	t.Parallel()
	for _, a := range adapters() {
		t.Run(newRelease(a.program, Options{}).Identity().String(), func(t *testing.T) {
			t.Parallel()
			var all sync.WaitGroup // at once, since they mostly wait
			defer all.Wait()
			for _, m := range misbehaviours() {
				for _, credentials := range []*clients.Credentials{nil, {ClientID: "by-hand", ClientSecret: "the-operators-secret"}} {
					if m.change != nil && credentials != nil {
						continue // it takes its time, and is the same
					}
					s := standIn(t, a, m.script, credentials)
					all.Go(func() {
						for _, wrong := range misbehave(t.Context(), s, m) {
							t.Errorf("%s, registered by hand: %t: %s", m.name, credentials != nil, wrong)
						}
					})
				}
			}
		})
	}
}

// misbehave returns what is wrong with the account of an attempt.
func misbehave(ctx context.Context, s *session, m misbehaviour) (wrong []string) {
	note := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if m.change != nil {
		m.change(s.sandbox)
	}
	out := s.Connect(ctx)
	want := clients.Failed
	if m.unsupported {
		want = clients.Unsupported
	}
	if out.Status != want {
		note("%s, want %s", out.Status, want)
	}
	for _, w := range m.words {
		if !strings.Contains(out.Words, w) {
			note("no %q", w)
		}
	}
	secrets := []string{"eyJhbGciOiJub25lIn0", "SplxlOBeZQQYbYS6WxSbIA", s.facts.Home, s.at.dir}
	if s.facts.Credentials != nil {
		secrets = append(secrets, s.facts.Credentials.ClientSecret)
	}
	for _, w := range secrets {
		if strings.Contains(out.Words, w) {
			note("words with %q", w)
		}
	}
	lines := strings.Split(out.Words, "\n")
	if len(lines) > maxWords || len(out.Words) > maxWords*(maxLine+10) {
		note("%d lines, %d bytes", len(lines), len(out.Words))
	}
	if again := s.Call(ctx, "echo", nil); again.Status == clients.OK || again.Words == "" {
		note("a call after that: %+v", again)
	}
	if len(wrong) > 0 {
		note("%s", out.Words)
	}
	return wrong
}
