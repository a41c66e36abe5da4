//go:build unix

package real

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/node"
)

// idle is a user whom nobody shows anything.
type idle struct{}

func (idle) Open(context.Context, clients.Visit) (clients.Landing, error) {
	return clients.Landing{}, nil
}

// pretended is a session with a shell script in place of a program.
func pretended(t *testing.T, script string) *session {
	t.Helper()
	name := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(name, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	r := newRelease(program{id: "pretended", asksLogin: regexp.MustCompile(`Please run /login`)}, Options{})
	r.at = installation{path: "/bin/sh", args: []string{name}, dir: "/nowhere/pretended"}
	box, err := r.sandbox(t.Context(), clients.Facts{MCPURL: "http://127.0.0.1:1/mcp", Home: t.TempDir(), UserAgent: idle{}})
	if err != nil {
		t.Fatal(err)
	}
	s := &session{sandbox: box, driver: &host{box: box, args: []string{"serve"}}}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// How a program ends decides about the outcome, and so do its words.
func TestProgramsThatMisbehave(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		script string
		status clients.Status
		words  []string
	}{
		"another protocol": {
			`read x; echo '{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}'; read x`,
			clients.Unsupported,
			[]string{"initialize: Method not found", otherInterface},
		},
		"an end without a word": {`exit 0`, clients.Failed, []string{"the program has ended: exit status 0"}},
		"a vendor's login": {
			`echo "Invalid API key. Please run /login" >&2; exit 1`,
			clients.Unsupported,
			[]string{"Please run /login", "an account of its vendor's"},
		},
		"a refusal": {
			`echo "IssuerMismatchError: not the one" >&2; exit 1`, clients.Refused, []string{"IssuerMismatchError"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := pretended(t, tt.script)
			out := s.Connect(t.Context())
			if out.Status != tt.status {
				t.Errorf("%s, want %s: %s", out.Status, tt.status, out.Words)
			}
			for _, w := range tt.words {
				if !strings.Contains(out.Words, w) {
					t.Errorf("no %q in %q", w, out.Words)
				}
			}
			if n := strings.Count(out.Words, "\n") + 1; n > maxWords {
				t.Errorf("%d lines", n)
			}
			if again := s.Connect(t.Context()); again.Status == clients.OK {
				t.Errorf("again: %+v", again)
			}
		})
	}
}

func TestWordsAreThoseOfTheAttempt(t *testing.T) {
	t.Parallel()
	s := pretended(t, `home=$HOME
answer() { read line; echo '{"jsonrpc":"2.0","id":'$1',"result":'"$2"'}'; }
echo "IssuerMismatchError of long ago in $home" >&2
answer 1 '{}'; read initialized; answer 2 '{"tools":[]}'
answer 3 '{"content":[{"type":"text","text":"first"},{"type":"image"},{"type":"text","text":"second"}]}'
answer 4 '{"isError":true,"content":[{"type":"text","text":"no such thing"}]}'
answer 5 '{"isError":true,"content":[]}'
answer 6 '[]'`)
	ctx := t.Context()
	if out := s.Connect(ctx); out.Status != clients.OK {
		t.Fatalf("connect: %+v", out)
	}
	if out := s.Call(ctx, "a", nil); out.Status != clients.OK || out.Text != "first\nsecond" {
		t.Errorf("a result: %+v", out)
	}
	if out := s.Call(ctx, "a", nil); out.Status != clients.Failed || out.Words != "no such thing" {
		t.Errorf("a result that is an error: %+v", out)
	}
	if out := s.Call(ctx, "a", nil); out.Status != clients.Failed || out.Words != "it did not say why" {
		t.Errorf("an error without a word: %+v", out)
	}
	if out := s.Call(ctx, "a", nil); out.Status != clients.Unsupported || !strings.Contains(out.Words, otherInterface) {
		t.Errorf("a result of another shape: %+v", out)
	}
	if out := s.Call(ctx, "a", nil); out.Status != clients.Failed || !strings.Contains(out.Words, "exit status 0") ||
		strings.Contains(out.Words, "long ago") {
		t.Errorf("after its end: %+v", out)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if out := s.Connect(ctx); out.Status != clients.Failed || !strings.Contains(out.Words, "closed") {
		t.Errorf("after Close: %+v", out)
	}
}

func TestReleasesThatAreNotThere(t *testing.T) {
	if _, err := Release("nothing", "1.2.3", Options{}); !errors.Is(err, ErrNoAdapter) {
		t.Errorf("a client without an adapter: %v", err)
	}
	if _, err := Release("codex", "latest", Options{}); err == nil {
		t.Error("a tag was taken for a version")
	}
	other, err := Release("codex", "0.160.0", Options{Cache: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if got := other.Identity().String(); got != "codex@0.160.0" {
		t.Errorf("identity %s", got)
	}
	if err := other.Available(t.Context()); !errors.Is(err, clients.ErrUnavailable) || !errors.Is(err, node.ErrNotInstalled) {
		t.Errorf("not installed: %v", err)
	}
	if _, err := node.Find(t.Context(), oldestNode); err != nil {
		t.Skip("needs Node.js: " + err.Error())
	}
	t.Setenv("NPM_CONFIG_REGISTRY", "http://127.0.0.1:1/")
	t.Setenv("NPM_CONFIG_FETCH_RETRIES", "0")
	if other, err = Release("codex", "0.160.0", Options{Cache: t.TempDir(), Install: Asked("1")}); err != nil {
		t.Fatal(err)
	}
	if err := other.Available(t.Context()); !errors.Is(err, clients.ErrUnavailable) || !errors.Is(err, node.ErrRegistry) {
		t.Errorf("without a registry: %v", err)
	}
}

func TestSplitFrame(t *testing.T) {
	t.Parallel()
	const two = "Content-Length: 2\r\n\r\n{}Content-Type: x\r\ncontent-length: 7\r\n\r\n{\"a\":1}"
	for name, tt := range map[string]struct {
		data    string
		advance int
		message string
		fails   bool
	}{
		"a message":         {two, 23, "{}", false},
		"the second":        {two[23:], len(two) - 23, `{"a":1}`, false},
		"half a header":     {"Content-Le", 0, "", false},
		"half a message":    {"Content-Length: 5\r\n\r\n{}", 0, "", false},
		"noise before it":   {"starting\nContent-Length: 2\r\n\r\n{}", 32, "{}", false},
		"no length":         {"X: 1\r\n\r\n{}", 8, "", false},
		"no number":         {"Content-Length: x\r\n\r\n{}", 0, "", true},
		"a negative number": {"Content-Length: -5\r\n\r\n{}", 22, "", false},
	} {
		advance, message, err := splitFrame([]byte(tt.data), false)
		if advance != tt.advance || string(message) != tt.message || (err != nil) != tt.fails {
			t.Errorf("%s: %d, %q, %v", name, advance, message, err)
		}
	}
	if _, _, err := splitFrame([]byte("Content-Length: 5\r\n\r\n{}"), true); err == nil {
		t.Error("half a message at the end is no error")
	}
}
