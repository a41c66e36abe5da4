package real_test

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
)

func TestFastMCP(t *testing.T) { //nolint:tparallel // a port that is registered by hand is shared
	t.Parallel()
	c := lineOf(t, "fastmcp", "4.")
	examine(t, c, expectation{
		callback: c.Registration().RedirectURIs[0],
		// It is the SDK that looks at an expired token and does not refresh.
		expired:   succeeds(),
		stepUp:    succeeds(),
		revoked:   succeeds(),
		forgetful: true, loginsForRevoked: 1,
		denied:      account{clients.Failed, "Access was denied by the authorization server"},
		wrongIssuer: account{clients.Refused, "iss mismatch"},
	})
}
