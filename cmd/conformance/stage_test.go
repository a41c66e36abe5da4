package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
)

// The adapter shows the MCP server as a client sees it that is logged in, and
// leaves everything else to the server, a foreign Host above all.
func TestTheAdapterAddsATokenAndNothingElse(t *testing.T) {
	t.Parallel()
	a, err := openAdapter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	for host, want := range map[string]int{"": http.StatusOK, "evil.example.com": http.StatusForbidden} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.URL, strings.NewReader(
			`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},`+
				`"clientInfo":{"name":"x","version":"1"}}}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Accept", "application/json, text/event-stream")
		res, err := transport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("Host %q: status %d, want %d", host, res.StatusCode, want)
		}
	}
}

// browser notes what it is asked to open.
type browser struct {
	opened  []string
	landing clients.Landing
	err     error
}

func (b *browser) Open(_ context.Context, v clients.Visit) (clients.Landing, error) {
	b.opened = append(b.opened, v.URL)
	return b.landing, b.err
}

func TestThePersonOpensThePageWhenSomebodyListens(t *testing.T) {
	t.Parallel()
	const page = "http://127.0.0.1:9/authorize?response_type=code&client_id=x"
	lines := []string{"Running test", "http://127.0.0.1:8/authorize?response_type=code", page, "", "Callback server started: http://127.0.0.1:7"}
	for _, tt := range []struct {
		name    string
		browser *browser
		want    string
	}{
		{"delivered", &browser{landing: clients.Landing{Delivered: true}}, ""},
		{"rests", &browser{landing: clients.Landing{URL: "http://127.0.0.1:9/login", Page: "Wrong password"}}, "stopped at http://127.0.0.1:9/login: Wrong"},
		{"fails", &browser{err: errors.New("it crashed")}, "it crashed"},
	} {
		p := &person{ctx: t.Context(), agent: tt.browser, issuer: "http://127.0.0.1:9"}
		for i, line := range lines {
			p.read(line)
			if opened := len(tt.browser.opened) > 0; opened != (i == len(lines)-1) {
				t.Errorf("%s: after %q: opened %t", tt.name, line, opened)
			}
		}
		p.read("Callback server started: http://127.0.0.1:7") // no page is waiting any more
		if fmt.Sprint(tt.browser.opened) != "["+page+"]" {
			t.Errorf("%s: opened %q", tt.name, tt.browser.opened)
		}
		if (p.err == nil) != (tt.want == "") || p.err != nil && !strings.Contains(p.err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, p.err)
		}
	}
}

func TestTheCommandNamesNoScenario(t *testing.T) {
	t.Parallel()
	e := &examination{program: "/somewhere/mcpcompat"}
	for _, r := range plan() {
		if r.mode != modeClient {
			continue
		}
		command := e.drive(r)
		want := "/somewhere/mcpcompat drive --consent http --metadata-document " + documentURL
		if r.revision != "" {
			want += " --revision " + r.revision
		}
		if command != want+" conformant" {
			t.Errorf("%s: %s", r.what, command)
		}
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"-mcpcompat /nowhere/at/all": "the program under test",
		"surplus":                    `unexpected argument "surplus"`,
		"-colour":                    "flag provided but not defined",
	} {
		var stderr strings.Builder
		if code := command(t.Context(), strings.Fields(args), &stderr); code != 2 || !strings.Contains(stderr.String(), want) {
			t.Errorf("%s: exit %d, %q", args, code, stderr.String())
		}
	}
}
