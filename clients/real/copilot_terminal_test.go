package real_test

import (
	"slices"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	programs "github.com/mcpcompat/mcpcompat/clients/real"
)

func TestCopilotTerminal(t *testing.T) { //nolint:tparallel // a port that is registered by hand is shared
	t.Parallel()
	all := programs.All(optionsOf(t))
	i := slices.IndexFunc(all, func(c clients.Client) bool { return c.Identity().String() == "copilot-cli@1.0.102" })
	if i < 0 {
		t.Fatal("no adapter for the terminal interface")
	}
	c := present(t, all[i])
	examine(t, c, expectation{
		callback: c.Registration().RedirectURIs[0],
		expired:  succeeds(),
		// It asks for the union, by itself.
		stepUp:           succeeds(),
		revoked:          succeeds(),
		loginsForRevoked: 1,
		denied:           account{clients.Failed, "the user denied the request"},
		// It does not look at the parameter iss.
		wrongIssuer: succeeds(),
	})
}
