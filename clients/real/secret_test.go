package real_test

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures"
)

// A client secret of the operator's gets to the token endpoint, and without it
// there is no token.
func TestClientSecretsAreUsed(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"claude-code", "codex", "copilot-cli", "mcp-inspector"} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			c := released(t, id)
			w := open(t, deploymentOf(t, "pre-registered-only"), fixtures.RegisteredClient{
				ClientID: "by-hand", ClientSecret: "a-secret-of-the-operator", AuthMethod: "client_secret_basic",
				RedirectURIs: c.Registration().RedirectURIs,
			})
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
