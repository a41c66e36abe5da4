package useragent

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// agent is either user agent.
type agent interface {
	clients.UserAgent
	SetDecision(d Decision)
}

// both runs a test with each user agent.
func both(t *testing.T, test func(t *testing.T, agent func(Options) agent)) {
	t.Helper()
	t.Run("http", func(t *testing.T) {
		t.Parallel()
		test(t, func(o Options) agent {
			h, err := NewHTTP(o)
			if err != nil {
				t.Fatal(err)
			}
			return h
		})
	})
	t.Run("chrome", func(t *testing.T) {
		t.Parallel()
		b := oneBrowser(t)
		test(t, func(o Options) agent {
			c, err := NewChrome(b, o)
			if err != nil {
				t.Fatal(err)
			}
			return c
		})
	})
}

// shared is the browser of all tests that do not end it.
var shared = sync.OnceValue(func() *Browser { return NewBrowser(BrowserOptions{}) }) //nolint:gochecknoglobals // see above

func TestMain(m *testing.M) {
	m.Run()
	if err := shared().Close(); err != nil {
		panic(err) //nolint:forbidigo // nobody is left to return an error to
	}
}

func oneBrowser(t *testing.T) *Browser {
	t.Helper()
	if err := shared().Available(); err != nil {
		t.Skip("needs a browser: " + err.Error())
	}
	return shared()
}

func newBrowser(t testing.TB) *Browser {
	t.Helper()
	b := NewBrowser(BrowserOptions{})
	if err := b.Available(); err != nil {
		t.Skip("needs a browser: " + err.Error())
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func open(t *testing.T, ua clients.UserAgent, v clients.Visit) clients.Landing {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	l, err := ua.Open(ctx, v)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// received are the callbacks that a client of this process got.
type received []string

func (r *received) receive(u *url.URL) clients.Reply {
	*r = append(*r, u.String())
	return clients.Reply{Status: http.StatusOK, HTML: "<p>You may close this window.</p><script>x</script>"}
}

func TestConsent(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, agent func(Options) agent) {
		for name, redirect := range map[string]string{
			"loopback": "http://127.0.0.1:1/callback",
			"scheme":   "cursor://anysphere.cursor-mcp/oauth/callback",
			"opaque":   "com.example.app:/callback",
			"hosted":   "https://claude.ai/api/mcp/auth_callback",
			"query":    "http://localhost:1/callback?a=b",
		} {
			s := newAuthServer(t)
			ua := agent(Options{Recorder: s.recorder})
			var got received
			visit := clients.Visit{URL: s.url("/authorize", redirect), RedirectURI: redirect, Receive: got.receive}
			l := open(t, ua, visit)
			separator := "?"
			if name == "query" {
				separator = "&"
			}
			want := redirect + separator + "code=c0de&state=xyz%3D%3D"
			if !l.Delivered || l.URL != want || l.Status != http.StatusOK || l.Page != "You may close this window." {
				t.Errorf("%s: landed at %+v", name, l)
			}
			ua.SetDecision(Deny)
			if l := open(t, ua, visit); !l.Delivered || !strings.Contains(l.URL, "error=access_denied") {
				t.Errorf("%s: after a denial landed at %+v", name, l)
			}
			if len(got) != 2 || got[0] != want || !strings.Contains(got[1], "error=access_denied&state=xyz%3D%3D") {
				t.Errorf("%s: the client received %q", name, got)
			}
			checkRecording(t, s.recorder.Snapshot(), redirect)
		}
	})
}

// checkRecording: all but the callback went from the user agent to the server,
// the callbacks from the user agent to the client, and no secret is kept.
func checkRecording(t *testing.T, rec *trace.Recording, redirect string) {
	t.Helper()
	callbacks := 0
	for _, e := range rec.Exchanges {
		if e.From != trace.UserAgent {
			t.Errorf("exchange %d (%s) comes from %s", e.ID, e.Request.URL, e.From)
		}
		if e.To == trace.Client {
			callbacks++
			if !strings.HasPrefix(e.Request.URL, redirect) || e.Response == nil || e.Response.Status != http.StatusOK {
				t.Errorf("callback recorded as %+v", e)
			}
		}
		if strings.Contains(e.Request.URL+e.Request.Body.Text, "c0de") || strings.Contains(e.Request.Body.Text, "wonderland") {
			t.Errorf("a secret is on the recording: %+v", e.Request)
		}
	}
	landed := 0
	for _, ev := range rec.Events {
		if ev.Kind == trace.Landed {
			landed++
			if ev.Detail["delivered"] != "true" || ev.Detail["page"] == "" || strings.Contains(ev.Detail["url"], "c0de") {
				t.Errorf("landing recorded as %v", ev.Detail)
			}
		}
	}
	if callbacks != 2 || landed != 2 {
		t.Errorf("%d callbacks and %d landings are on the recording", callbacks, landed)
	}
}

func TestCallbackOfARealProgram(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, agent func(Options) agent) {
		s := newAuthServer(t)
		var got *http.Request
		program := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = r
			show(w, http.StatusAccepted, "Signed in.")
		}))
		t.Cleanup(program.Close)
		ua := agent(Options{Recorder: s.recorder})
		// Nobody tells the user agent; the authorization request does.
		l := open(t, ua, clients.Visit{URL: s.url("/authorize", program.URL+"/cb")})
		if !l.Delivered || l.Status != http.StatusAccepted || !strings.HasPrefix(l.URL, program.URL+"/cb?code=c0de") {
			t.Errorf("landed at %+v", l)
		}
		if got == nil || got.URL.Query().Get("code") != "c0de" {
			t.Fatalf("the program received %v", got)
		}
		if got.Header.Get(trace.ActorHeader) != "" {
			t.Error("the mark of the recorder reached the program")
		}
		rec := s.recorder.Snapshot()
		last := rec.Exchanges[len(rec.Exchanges)-1]
		if last.To != trace.Client || last.Response == nil || last.Response.Status != http.StatusAccepted {
			t.Errorf("callback recorded as %+v", last)
		}
	})
}

func TestCallbackThatNobodyAwaits(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, agent func(Options) agent) {
		for name, redirect := range map[string]string{
			"dead port": "http://127.0.0.1:" + deadPort(t) + "/callback",
			"scheme":    "cursor://anysphere.cursor-mcp/oauth/callback",
			"hosted":    "https://claude.ai/api/mcp/auth_callback",
		} {
			s := newAuthServer(t)
			l := open(t, agent(Options{Recorder: s.recorder}), clients.Visit{URL: s.url("/authorize", redirect)})
			if l.Delivered || l.Status != 0 || l.Page == "" || !strings.HasPrefix(l.URL, redirect+"?code=c0de") {
				t.Errorf("%s: landed at %+v", name, l)
			}
			rec := s.recorder.Snapshot()
			last := rec.Exchanges[len(rec.Exchanges)-1]
			if last.To != trace.Client || last.Response != nil || last.Error == "" {
				t.Errorf("%s: callback recorded as %+v", name, last)
			}
		}
	})
}

func deadPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func TestRedirectToSomewhereElseIsNotDelivered(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, agent func(Options) agent) {
		s := newAuthServer(t)
		elsewhere := "http://127.0.0.1:" + deadPort(t) + "/callback"
		for name, expected := range map[string]string{
			"other port": "http://127.0.0.1:1/callback", "other path": elsewhere + "/x",
			"other scheme": "https" + strings.TrimPrefix(elsewhere, "http"), "other host": strings.Replace(elsewhere, "127.0.0.1", "localhost", 1),
		} {
			var got received
			l := open(t, agent(Options{}), clients.Visit{URL: s.url("/authorize", elsewhere), RedirectURI: expected, Receive: got.receive})
			if l.Delivered || len(got) > 0 || !strings.HasPrefix(l.URL, elsewhere) {
				t.Errorf("%s: landed at %+v, the client received %q", name, l, got)
			}
		}
	})
}

func TestPagesThatLeadNowhere(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, agent func(Options) agent) {
		s := newAuthServer(t)
		cases := []struct {
			name, url string
			change    func(*Options)
			status    int
			words     string
		}{
			{"unknown page", s.url("/strange", "http://127.0.0.1:1/"), nil, 400, "Unknown client"},
			{"wrong password", s.url("/authorize", "http://127.0.0.1:1/"), func(o *Options) { o.Password = "wrong" }, 422, "Sign in"},
			{"no deny button", s.url("/halfway", "http://127.0.0.1:1/"), func(o *Options) { o.Decision = Deny }, 200, "Allow"},
			{"button without effect", s.url("/stuck", "http://127.0.0.1:1/"), nil, 200, "x"},
			{"nobody there", "http://127.0.0.1:" + deadPort(t) + "/", nil, 0, "can't be reached"},
			{"away from this machine", s.URL + "/away?to=http://192.0.2.1/", func(o *Options) { o.Timeout = 3 * time.Second }, 0, ""},
			{"away to a name", s.URL + "/away?to=https://example.com/", nil, 0, "can't be reached"},
			{"endless redirects", s.URL + "/round", nil, 0, "edirects"},
			{"silence", s.URL + "/hang", func(o *Options) { o.Timeout = 300 * time.Millisecond }, 0, "no answer within 300ms"},
		}
		for _, c := range cases {
			o := Options{Recorder: s.recorder}
			if c.change != nil {
				c.change(&o)
			}
			l := open(t, agent(o), clients.Visit{URL: c.url, RedirectURI: "http://127.0.0.1:1/"})
			if strings.Contains(l.Page, "TOO_MANY_REDIRECTS") {
				l.Page = "too many redirects"
			}
			if l.Delivered || l.Status != c.status || !strings.Contains(l.Page, c.words) || l.URL == "" {
				t.Errorf("%s: landed at %+v", c.name, l)
			}
		}
	})
}

func TestCancelledVisitIsAnError(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, agent func(Options) agent) {
		s := newAuthServer(t)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			_ = s.recorder.Wait(ctx, func(r *trace.Recording) bool { return len(r.Exchanges) > 0 })
			cancel()
		}()
		_, err := agent(Options{Recorder: s.recorder}).Open(ctx, clients.Visit{URL: s.URL + "/hang"})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		if _, err := agent(Options{}).Open(t.Context(), clients.Visit{URL: "http://[broken"}); err == nil {
			t.Error("a broken URL was opened")
		}
	})
}
