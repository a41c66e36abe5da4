package real_test

import (
	"slices"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	programs "github.com/mcpcompat/mcpcompat/clients/real"
)

func TestInspector(t *testing.T) { //nolint:tparallel // it listens on one port only
	t.Parallel()
	examine(t, released(t, "mcp-inspector"), expectation{
		callback: "http://127.0.0.1:6276/oauth/callback",
		expired:  succeeds(),
		// It asks for all scopes at once.
		stepUp:  succeeds(),
		revoked: succeeds(), loginsForRevoked: 1,
		denied:      account{clients.Failed, "the user denied the request"},
		wrongIssuer: account{status: clients.Refused},
	})
}

func TestInspectorWeb(t *testing.T) { //nolint:tparallel // it listens on one port only
	t.Parallel()
	all := programs.All(optionsOf(t))
	i := slices.IndexFunc(all, func(c clients.Client) bool { return c.Identity().String() == "mcp-inspector@2.12.0+web" })
	if i < 0 {
		t.Fatal("no adapter for the web form")
	}
	examine(t, present(t, all[i]), expectation{
		expired: succeeds(),
		stepUp:  succeeds(),
		revoked: succeeds(), loginsForRevoked: 1,
		denied:      account{clients.Failed, "the user denied the request"},
		wrongIssuer: account{status: clients.Refused},
	})
}
