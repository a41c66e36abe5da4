package emulated

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// handedOut is what an operator of the World could hand out by hand: a token
// and the endpoints, found by a client that conforms.
func (s *stage) handedOut(tb testing.TB) clients.Credentials {
	tb.Helper()
	session, ok := s.session.(*Session)
	if !ok {
		tb.Fatalf("a session of type %T", s.session)
	}
	t, ok := session.store.token(s.facts.MCPURL)
	if !ok {
		tb.Fatal("no token yet")
	}
	c := clients.Credentials{BearerToken: t.access, AuthorizationEndpoint: t.found.server.Authorization, TokenEndpoint: t.found.server.Token}
	if s.facts.Credentials != nil {
		c.ClientID, c.ClientSecret = s.facts.Credentials.ClientID, s.facts.Credentials.ClientSecret
	}
	return c
}

// beside starts another client in the World, with what was handed out to it.
func (s *stage) beside(tb testing.TB, b Behaviour, handedOut *clients.Credentials) clients.Session {
	tb.Helper()
	c := New(clients.Identity{ID: "typed", Version: "1", Basis: clients.Emulated}, b)
	facts := s.facts
	facts.Home, facts.Credentials = "", handedOut
	session, err := c.Start(context.Background(), facts)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = session.Close() })
	return session
}

// asked lists what clients asked of the World beyond the MCP endpoint since
// exchange number from.
func (s *stage) asked(from int) []string {
	var out []string
	for _, x := range s.world.Recorder.Snapshot().Exchanges {
		if x.ID > from && x.From == trace.Client && x.Request.URL != s.facts.MCPURL {
			out = append(out, x.Request.Method+" "+x.Request.URL)
		}
	}
	return out
}

func (s *stage) exchanges() int { return len(s.world.Recorder.Snapshot().Exchanges) }

func TestAnAccessTokenThatTheUserTypedIn(t *testing.T) {
	t.Parallel()
	s := enter(t, find(t, "conformant"), named(t, "reference"))
	s.connect(t)
	at := s.exchanges()
	good := s.handedOut(t)
	bad := clients.Credentials{BearerToken: "made-up"}
	only := Behaviour{Configured: Configured{AccessToken: AccessTokenOnly}}

	session := s.beside(t, only, &good)
	want(t, session.Connect(t.Context()), clients.OK)
	want(t, session.Call(t.Context(), "echo", map[string]any{"text": "hello"}), clients.OK)
	want(t, session.Restart(t.Context()), clients.OK)
	want(t, session.Call(t.Context(), "write", nil), clients.Failed)

	want(t, s.beside(t, only, nil).Connect(t.Context()), clients.Unsupported)
	o := s.beside(t, only, &bad).Connect(t.Context())
	want(t, o, clients.Failed)
	if !strings.Contains(o.Words, "refuses the access token that the user typed in") {
		t.Errorf("it says %q", o.Words)
	}
	if asked := s.asked(at); asked != nil {
		t.Errorf("a client without OAuth asked for %q", asked)
	}

	// A client that knows OAuth too begins the flow when its token is refused.
	accepted := Behaviour{Configured: Configured{AccessToken: AccessTokenAccepted}}
	want(t, s.beside(t, accepted, &bad).Connect(t.Context()), clients.OK)
	if s.asked(at) == nil {
		t.Error("no flow")
	}
	// One that has no place for a token pays no heed to it.
	want(t, s.beside(t, Behaviour{}, &bad).Connect(t.Context()), clients.OK)
}

func TestEndpointsThatTheUserTypedIn(t *testing.T) {
	t.Parallel()
	s := enter(t, find(t, "conformant"), named(t, "enterprise", "authServer.redirect.loopbackPort", ""))
	s.connect(t)
	good := s.handedOut(t)
	good.BearerToken = ""
	without := clients.Credentials{ClientID: good.ClientID}
	only := Behaviour{Configured: Configured{Endpoints: EndpointsOnly}}

	at := s.exchanges()
	session := s.beside(t, only, &good)
	want(t, session.Connect(t.Context()), clients.OK)
	for _, asked := range s.asked(at) {
		if !strings.HasPrefix(asked, http.MethodPost+" "+good.TokenEndpoint) {
			t.Errorf("it asked for %s", asked)
		}
	}
	o := s.beside(t, only, &without).Connect(t.Context())
	want(t, o, clients.Unsupported)
	if !strings.Contains(o.Words, "authorization and the token endpoint") {
		t.Errorf("it says %q", o.Words)
	}
}

func TestEndpointsAreDiscoveredWhereTheyWereNotTypedIn(t *testing.T) {
	t.Parallel()
	s := enter(t, find(t, "conformant"), named(t, "enterprise", "authServer.redirect.loopbackPort", ""))
	s.connect(t)
	at := s.exchanges()
	good := s.handedOut(t)
	without := clients.Credentials{ClientID: good.ClientID}
	session := s.beside(t, Behaviour{Configured: Configured{Endpoints: EndpointsAccepted}}, &without)
	want(t, session.Connect(t.Context()), clients.OK)
	if len(s.asked(at)) < 3 {
		t.Errorf("it asked for %q only", s.asked(at))
	}
}

func TestTypedEndpointsAreKeptForARefresh(t *testing.T) {
	t.Parallel()
	s := enter(t, find(t, "conformant"), named(t, "enterprise", "authServer.redirect.loopbackPort", ""))
	s.connect(t)
	good := s.handedOut(t)
	session := s.beside(t, Behaviour{Configured: Configured{Endpoints: EndpointsAccepted}}, &good)
	want(t, session.Connect(t.Context()), clients.OK)
	at := s.exchanges()
	if err := s.world.Control.ExpireAccessTokens(t.Context()); err != nil {
		t.Fatal(err)
	}
	want(t, session.Call(t.Context(), "echo", map[string]any{"text": "hello"}), clients.OK)
	if asked := s.asked(at); len(asked) != 1 {
		t.Errorf("it asked for %q, want one refresh", asked)
	}
}

// tokenForms are the forms that clients posted to the token endpoint, masked.
func (s *stage) tokenForms() []string {
	var out []string
	for _, x := range s.world.Recorder.Snapshot().Exchanges {
		if x.From == trace.Client && strings.HasSuffix(x.Request.URL, "/token") {
			out = append(out, x.Request.Body.Text)
		}
	}
	return out
}

func TestAClientSignsForItsMetadataDocument(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		settings []string
		signs    bool
		redirect string
	}{
		{"iss advertised", nil, true, "https://chatgpt.com/connector_platform_oauth_redirect"},
		{"iss not advertised", []string{"authServer.iss.advertise", "off"}, true, "https://chatgpt.com/connector/oauth/mcpcompat"},
		{
			"assertions not listed",
			[]string{"authServer.clientAuth.methods", "[none, client_secret_basic]"},
			false,
			"https://chatgpt.com/connector_platform_oauth_redirect",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := enter(t, find(t, "chatgpt"), named(t, "reference", test.settings...))
			s.connect(t)
			forms := s.tokenForms()
			if len(forms) != 1 || strings.Contains(forms[0], "client_assertion=") != test.signs {
				t.Fatalf("token requests: %q", forms)
			}
			if !strings.Contains(forms[0], url.QueryEscape(test.redirect)) {
				t.Errorf("redirect URI: %q", forms[0])
			}
		})
	}
	// A server that does not list the method is not sent an assertion.
	server := &serverMetadata{AuthMethods: []string{"none"}}
	session := &Session{behaviour: Behaviour{TokenAuth: TokenAuth{Document: DocumentPrivateKeyJWT}}}
	if session.signs(server, registration{method: Document}) {
		t.Error("it signs for a server that does not take it")
	}
	server.AuthMethods = []string{"private_key_jwt"}
	if !session.signs(server, registration{method: Document}) || session.signs(server, registration{method: DynamicMethod}) {
		t.Error("it signs for its document and for nothing else")
	}
}
