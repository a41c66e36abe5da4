package real_test

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
)

func TestQwen(t *testing.T) { //nolint:tparallel // it listens on one port only
	t.Parallel()
	examine(t, released(t, "qwen-code"), expectation{
		callback: "http://localhost:7777/oauth/callback",
		// It drops a server that rejects its token, and refreshes by the clock only.
		expired: account{clients.Failed, "may have completed before the connection failed"},
		// It asks for all scopes at once.
		stepUp:  succeeds(),
		revoked: account{clients.Failed, "may have completed before the connection failed"},
		denied:  account{clients.Failed, "denied"},
		// It does not look at the parameter iss.
		wrongIssuer: succeeds(),
	})
}
