package real_test

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
)

func TestOpencode(t *testing.T) { //nolint:tparallel // it listens on one port only
	t.Parallel()
	examine(t, released(t, "opencode"), expectation{
		callback:      "http://127.0.0.1:19876/mcp/oauth/callback",
		registrations: 2,
		expired:       succeeds(),
		stepUp:        account{clients.Failed, "upscoping"},
		revoked:       account{clients.Failed, "Unauthorized"},
		denied:        account{clients.Failed, "denied"},
		// It does not look at the parameter iss.
		wrongIssuer: succeeds(),
	})
}
