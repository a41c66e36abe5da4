package real_test

import (
	"slices"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	"github.com/mcpcompat/mcpcompat/fixtures"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/fixtures/embedded"
)

// A client secret of the operator's gets to the token endpoint, and without it
// there is no token.
func TestClientSecretsAreUsed(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"claude-code", "codex", "copilot-cli", "mcp-inspector"} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			c := released(t, id)
			w := confidential(t, c)
			ctx := limited(t)
			bare, _ := start(t, c, w, clients.Facts{Credentials: &clients.Credentials{ClientID: "by-hand"}})
			if out := bare.Connect(ctx); out.Status == clients.OK {
				t.Error("it connected without the secret")
			}
			if err := bare.Close(); err != nil { // the port is needed again
				t.Fatal(err)
			}
			s, _ := start(t, c, w, clients.Facts{Credentials: &clients.Credentials{ClientID: "by-hand", ClientSecret: "a-secret-of-the-operator"}})
			wantOK(t, "connect", s.Connect(ctx))
			wantOK(t, "call without arguments", s.Call(ctx, "whoami", nil))
		})
	}
}

// confidential opens a World at which the client is registered with a secret.
func confidential(t *testing.T, c clients.Client) *fixtures.World {
	t.Helper()
	all, err := deployment.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	o := embedded.Options{Registered: []fixtures.RegisteredClient{{
		ClientID: "by-hand", ClientSecret: "a-secret-of-the-operator", AuthMethod: "client_secret_basic",
		RedirectURIs: c.Registration().RedirectURIs,
	}}}
	if o.Documents, err = documents.All(); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(d deployment.Deployment) bool { return d.ID == "pre-registered-only" })
	w, err := embedded.Start(t.Context(), all[i], o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}
