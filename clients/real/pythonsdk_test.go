package real_test

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
)

func TestPythonSDKVersion1(t *testing.T) { //nolint:tparallel // a port that is registered by hand is shared
	t.Parallel()
	c := lineOf(t, "python-sdk", "1.")
	examine(t, c, expectation{
		callback: c.Registration().RedirectURIs[0],
		expired:  succeeds(),
		// It asks for the scope of the challenge alone, and so loses what is needed
		// for the call itself.
		stepUp:    account{clients.Failed, "403 Forbidden"},
		revoked:   succeeds(),
		forgetful: true, loginsForRevoked: 1,
		denied: account{clients.Failed, "access_denied"},
		// It does not look at the parameter iss.
		wrongIssuer: succeeds(),
	})
}

func TestPythonSDKVersion2(t *testing.T) { //nolint:tparallel // a port that is registered by hand is shared
	t.Parallel()
	c := lineOf(t, "python-sdk", "2.")
	examine(t, c, expectation{
		callback:  c.Registration().RedirectURIs[0],
		expired:   succeeds(),
		stepUp:    succeeds(),
		revoked:   succeeds(),
		forgetful: true, loginsForRevoked: 1,
		denied:      account{clients.Failed, "access_denied"},
		wrongIssuer: account{clients.Refused, "iss mismatch"},
	})
}
