//go:build unix

package real

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
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
		PortsInUse: []int{6002},
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
	// harness is the account of what is not the program's failure; "" means that
	// it is.
	harness clients.Status
	words   []string
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
			name:    "a hang",
			script:  `echo starting >&2; while :; do sleep 1; done`,
			change:  func(b *sandbox) { b.quiet = 750 * time.Millisecond },
			harness: clients.TimedOut,
			words:   []string{"starting", "it hangs", "in vain for", "it opened no browser"},
		},
		{
			name:    "a port that is taken",
			script:  `echo "[Errno 98] error while attempting to bind on address ('127.0.0.1', 6001): address already in use" >&2; exit 1`,
			harness: clients.Blocked,
			words:   []string{"another program of this machine holds a port", "6001"},
		},
		{
			name:   "a port that is said to be in use",
			script: `echo "Error: listen EADDRINUSE: address already in use 127.0.0.1:6002" >&2; exit 1`,
			words:  []string{"EADDRINUSE", "exit status 1"},
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
	want := cmp.Or(m.harness, clients.Failed)
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

// A program that wants an account of its vendor's says so in words of its own.
func TestVendorsLogins(t *testing.T) {
	t.Parallel()
	asks := map[string]string{
		"claude-code": "Session expired. Please run /login to sign in again.",
		"copilot-cli": "Error: No authentication information found.",
		"codex":       "Run 'codex login' to sign in with ChatGPT, then re-run",
		"gemini-cli":  "Please set an Auth method in your settings.json",
		"qwen-code":   "No auth type is selected. Please configure an auth type",
	}
	for _, a := range adapters() {
		words, ok := asks[a.id]
		if ok != (a.asksLogin != nil) {
			t.Errorf("%s: an account is asked for: %t", a.id, !ok)
			continue
		}
		if !ok {
			continue
		}
		t.Run(a.id, func(t *testing.T) {
			t.Parallel()
			out := standIn(t, a, `echo "`+words+`" >&2; exit 1`, nil).Connect(t.Context())
			if out.Status != clients.Unsupported || !strings.Contains(out.Words, words) || !strings.Contains(out.Words, "its vendor's") {
				t.Errorf("%+v", out)
			}
		})
	}
}

// adapterOf is the adapter of that client.
func adapterOf(t *testing.T, client string) adapter {
	t.Helper()
	for _, a := range adapters() {
		if strings.HasPrefix(newRelease(a.program, Options{}).Identity().String(), client) {
			return a
		}
	}
	t.Fatalf("no adapter for %s", client)
	return adapter{}
}

// serving is a server that stands behind a stand-in.
func serving(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s.URL
}

// A program with an HTTP interface can run and answer nothing that is of use.
func TestInterfacesThatAnswerOtherwise(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		status clients.Status
		words  string
	}{
		"not there":    {http.NotFound, clients.Unsupported, otherInterface},
		"no JSON":      {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }, clients.Unsupported, otherInterface},
		"an error":     {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusForbidden) }, clients.Failed, "status 403: no"},
		"a failure":    {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusBadGateway) }, clients.Failed, "status 502: no"},
		"an empty one": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") }, clients.Failed, ""},
		"none": {
			func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, clients.TimedOut,
			"in vain for an answer to GET /mcp; it opened no browser",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := standIn(t, adapterOf(t, "opencode@"), `echo "listening on `+serving(t, tt.answer)+`"; sleep 60`, nil)
			s.quiet = time.Second
			out := s.Connect(t.Context())
			if out.Status != tt.status || !strings.Contains(out.Words, tt.words) || out.Words == "" {
				t.Errorf("%+v", out)
			}
			if err := s.Close(); err != nil { // before its server
				t.Error(err)
			}
		})
	}
}

// A program whose interface is a page can show one that nobody knows, or none.
func TestPagesThatAreNotTheInterface(t *testing.T) {
	t.Parallel()
	if _, err := useragent.FindBrowser(); err != nil {
		t.Skip("needs a browser: " + err.Error())
	}
	blank := func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<!doctype html><title>Something else</title>")
	}
	broken := func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusBadGateway) }
	for _, client := range []string{"vscode@", "mcp-inspector@2.12.0+web"} {
		for name, answer := range map[string]http.HandlerFunc{"a blank page": blank, "a broken page": broken} {
			t.Run(client+" "+name, func(t *testing.T) {
				t.Parallel()
				address := serving(t, answer)
				says := "HTTP server listening on " + address + "/ or " + address + "/?key=1"
				s := standIn(t, adapterOf(t, client), `echo "`+says+`"; sleep 60`, nil)
				s.quiet = 3 * time.Second
				out := s.Connect(t.Context())
				if out.Status != clients.TimedOut || out.Words == "" {
					t.Errorf("%+v", out)
				}
				t.Log(out.Words)
			})
		}
	}
}
