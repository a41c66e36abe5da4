package real_test

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
)

func TestGemini(t *testing.T) { //nolint:tparallel // a port that is registered by hand is shared
	t.Parallel()
	c := released(t, "gemini-cli")
	// With a token that is rejected before its time it registers once more, without
	// a redirect URI or a grant type, and gets beyond that only by hand.
	stuck := account{clients.Failed, "InvalidClientMetadataError"}
	examine(t, c, expectation{
		callback:    c.Registration().RedirectURIs[0],
		expired:     stuck,
		stepUp:      stuck,
		forgetful:   true, // the user logs in by hand
		revoked:     stuck,
		denied:      account{clients.Failed, "access_denied"},
		wrongIssuer: account{clients.Refused, "mix-up"},
	})
}
