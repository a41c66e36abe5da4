package emulated

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
)

func TestURLsThatAreNotFollowed(t *testing.T) {
	t.Parallel()
	const local, public = "http://127.0.0.1:1/mcp", "https://mcp.example.com/mcp"
	tests := []struct {
		home, url string
		network   Network
		ok        bool
	}{
		{home: local, url: "http://127.0.0.1:2/x", ok: true},
		{home: local, url: "http://localhost:2/x", ok: true},
		{home: local, url: "http://[::1]:2/x", ok: true},
		{home: local, url: "https://as.example.com/x", ok: true},
		{home: local, url: "http://as.example.com/x"},
		{home: local, url: "http://as.example.com/x", network: Network{PlainHTTP: PlainHTTPAllowed}, ok: true},
		{home: local, url: "https://10.0.0.1/x"},
		{home: local, url: "https://169.254.169.254/latest"},
		{home: local, url: "https://[fe80::1]/x"},
		{home: local, url: "https://0.0.0.0/x"},
		{home: local, url: "https://10.0.0.1/x", network: Network{Addresses: AnyAddress}, ok: true},
		{home: public, url: "http://127.0.0.1:2/x"},
		{home: public, url: "https://192.168.1.1/x"},
		{home: "https://10.0.0.2/mcp", url: "https://10.0.0.1/x", ok: true},
		{home: local, url: "/relative"},
		{home: local, url: "javascript:alert(1)"},
		{home: local, url: "file:///etc/passwd"},
		{home: local, url: "https://as.example.com/x#fragment"},
		{home: local, url: "https://user@as.example.com/x"},
	}
	for _, test := range tests {
		_, err := newGuard(test.network, test.home).check("it", test.url)
		if (err == nil) != test.ok {
			t.Errorf("%s from %s: %v", test.url, test.home, err)
		}
		if err != nil && !isRefusal(err) {
			t.Errorf("%s: not a refusal: %v", test.url, err)
		}
	}
	g := newGuard(Network{AuthorizationURL: AnyAuthorizationURL}, local)
	if _, err := g.checkVisit("javascript:alert(1)"); err != nil {
		t.Errorf("the quirk refuses: %s", err)
	}
}

// hostile is an MCP server that is also where everything else is asked for.
func hostile(t *testing.T, serve func(w http.ResponseWriter, r *http.Request, base string) bool) clients.Outcome {
	t.Helper()
	var base string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if serve(w, r, base) {
			return
		}
		switch {
		case r.URL.Path == "/mcp":
			w.Header().Set("WWW-Authenticate", "Bearer")
			w.WriteHeader(http.StatusUnauthorized)
		case strings.HasPrefix(r.URL.Path, resourceWellKnown):
			_, _ = w.Write([]byte(`{"resource":"` + base + `/mcp","authorization_servers":["` + base + `"]}`))
		case strings.HasPrefix(r.URL.Path, "/.well-known/oauth"):
			_, _ = w.Write([]byte(`{"issuer":"` + base + `","authorization_endpoint":"` + base + `/authorize","token_endpoint":"` + base +
				`/token","registration_endpoint":"` + base + `/register","code_challenge_methods_supported":["S256"]}`))
		case r.URL.Path == "/register":
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(`{"client_id":"c"}`))
		case r.URL.Path == "/authorize":
			http.Redirect(w, r, r.URL.Query().Get("redirect_uri")+"?code=c&state="+r.URL.Query().Get("state"), http.StatusFound)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	base = server.URL
	t.Cleanup(server.Close)
	return connectOnce(t, Behaviour{Network: Network{TimeoutSeconds: 1}}, server.URL+"/mcp", follower{})
}

func connectOnce(t *testing.T, b Behaviour, mcpURL string, browser clients.UserAgent) clients.Outcome {
	t.Helper()
	s, err := New(clients.Identity{ID: "test", Name: "Test", Version: "1"}, b).
		Start(t.Context(), clients.Facts{MCPURL: mcpURL, UserAgent: browser})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s.Connect(t.Context())
}

func TestNothingIsConnectedThatIsNotPermitted(t *testing.T) {
	t.Parallel()
	var asked []string
	g := newGuard(Network{Addresses: AnyAddress}, "http://127.0.0.1:1/mcp")
	g.permit = func(a netip.AddrPort) error {
		asked = append(asked, a.String())
		return errors.New("stay here")
	}
	for _, address := range []string{"10.255.255.1:443", "127.0.0.1:9"} {
		if conn, err := g.dial(t.Context(), "tcp", address); err == nil || !strings.Contains(err.Error(), "stay here") {
			t.Errorf("%s: %v, %v", address, conn, err)
		}
	}
	if !slices.Equal(asked, []string{"10.255.255.1:443", "127.0.0.1:9"}) {
		t.Errorf("asked for %v", asked)
	}
}

func TestHostileServersAreRefused(t *testing.T) {
	t.Parallel()
	resource := func(body string) func(http.ResponseWriter, *http.Request, string) bool {
		return func(w http.ResponseWriter, r *http.Request, base string) bool {
			if !strings.HasPrefix(r.URL.Path, resourceWellKnown) {
				return false
			}
			_, _ = w.Write([]byte(strings.ReplaceAll(body, "BASE", base)))
			return true
		}
	}
	tests := []struct {
		name   string
		serve  func(http.ResponseWriter, *http.Request, string) bool
		status clients.Status
		words  string
	}{
		{
			"metadata of another resource", resource(`{"resource":"https://bank.example.com/mcp","authorization_servers":["BASE"]}`),
			clients.Refused, "RFC 9728",
		},
		{
			"server at a metadata service", resource(`{"resource":"BASE/mcp","authorization_servers":["https://169.254.169.254"]}`),
			clients.Refused, "an address where no service can be",
		},
		{
			"server in a private network", resource(`{"resource":"BASE/mcp","authorization_servers":["https://10.1.2.3"]}`),
			clients.Refused, "private address",
		},
		{"no authorization server", resource(`{"resource":"BASE/mcp","authorization_servers":[]}`), clients.Failed, "names no authorization server"},
		{"metadata that is none", resource(`<html>`), clients.Failed, "is not protected resource metadata"},
		{"metadata without end", func(w http.ResponseWriter, r *http.Request, _ string) bool {
			if !strings.HasPrefix(r.URL.Path, resourceWellKnown) {
				return false
			}
			_, _ = w.Write([]byte("{"))
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
			return true
		}, clients.Failed, "deadline exceeded"},
		{"metadata that redirects", func(w http.ResponseWriter, r *http.Request, _ string) bool {
			if !strings.HasPrefix(r.URL.Path, resourceWellKnown) {
				return false
			}
			http.Redirect(w, r, "https://elsewhere.example.com/", http.StatusFound)
			return true
		}, clients.Refused, "redirect to https://elsewhere.example.com/ is not followed"},
		{"a token of an unknown type", func(w http.ResponseWriter, r *http.Request, _ string) bool {
			if r.URL.Path != "/token" {
				return false
			}
			_, _ = w.Write([]byte(`{"access_token":"x","token_type":"mac"}`))
			return true
		}, clients.Unsupported, `"mac"`},
		{"other redirect URIs registered", func(w http.ResponseWriter, r *http.Request, _ string) bool {
			if r.URL.Path != "/register" {
				return false
			}
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(`{"client_id":"c","redirect_uris":["https://evil.example.com/"]}`))
			return true
		}, clients.Failed, "registered other redirect URIs"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := hostile(t, test.serve)
			if o.Status != test.status || !strings.Contains(o.Words, test.words) {
				t.Errorf("%s: %s; want %s: …%s…", o.Status, o.Words, test.status, test.words)
			}
		})
	}
}
