package emulated

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// visit is a stage after a client was there.
func visit(t *testing.T, d deployment.Deployment, change func(*Behaviour), act func(*stage)) *stage {
	t.Helper()
	b := find(t, "conformant").Behaviour()
	b.Registration.ClientIDMetadataDocument = ""
	change(&b)
	s := enter(t, New(clients.Identity{ID: "knobs", Version: "1"}, b), d)
	act(s)
	if err := s.session.Close(); err != nil {
		t.Fatal(err)
	}
	return s
}

// Each quirk changes what is counted, and is the only reason for the change.
func TestQuirksAreOnTheWire(t *testing.T) {
	t.Parallel()
	connect := func(t *testing.T) func(*stage) { return func(s *stage) { t.Helper(); s.connect(t) } }
	then := func(tool string, expire bool) func(*testing.T) func(*stage) {
		return func(t *testing.T) func(*stage) {
			return func(s *stage) {
				t.Helper()
				s.connect(t)
				if expire {
					if err := s.world.Control.ExpireAccessTokens(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				_ = s.call(t, tool)
			}
		}
	}
	posts := func(path string) func(*stage) int {
		return func(s *stage) int { return s.countPaths(http.MethodPost, path) }
	}
	documents := func(s *stage) int {
		return s.countPaths(http.MethodGet, "/.well-known/oauth-protected-resource/mcp") +
			s.countPaths(http.MethodGet, "/.well-known/oauth-authorization-server")
	}
	messages := func(method string) func(*stage) int {
		return func(s *stage) int {
			return s.countBodies(func(b trace.Body) bool { return strings.Contains(b.Text, `"`+method+`"`) })
		}
	}
	short := named(t, "reference", "authServer.token.lifetime", "200s")
	tests := []struct {
		name          string
		deployment    deployment.Deployment // the zero value means reference
		usual, change func(*Behaviour)
		act           func(*testing.T) func(*stage)
		count         func(*stage) int
		without, with int
	}{
		{
			name:   "before: initialize, metadata, register",
			change: func(b *Behaviour) { b.Discovery.Before = []Preliminary{"initialize", "metadata", "register"} },
			act:    connect, count: posts("/register"), without: 1, with: 1, // kept: it does not register each time
		},
		{
			name:  "before: register, and registered each time",
			usual: func(b *Behaviour) { b.Registration.Dynamic.Reuse = ReuseNever },
			change: func(b *Behaviour) {
				b.Discovery.Before = []Preliminary{PreliminaryMetadata, PreliminaryRegister}
			},
			act: connect, count: posts("/register"), without: 1, with: 2,
		},
		{
			name:   "before: initialize",
			change: func(b *Behaviour) { b.Discovery.Before = []Preliminary{PreliminaryInitialize} },
			act:    connect, count: messages("initialize"), without: 0, with: 1,
		},
		{
			name:   "before: metadata-by-path",
			change: func(b *Behaviour) { b.Discovery.Before = []Preliminary{PreliminaryMetadataByPath} },
			act:    connect, count: documents, without: 2, with: 4,
		},
		{
			name:   "beforeToken: full",
			change: func(b *Behaviour) { b.Discovery.BeforeToken = RereadBeforeToken },
			act:    connect, count: documents, without: 2, with: 4,
		},
		{
			name:   "reuse: each-authorization",
			change: func(b *Behaviour) { b.Registration.Dynamic.Reuse = ReuseNotInStepUp },
			act:    then("write", false), count: posts("/register"), without: 1, with: 2,
		},
		{
			name:  "a login after a 401 without discovery",
			usual: func(b *Behaviour) { b.Refresh.OnUnauthorized = UnauthorizedAuthorizes },
			change: func(b *Behaviour) {
				b.Refresh.Discovery = RediscoverNothing
			},
			act: then("echo", true), count: documents, without: 4, with: 2,
		},
		{
			name: "shortLived: repeated", deployment: short,
			usual:  func(b *Behaviour) { b.Refresh.ProactiveSeconds, b.Protocol.Era = 300, ModernOnly },
			change: func(b *Behaviour) { b.Refresh.ShortLived = ShortLivedRepeated },
			// server/discover comes after a login, and again with tools/list
			act: connect, count: posts("/token"), without: 3, with: 1 + 2*repeatedRefreshes,
		},
		{
			name:   "shortLived: repeated, where tokens live long",
			usual:  func(b *Behaviour) { b.Refresh.ProactiveSeconds = 300 },
			change: func(b *Behaviour) { b.Refresh.ShortLived = ShortLivedRepeated },
			act:    connect, count: posts("/token"), without: 1, with: 1,
		},
		{
			name:   "step-up: refresh-else-authorize with a refresh token",
			change: func(b *Behaviour) { b.StepUp.Response = StepUpRefreshesFirst },
			act:    then("write", false), count: (*stage).authorizations, without: 2, with: 1,
		},
		{
			name:       "step-up: refresh-else-authorize without one",
			deployment: named(t, "reference", "authServer.refresh.issue", "never"),
			usual:      func(b *Behaviour) { b.StepUp.Response = StepUpRefreshes },
			change:     func(b *Behaviour) { b.StepUp.Response = StepUpRefreshesFirst },
			act:        then("write", false), count: (*stage).authorizations, without: 1, with: 2,
		},
		{
			name:   "step-up: after handshake",
			usual:  func(b *Behaviour) { b.Protocol.Era = LegacyOnly },
			change: func(b *Behaviour) { b.StepUp.After = HandshakeAfterStepUp },
			act:    then("write", false), count: messages("notifications/initialized"), without: 1, with: 2,
		},
		{
			name:       "legacy: endpoints-anywhere",
			deployment: named(t, "path-issuer-root-only"),
			usual:      func(b *Behaviour) { b.Discovery.Legacy = LegacyEndpoints },
			change:     func(b *Behaviour) { b.Discovery.Legacy = LegacyAnywhere },
			act:        func(t *testing.T) func(*stage) { return func(s *stage) { _ = s.session.Connect(t.Context()) } },
			count:      posts("/register"), without: 0, with: 1,
		},
		{
			name:       "legacy: endpoints-after-all",
			deployment: named(t, "path-issuer-root-only"),
			usual:      func(b *Behaviour) { b.Discovery.Legacy = LegacyEndpoints },
			change:     func(b *Behaviour) { b.Discovery.Legacy = LegacyAfterAll },
			act:        func(t *testing.T) func(*stage) { return func(s *stage) { _ = s.session.Connect(t.Context()) } },
			count:      posts("/register"), without: 0, with: 1,
		},
		{
			name:       "forbidden: as-unauthorized",
			deployment: named(t, "status-403"),
			change:     func(b *Behaviour) { b.Discovery.Forbidden = ForbiddenAsUnauthorized },
			act:        func(t *testing.T) func(*stage) { return func(s *stage) { _ = s.session.Connect(t.Context()) } },
			count:      (*stage).authorizations, without: 0, with: 1,
		},
		{
			name:       "whenUnadvertised: mcp-server",
			deployment: named(t, "reference", "authServer.registration.dynamic", "off"),
			change:     func(b *Behaviour) { b.Registration.Dynamic.WhenUnadvertised = RegisterAtMCPServer },
			act:        func(t *testing.T) func(*stage) { return func(s *stage) { _ = s.session.Connect(t.Context()) } },
			count:      posts("/register"), without: 0, with: 1,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if test.deployment.ID == "" {
				test.deployment = named(t, "reference")
			}
			for i, want := range []int{test.without, test.with} {
				s := visit(t, test.deployment, func(b *Behaviour) {
					if test.usual != nil {
						test.usual(b)
					}
					if i == 1 {
						test.change(b)
					}
				}, test.act(t))
				if got := test.count(s); got != want {
					t.Errorf("quirk %v: counted %d, want %d", i == 1, got, want)
				}
			}
		})
	}
}

// countBodies counts the client's requests with a body of a kind.
func (s *stage) countBodies(is func(trace.Body) bool) int {
	n := 0
	for _, e := range s.world.Recorder.Snapshot().Exchanges {
		if e.From == trace.Client && is(e.Request.Body) {
			n++
		}
	}
	return n
}

func TestAForeignDocumentIsSkipped(t *testing.T) {
	t.Parallel()
	s := &Session{facts: clients.Facts{MCPURL: "https://mcp.example.com/mcp"}, mcpURL: &url.URL{Scheme: "https", Host: "mcp.example.com", Path: "/mcp"}}
	foreign := &resourceMetadata{Resource: "https://other.example.com/mcp"}
	if err := s.checkResource(foreign, "https://mcp.example.com/x"); !isRefusal(err) {
		t.Errorf("a foreign document is not refused: %v", err)
	}
	s.behaviour.Discovery.ResourceMismatch = SkipDocument
	if err := s.checkResource(foreign, "https://mcp.example.com/x"); err == nil || isRefusal(err) {
		t.Errorf("a foreign document is not skipped: %v", err)
	}
	if err := s.checkResource(&resourceMetadata{Resource: "https://mcp.example.com/mcp"}, "https://mcp.example.com/x"); err != nil {
		t.Errorf("the own document is skipped: %v", err)
	}
}

func TestTheUnionOfBothSources(t *testing.T) {
	t.Parallel()
	s := &Session{}
	found := &target{
		challenge: &challenge{params: map[string]string{"scope": "b a"}},
		resource:  &resourceMetadata{Scopes: []string{"a", "c"}}, server: &serverMetadata{},
	}
	if got := strings.Join(s.scopeFrom([]ScopeSource{ScopeFromBoth}, found), " "); got != "b a c" {
		t.Errorf("got %q", got)
	}
	found.challenge, found.resource = nil, nil
	if got := s.scopeFrom([]ScopeSource{ScopeFromBoth}, found); got != nil {
		t.Errorf("got %q of nothing", got)
	}
}

func TestStates(t *testing.T) {
	t.Parallel()
	for form, want := range map[StateForm]string{
		"": `^[\w-]{43}$`, StateNone: `^$`, StateHex: `^[0-9a-f]{64}$`, StateShort: `^[\w-]{22}$`,
		StateMedium: `^[\w-]{32}$`, StateBase32: `^[A-Z2-7]{26}$`, StateURL: `^http://127\.0\.0\.1/callback\?.*%253D[0-9a-f]{32}$`,
	} {
		if got := newState(form); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%q: %q", form, got)
		}
	}
}

func TestNoAccept(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]int{"": 1, "omitted": 0} {
		b := &Behaviour{Headers: Headers{AcceptServerMetadata: accept}}
		r := newRequester(b, nil, "x", "1", nil)
		req, err := r.build(t.Context(), toServerMetadata, request{method: http.MethodGet, url: "http://127.0.0.1/"})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(req.Header.Values("Accept")); got != want {
			t.Errorf("accept %q: %d header fields, want %d", accept, got, want)
		}
	}
}

func TestAnAnonymousFarewell(t *testing.T) {
	t.Parallel()
	for end, refused := range map[SessionEnd]bool{"": false, SessionAnonymous: true} {
		s := visit(t, named(t, "reference"), func(b *Behaviour) {
			b.Protocol.Era, b.Protocol.SessionEnd = LegacyOnly, end
		}, func(s *stage) { s.connect(t) })
		seen := false
		for _, e := range s.world.Recorder.Snapshot().Exchanges {
			if e.Request.Method == http.MethodDelete {
				seen = true
				if (e.Response.Status == http.StatusUnauthorized) != refused {
					t.Errorf("session end %q: %d", end, e.Response.Status)
				}
			}
		}
		if !seen {
			t.Errorf("session end %q: no farewell", end)
		}
	}
}

func TestAGuessAtTheMethodOfADocument(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		document DocumentAuth
		tokens   int // requests for one code
	}{{"", 1}, {DocumentBasicFirst, 2}} {
		s := visit(t, named(t, "reference"), func(b *Behaviour) {
			b.Registration.ClientIDMetadataDocument = find(t, "conformant").Behaviour().Registration.ClientIDMetadataDocument
			b.TokenAuth.Document = test.document
		}, func(s *stage) { _ = s.session.Connect(t.Context()) })
		s.count(http.MethodPost, "/token", test.tokens, t)
	}
}
