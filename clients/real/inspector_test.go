package real_test

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
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
