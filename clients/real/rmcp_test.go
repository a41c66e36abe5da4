package real_test

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
)

func TestRMCP(t *testing.T) { //nolint:tparallel // a port that is registered by hand is shared
	t.Parallel()
	c := released(t, "rmcp")
	examine(t, c, expectation{
		callback:  c.Registration().RedirectURIs[0],
		expired:   succeeds(),
		stepUp:    succeeds(),
		revoked:   succeeds(),
		forgetful: true, loginsForRevoked: 1,
		denied:      account{clients.Failed, "access_denied"},
		wrongIssuer: account{clients.Refused, "issuer mismatch"},
	})
}
