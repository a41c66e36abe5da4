package emulated

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
)

// A client that obtains a token and does not present it ends in the same refusal
// as before.
func TestATokenThatIsNotPresented(t *testing.T) {
	t.Parallel()
	for bearer, status := range map[Bearer]clients.Status{"": clients.OK, BearerOmitted: clients.Failed} {
		s := visit(t, named(t, "reference"), func(b *Behaviour) { b.Protocol.Bearer = bearer }, func(s *stage) {
			if o := s.session.Connect(t.Context()); o.Status != status {
				t.Errorf("%q: %s %s, want %s", bearer, o.Status, o.Words, status)
			}
		})
		presented := 0
		for _, e := range s.world.Recorder.Snapshot().Exchanges {
			if strings.HasSuffix(e.Request.URL, "/mcp") && e.Request.Header.Get("Authorization") != "" {
				presented++
			}
		}
		if tokens := s.countPaths(http.MethodPost, "/token"); tokens == 0 || (presented > 0) != (bearer == "") {
			t.Errorf("%q: %d token requests, %d presented tokens", bearer, tokens, presented)
		}
	}
}

// The client_id at the token endpoint is the one that was issued, or not.
func TestTheClientIDAtTheTokenEndpoint(t *testing.T) {
	t.Parallel()
	for choice, status := range map[TokenClientID]clients.Status{"": clients.OK, ForeignClientID: clients.Failed} {
		s := visit(t, named(t, "reference"), func(b *Behaviour) { b.TokenAuth.ClientID = choice }, func(s *stage) {
			if o := s.session.Connect(t.Context()); o.Status != status {
				t.Errorf("%q: %s %s, want %s", choice, o.Status, o.Words, status)
			}
		})
		asked, sent := "", ""
		for _, e := range s.world.Recorder.Snapshot().Exchanges {
			u, err := url.Parse(e.Request.URL)
			if err != nil {
				t.Fatal(err)
			}
			if id := u.Query().Get("client_id"); id != "" {
				asked = id
			}
			if form, err := url.ParseQuery(e.Request.Body.Text); err == nil && strings.HasSuffix(u.Path, "/token") {
				sent = form.Get("client_id")
			}
		}
		if (asked == sent) != (choice == "") {
			t.Errorf("%q: %q asked for authorization, %q for tokens", choice, asked, sent)
		}
	}
}

// Deployments that are no columns show each an oddity of servers; the conformant
// client ends there as the specification has it.
func TestOddDeployments(t *testing.T) {
	t.Parallel()
	all, err := deployment.LoadDir("../../scenarios/testdata/deployments")
	if err != nil {
		t.Fatal(err)
	}
	breaks := map[string]string{ // and the words with which it does
		"document-host-down":          "authorization response",
		"expires-in-string":           "not a token response",
		"issuer-is-the-origin":        "issuer",
		"login-page":                  "",
		"metadata-page":               "not protected resource metadata",
		"prm-without-resource":        "resource",
		"registered-redirect-refused": "",
		"registration-error-message":  "the server answers 403",
		"registration-error-text":     "the server answers 403",
		"registration-fails":          "the server answers 500",
	}
	for _, d := range all {
		t.Run(d.ID, func(t *testing.T) {
			t.Parallel()
			words, isBroken := breaks[d.ID]
			s := enter(t, find(t, "conformant"), d)
			o := s.session.Connect(t.Context())
			if o.Status == clients.OK {
				o = s.call(t, "echo")
			}
			if (o.Status != clients.OK) != isBroken || !strings.Contains(o.Words, words) {
				t.Errorf("%s: %s", o.Status, o.Words)
			}
			if err := s.session.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
