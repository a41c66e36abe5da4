package real_test

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
)

func TestClaudeCode(t *testing.T) { //nolint:tparallel // a port that is registered by hand is shared
	t.Parallel()
	c := released(t, "claude-code")
	examine(t, c, expectation{
		callback: c.Registration().RedirectURIs[0],
		expired:  succeeds(),
		stepUp:   succeeds(),
		revoked:  succeeds(), loginsForRevoked: 1,
		denied:      account{clients.Failed, "access_denied"},
		wrongIssuer: account{status: clients.Refused},
		refuses:     []string{"hostile-foreign-resource"},
	})
}
