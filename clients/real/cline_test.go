package real_test

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
)

func TestCline(t *testing.T) { //nolint:tparallel // it listens on one port only
	t.Parallel()
	examine(t, released(t, "cline"), expectation{
		callback: "http://127.0.0.1:1456/mcp/oauth/callback",
		expired:  succeeds(),
		stepUp:   account{clients.Failed, "upscoping"},
		revoked:  account{status: clients.Failed},
		denied:   account{clients.Failed, "denied"},
		// It does not look at the parameter iss.
		wrongIssuer: succeeds(),
	})
}
