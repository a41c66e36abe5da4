package mutant

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/internal/quirk"
)

func TestAMutantDiffersByItsBreaksAlone(t *testing.T) {
	t.Parallel()
	profiles, err := emulated.All()
	if err != nil {
		t.Fatal(err)
	}
	conformant, err := profiles.Find(origin)
	if err != nil {
		t.Fatal(err)
	}
	want := conformant[0].Behaviour()
	for name, breaks := range map[string][]Break{
		"none":  nil,
		"plain": {Quirk("pkce.method", "plain"), Confidential("client_secret_post")},
	} {
		c, err := New(name, breaks...)
		if err != nil {
			t.Fatal(err)
		}
		got := c.Behaviour()
		got.PKCE.Method = ""
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if hasBreak := c.Behaviour().PKCE.Method == emulated.PKCEPlain; hasBreak != (breaks != nil) {
			t.Errorf("%s: PKCE method %q", name, c.Behaviour().PKCE.Method)
		}
		if secret := c.Registration().AuthMethod == "client_secret_post"; secret != (breaks != nil) {
			t.Errorf("%s: authentication method %q", name, c.Registration().AuthMethod)
		}
		if id := c.Identity(); id.Basis != clients.Mutant || id.ID != "mutant-"+name {
			t.Errorf("%s is %+v", name, id)
		}
	}
	if _, err := New("typo", Quirk("pkce.methd", "plain")); !errors.Is(err, quirk.ErrUnknown) || !strings.Contains(err.Error(), "mutant typo") {
		t.Errorf("a break of a field that does not exist: %v", err)
	}
	if _, err := StopAt("window"); err == nil {
		t.Error("a door that does not exist is no error")
	}
}

// through sends a request through a break to an echoing server, and returns
// what came back and how many requests arrived.
func through(t *testing.T, b Break, method, body string) (answer string, requests int64) {
	t.Helper()
	var count atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count.Add(1)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.Copy(w, r.Body)
	}))
	defer server.Close()
	var p parts
	if err := b(&p); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: p.wires[0](&http.Transport{})}
	defer client.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), method, server.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := client.Do(req)
	if err != nil {
		return err.Error(), count.Load()
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), count.Load()
}

func TestBreaksOnTheWire(t *testing.T) {
	t.Parallel()
	const form, rpc = "grant_type=refresh_token&scope=a", `{"jsonrpc":"2.0","id":1}`
	always := func(*trace.Exchange) bool { return true }
	widen := Form(Refresh, func(p *Params) { p.Set("scope", "a b") })
	forget := Answers(func(x *trace.Exchange) {
		Object(&x.Response.Body, func(m map[string]any) { delete(m, "id") })
	})
	for name, c := range map[string]struct {
		b        Break
		body     string
		want     string
		requests int64
	}{
		"form of its kind":        {widen, form, "grant_type=refresh_token&scope=a+b", 1},
		"form of another kind":    {widen, "grant_type=authorization_code&scope=a", "grant_type=authorization_code&scope=a", 1},
		"answer":                  {forget, rpc, `{"jsonrpc":"2.0"}`, 1},
		"answer that is no JSON":  {forget, form, form, 1},
		"repeated":                {Repeats(MCP, 3, always), rpc, rpc, 4},
		"not called for":          {Repeats(MCP, 3, func(*trace.Exchange) bool { return false }), rpc, rpc, 1},
		"not of that kind":        {Repeats(MCP, 3, always), form, form, 1},
		"left out":                {gone(MCP.is), rpc, errGone.Error(), 0},
		"left out, another kind":  {gone(MCP.is), form, form, 1},
		"nothing assumed":         {AssumesRefresh(), rpc, rpc, 1},
		"nothing to carry":        {CarriesRefresh(), form, form, 1},
		"code without a past":     {CarriesRefresh(), "grant_type=authorization_code", "grant_type=authorization_code", 1},
		"verifier of our choice":  {Verifier("short"), "grant_type=authorization_code", "grant_type=authorization_code&code_verifier=short", 1},
		"challenge not yet known": {SameChallenge(), "grant_type=authorization_code&code_verifier=v", "grant_type=authorization_code&code_verifier=v", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, requests := through(t, c.b, http.MethodPost, c.body)
			if !strings.HasSuffix(got, c.want) || requests != c.requests {
				t.Errorf("%q in %d requests, want %q in %d", got, requests, c.want, c.requests)
			}
		})
	}
}
