package real_test

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
)

func TestCopilot(t *testing.T) { //nolint:tparallel // a port that is registered by hand is shared
	t.Parallel()
	c := released(t, "copilot-cli")
	examine(t, c, expectation{
		callback: c.Registration().RedirectURIs[0],
		expired:  succeeds(),
		stepUp:   account{status: clients.Failed},
		revoked:  succeeds(), loginsForRevoked: 1,
		denied: account{clients.Failed, "the user denied the request"},
		// It does not look at the parameter iss.
		wrongIssuer: succeeds(),
		refuses:     []string{"hostile-foreign-issuer"},
	})
}
