package useragent

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/fixtures/embedded"
	"github.com/mcpcompat/mcpcompat/fixtures/process/oidcprovider"
)

const byHand = "by-hand"

// authorizationRequest is one that the server has no reason to refuse.
func authorizationRequest(issuer, path, resource string) string {
	return issuer + path + "?" + url.Values{
		"response_type": {"code"}, "client_id": {byHand}, "redirect_uri": {callbackURI}, "state": {"s"},
		"code_challenge": {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}, "code_challenge_method": {"S256"},
		"scope": {"tools/read"}, "resource": {resource}, "prompt": {"consent"},
	}.Encode()
}

// decide opens the authorization request with both user agents, once to allow
// and once to deny, and once with a wrong password where there is such a thing.
func decide(t *testing.T, request, script string, wrong bool) {
	t.Helper()
	s, err := Find(script)
	if err != nil {
		t.Fatal(err)
	}
	both(t, func(t *testing.T, agent func(Options) agent) {
		for decision, want := range map[Decision]string{Allow: "code=", Deny: "error=access_denied"} {
			var got received
			visit := clients.Visit{URL: request, RedirectURI: callbackURI, Receive: got.receive}
			l := open(t, agent(Options{Script: s, Decision: decision}), visit)
			if !l.Delivered || len(got) != 1 || !strings.Contains(got[0], want) {
				t.Errorf("%s: landed at %+v, the client received %q", decision, l, got)
			}
			if !wrong {
				continue
			}
			l = open(t, agent(Options{Script: s, Password: "wrong"}), visit)
			if l.Delivered || len(got) != 1 || l.Status != http.StatusUnprocessableEntity {
				t.Errorf("with a wrong password landed at %+v", l)
			}
		}
	})
}

func TestScriptOfTheReference(t *testing.T) {
	t.Parallel()
	all, err := deployment.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(d deployment.Deployment) bool { return d.ID == "reference" })
	if i < 0 {
		t.Fatal("no reference deployment")
	}
	w, err := embedded.Start(t.Context(), all[i], embedded.Options{
		Registered: []fixtures.RegisteredClient{{ClientID: byHand, RedirectURIs: []string{callbackURI}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	decide(t, authorizationRequest(w.Issuer, "/authorize", w.MCPURL), w.ConsentScript, true)
}

func TestScriptOfOIDCProvider(t *testing.T) {
	t.Parallel()
	const resource = "http://127.0.0.1:4445/mcp"
	p, err := oidcprovider.Start(t.Context(), oidcprovider.Options{
		Resources: []oidcprovider.Resource{{URI: resource, Scopes: []string{"tools/read"}}},
		Clients: []oidcprovider.Client{{RegisteredClient: fixtures.RegisteredClient{
			ClientID: byHand, RedirectURIs: []string{callbackURI},
		}}},
	})
	if errors.Is(err, fixtures.ErrUnavailable) {
		t.Skip("needs the npm package oidc-provider: " + err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	decide(t, authorizationRequest(p.Issuer, "/auth", resource), "oidc-provider", false)
}
