package sdk_test

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/sdk"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/fixtures/embedded"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// world opens a deployment of the catalogue, with some of its settings changed. By
// hand the Go SDK is registered there, unless another client is given.
func world(tb testing.TB, id string, settings map[string]string, by ...clients.Client) (*fixtures.World, *clients.Credentials) {
	tb.Helper()
	all, err := deployment.Catalogue()
	if err != nil {
		tb.Fatal(err)
	}
	i := slices.IndexFunc(all, func(d deployment.Deployment) bool { return d.ID == id })
	if i < 0 {
		tb.Fatalf("no deployment %s", id)
	}
	d := all[i]
	for path, value := range settings {
		if d, err = d.With(path, value); err != nil {
			tb.Fatal(err)
		}
	}
	var o embedded.Options
	var credentials *clients.Credentials
	if d.Credentials != "" {
		credentials = &clients.Credentials{ClientID: "by-hand"}
		c := clients.Client(sdk.GoSDK{})
		if len(by) > 0 {
			c = by[0]
		}
		o.Registered = []fixtures.RegisteredClient{{ClientID: "by-hand", RedirectURIs: c.Registration().RedirectURIs}}
	}
	w, err := embedded.Start(tb.Context(), d, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := w.Close(); err != nil {
			tb.Error(err)
		}
	})
	return w, credentials
}

func start(tb testing.TB, w *fixtures.World, f clients.Facts) (clients.Session, *useragent.HTTP) {
	tb.Helper()
	return startClient(tb, sdk.GoSDK{}, w, f)
}

func startClient(tb testing.TB, c clients.Client, w *fixtures.World, f clients.Facts) (clients.Session, *useragent.HTTP) {
	tb.Helper()
	ua, err := useragent.NewHTTP(useragent.Options{Recorder: w.Recorder})
	if err != nil {
		tb.Fatal(err)
	}
	f.MCPURL, f.UserAgent = w.MCPURL, ua
	s, err := c.Start(tb.Context(), f)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s, ua
}

func wantOK(tb testing.TB, what string, out clients.Outcome) {
	tb.Helper()
	if out.Status != clients.OK {
		tb.Fatalf("%s: %s: %s", what, out.Status, out.Words)
	}
}

func requests(w *fixtures.World, path string) []trace.Exchange {
	var out []trace.Exchange
	for _, e := range w.Recorder.Snapshot().Exchanges {
		if u, err := url.Parse(e.Request.URL); err == nil && u.Path == path {
			out = append(out, e)
		}
	}
	return out
}

func TestFromNothingToAToolResult(t *testing.T) {
	t.Parallel()
	for _, revision := range []string{"", "2025-06-18", "2025-11-25", "2026-07-28"} {
		w, _ := world(t, "reference", nil)
		s, _ := start(t, w, clients.Facts{Revision: revision})
		wantOK(t, "connect", s.Connect(t.Context()))
		out := s.Call(t.Context(), "echo", map[string]any{"text": "hello"})
		wantOK(t, "echo", out)
		if !strings.Contains(out.Text, "hello") {
			t.Errorf("%q: echo answered %q", revision, out.Text)
		}
		wantOK(t, "write, which needs more scope", s.Call(t.Context(), "write", map[string]any{"text": "x"}))
		if out := s.Call(t.Context(), "nothing", nil); out.Status != clients.Failed || out.Words == "" {
			t.Errorf("%q: an unknown tool: %+v", revision, out)
		}
		if n := len(requests(w, "/register")); n != 2 {
			t.Errorf("%q: registered %d times; this release does so at every authorization", revision, n)
		}
		wantOK(t, "restart", s.Restart(t.Context()))
		wantOK(t, "echo after a restart", s.Call(t.Context(), "echo", map[string]any{"text": "again"}))
		if n := len(requests(w, "/register")); n != 3 {
			t.Errorf("%q: after a restart registered %d times: the SDK stores nothing", revision, n)
		}
		if out := s.Connect(t.Context()); out.Status != clients.Failed {
			t.Errorf("%q: connected twice: %+v", revision, out)
		}
	}
}

func TestRegisteredByHand(t *testing.T) {
	t.Parallel()
	w, credentials := world(t, "enterprise", nil)
	s, _ := start(t, w, clients.Facts{Credentials: credentials})
	wantOK(t, "connect", s.Connect(t.Context()))
	wantOK(t, "echo", s.Call(t.Context(), "echo", map[string]any{"text": "hello"}))
	second, _ := start(t, w, clients.Facts{Credentials: credentials, PortsInUse: []int{3142}})
	if out := second.Connect(t.Context()); out.Status != clients.Failed || !strings.Contains(out.Words, "came to rest") {
		t.Errorf("with its port taken, at a server that wants this port only: %+v", out)
	}
	without, _ := start(t, w, clients.Facts{})
	if out := without.Connect(t.Context()); out.Status != clients.Failed || !strings.Contains(out.Words, "registration") {
		t.Errorf("without credentials: %+v", out)
	}
}

func TestPortsOfOthersAreAvoided(t *testing.T) {
	t.Parallel()
	w, _ := world(t, "reference", nil)
	for _, busy := range [][]int{nil, {49152 + 7}} {
		s, _ := start(t, w, clients.Facts{Seed: 7, PortsInUse: busy})
		wantOK(t, "connect", s.Connect(t.Context()))
	}
	var ports []string
	for _, e := range requests(w, "/callback") {
		u, err := url.Parse(e.Request.URL)
		if err != nil {
			t.Fatal(err)
		}
		ports = append(ports, u.Port())
	}
	if want := []string{"49159", "49160"}; !slices.Equal(ports, want) {
		t.Errorf("called back at %q, not %q", ports, want)
	}
}

func TestWhatItRefuses(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]clients.Status{
		"authServer.iss.value=foreign":              clients.Refused,
		"authServer.iss.send=omitted":               clients.Refused,
		"authServer.pkce.advertise=omitted":         clients.Refused,
		"authServer.registration.dynamic=forbidden": clients.Failed,
	} {
		path, value, _ := strings.Cut(setting, "=")
		w, _ := world(t, "reference", map[string]string{path: value})
		s, _ := start(t, w, clients.Facts{})
		if out := s.Connect(t.Context()); out.Status != want || out.Words == "" {
			t.Errorf("%s: %+v", setting, out)
		}
	}
}

func TestConsentDenied(t *testing.T) {
	t.Parallel()
	w, _ := world(t, "reference", nil)
	s, ua := start(t, w, clients.Facts{})
	ua.SetDecision(useragent.Deny)
	if out := s.Connect(t.Context()); out.Status != clients.Failed || !strings.Contains(out.Words, "access_denied") {
		t.Errorf("connect: %+v", out)
	}
	ua.SetDecision(useragent.Allow)
	wantOK(t, "connect again", s.Connect(t.Context()))
}

func TestMetadataDocument(t *testing.T) {
	t.Parallel()
	w, _ := world(t, "reference", nil)
	ua, err := useragent.NewHTTP(useragent.Options{Recorder: w.Recorder})
	if err != nil {
		t.Fatal(err)
	}
	const document = "https://client.example.com/oauth/client.json"
	s, err := sdk.GoSDK{MetadataDocument: document}.Start(t.Context(), clients.Facts{MCPURL: w.MCPURL, UserAgent: ua})
	if err != nil {
		t.Fatal(err)
	}
	// Nobody serves the document, so that the server shows an error page.
	out := s.Connect(t.Context())
	if out.Status != clients.Failed || !strings.Contains(out.Words, "came to rest") {
		t.Errorf("connect: %+v", out)
	}
	asked := requests(w, "/authorize")
	if len(asked) == 0 || !strings.Contains(asked[0].Request.URL, url.QueryEscape(document)) {
		t.Errorf("authorization requests: %+v", asked)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// hanging is a user who looks at the page for ever.
type hanging struct{ seen chan struct{} }

func (u hanging) Open(ctx context.Context, _ clients.Visit) (clients.Landing, error) {
	close(u.seen)
	<-ctx.Done()
	return clients.Landing{}, ctx.Err()
}

func TestEndingLeavesNothing(t *testing.T) { //nolint:paralleltest // it counts goroutines
	before := runtime.NumGoroutine()
	w, _ := world(t, "reference", nil)
	u := hanging{make(chan struct{})}
	s, err := sdk.GoSDK{}.Start(t.Context(), clients.Facts{MCPURL: w.MCPURL, UserAgent: u})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-u.seen
		cancel()
	}()
	if out := s.Connect(ctx); out.Status != clients.Failed {
		t.Errorf("connect: %+v", out)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if out := s.Connect(t.Context()); out.Status != clients.Failed {
		t.Errorf("a closed session connected: %+v", out)
	}
	if out := s.Call(t.Context(), "echo", nil); out.Status != clients.Failed {
		t.Errorf("a closed session called: %+v", out)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	deadline := time.After(5 * time.Second)
	for runtime.NumGoroutine() > before {
		select {
		case <-deadline:
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines are left:\n%s", runtime.NumGoroutine()-before, stacks[:runtime.Stack(stacks, true)])
		case <-time.After(10 * time.Millisecond):
		}
	}
	if _, err := (sdk.GoSDK{}).Start(t.Context(), clients.Facts{}); err == nil {
		t.Error("started without a user agent")
	}
	if got := sdk.All()[0].Identity().String(); got != "go-sdk@1.8.0" {
		t.Errorf("it is called %s", got)
	}
}

func BenchmarkFlow(b *testing.B) {
	for b.Loop() {
		w, _ := world(b, "reference", nil)
		s, _ := start(b, w, clients.Facts{})
		wantOK(b, "connect", s.Connect(b.Context()))
		wantOK(b, "echo", s.Call(b.Context(), "echo", map[string]any{"text": "hello"}))
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func TestNothingIsConnectedThatIsNotPermitted(t *testing.T) {
	t.Parallel()
	w, _ := world(t, "reference", nil)
	var asked atomic.Int64
	s, _ := start(t, w, clients.Facts{Permit: func(netip.AddrPort) error {
		asked.Add(1)
		return errors.New("stay here")
	}})
	out := s.Connect(t.Context())
	if out.Status != clients.Failed || !strings.Contains(out.Words, "stay here") || asked.Load() == 0 {
		t.Errorf("%s after %d questions: %s", out.Status, asked.Load(), out.Words)
	}
	if got := w.Recorder.Snapshot().Exchanges; len(got) != 0 {
		t.Errorf("%d requests were sent", len(got))
	}
}
