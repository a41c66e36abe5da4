package emulated

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
)

func TestAnIssThatIsDropped(t *testing.T) {
	t.Parallel()
	for advertised, status := range map[bool]clients.Status{true: clients.Refused, false: clients.OK} {
		s := &Session{behaviour: Behaviour{Issuer: Issuer{Response: IssuerDropped}}}
		server := &serverMetadata{Issuer: "https://as.example.com", IssSupported: advertised}
		err := s.checkIssuer(url.Values{"iss": {"https://as.example.com"}, "code": {"c"}}, server)
		if (err == nil) != (status == clients.OK) {
			t.Errorf("advertised %v: %v", advertised, err)
		}
		s.behaviour.Issuer.Response = ""
		if err := s.checkIssuer(url.Values{"iss": {"https://as.example.com"}, "code": {"c"}}, server); err != nil {
			t.Errorf("advertised %v, and a client that reads iss: %v", advertised, err)
		}
	}
}

func TestAnAuthorizationEndpointAtAnotherOrigin(t *testing.T) {
	t.Parallel()
	s := &Session{}
	s.program.Store(&program{http: &requester{guard: newGuard(Network{}, "https://mcp.example.com/mcp")}})
	m := serverMetadata{
		Issuer: "https://api.example.com", Authorization: "https://app.example.com/authorize", Token: "https://api.example.com/token",
		PKCEMethods: []string{"S256"},
	}
	same := m
	same.Authorization = "https://API.example.com/authorize"
	advertised := m
	advertised.IssSupported = true
	for _, test := range []struct {
		place   EndpointPlace
		m       serverMetadata
		refused bool
	}{{"", m, false}, {SameOriginWithoutIss, m, true}, {SameOriginWithoutIss, same, false}, {SameOriginWithoutIss, advertised, false}} {
		s.behaviour.Issuer.AuthorizationEndpoint = test.place
		if err := s.checkServer(&test.m, "x"); isRefusal(err) != test.refused {
			t.Errorf("%q, %+v: %v", test.place, test.m, err)
		}
	}
}

func TestPathsOfTheRedirectURI(t *testing.T) {
	t.Parallel()
	s := &Session{
		facts: clients.Facts{MCPURL: "http://127.0.0.1:41012/mcp"},
		behaviour: Behaviour{Redirect: Redirect{
			Path: "/a", DocumentPath: "/document", PathWithoutIss: "/without/{url-hash}",
		}},
	}
	typed := &Session{facts: s.facts, behaviour: s.behaviour}
	typed.facts.Credentials = &clients.Credentials{ClientID: "x"}
	typed.behaviour.Redirect.PreregisteredPath = "/typed"
	iss, none := &serverMetadata{IssSupported: true}, &serverMetadata{}
	for _, test := range []struct {
		session *Session
		method  Method
		server  *serverMetadata
		want    string
	}{
		{s, DynamicMethod, iss, "/a"},
		{s, Document, iss, "/document"},
		{s, Preregistered, iss, "/a"},
		{s, DynamicMethod, none, "/without/g_6G4jrLUfHB"},
		{s, Document, none, "/without/g_6G4jrLUfHB"},
		{typed, Preregistered, iss, "/typed"},
		{typed, Preregistered, none, "/typed"},
		{typed, DynamicMethod, iss, "/a"},
	} {
		if got := test.session.redirectPath(test.method, test.server); got != test.want {
			t.Errorf("%s, iss %v: %s, want %s", test.method, test.server.IssSupported, got, test.want)
		}
	}
}

func TestOfflineAccessAlone(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		choice OfflineAccess
		listed []string
		want   string
	}{{"", []string{offlineAccess}, ""}, {OfflineAlone, []string{offlineAccess}, offlineAccess}, {OfflineAlone, nil, ""}} {
		s := &Session{behaviour: Behaviour{Scope: Scope{OfflineAccess: test.choice}}}
		if got := strings.Join(s.withOffline(nil, &target{server: &serverMetadata{Scopes: test.listed}}), " "); got != test.want {
			t.Errorf("%q of %q: %q, want %q", test.choice, test.listed, got, test.want)
		}
	}
}

func TestTheUnionThatTheMetadataLists(t *testing.T) {
	t.Parallel()
	s := &Session{facts: clients.Facts{MCPURL: "x"}, store: newInstallation()}
	s.store.first("x", []string{"a"})
	missing := &challenge{params: map[string]string{"scope": "b"}}
	for _, test := range []struct {
		choice StepUpScope
		listed []string
		want   string
	}{{"", []string{"a", "b"}, "a b"}, {StepUpFirst, []string{"b", "a"}, "a"}, {StepUpFirst, []string{"a", "b", "c"}, "a b"}, {StepUpFirst, nil, "a b"}} {
		s.behaviour.StepUp.Scope = test.choice
		before := &tokens{requested: []string{"a"}, found: &target{resource: &resourceMetadata{Scopes: test.listed}}}
		if got := strings.Join(s.stepUpScope(missing, before), " "); got != test.want {
			t.Errorf("%q with %q listed: %q, want %q", test.choice, test.listed, got, test.want)
		}
	}
}

func TestHeadersOfTheProbe(t *testing.T) {
	t.Parallel()
	s := visit(t, named(t, "reference"), func(b *Behaviour) {
		b.Discovery.Probe, b.Discovery.ProbeVersion = ProbeHead, "2024-11-05"
		b.Headers.AcceptProbe, b.Headers.UserAgentMetadata, b.Headers.UserAgentServerMetadata = "text/x-probe", "of-metadata", "omitted"
	}, func(s *stage) { s.connect(t) })
	for _, e := range s.world.Recorder.Snapshot().Exchanges {
		h := e.Request.Header
		switch {
		case e.Request.Method == http.MethodHead:
			if h.Get(headerProtocolVersion) != "2024-11-05" || h.Get("Accept") != "text/x-probe" || h.Get("User-Agent") != "of-metadata" {
				t.Errorf("the probe has %v", h)
			}
		case strings.Contains(e.Request.URL, "oauth-authorization-server") && h.Get("User-Agent") != "":
			t.Errorf("the request for server metadata has %v", h)
		}
	}
}
