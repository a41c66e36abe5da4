package real_test

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
)

func TestCodex(t *testing.T) { //nolint:tparallel // a port that is registered by hand is shared
	t.Parallel()
	c := released(t, "codex")
	examine(t, c, expectation{
		callback: c.Registration().RedirectURIs[0],
		expired:  succeeds(),
		stepUp:   account{status: clients.Failed},
		revoked:  succeeds(), loginsForRevoked: 1,
		denied:      account{clients.Failed, "OAuth"},
		wrongIssuer: account{status: clients.Refused},
		refuses:     []string{"hostile-foreign-resource", "hostile-foreign-issuer"},
	})
}
