package real_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	programs "github.com/mcpcompat/mcpcompat/clients/real"
)

// lineOf returns the line of an SDK whose versions begin like that.
func lineOf(t *testing.T, id, major string) clients.Client {
	t.Helper()
	all := slices.DeleteFunc(programs.All(optionsOf(t)), func(c clients.Client) bool {
		i := c.Identity()
		return i.ID != id || !strings.HasPrefix(i.Version, major)
	})
	if len(all) != 1 {
		t.Fatalf("%d adapters", len(all))
	}
	return present(t, all[0])
}

func TestTypeScriptSDKVersion1(t *testing.T) { //nolint:tparallel // a port that is registered by hand is shared
	t.Parallel()
	c := lineOf(t, "typescript-sdk", "1.")
	examine(t, c, expectation{
		callback: c.Registration().RedirectURIs[0],
		expired:  succeeds(),
		stepUp:   account{clients.Failed, "upscoping"},
		// The provider of the example does not forget what has become invalid.
		revoked:   account{clients.Failed, "InvalidGrantError"},
		forgetful: true,
		denied:    account{clients.Failed, "access_denied"},
		// It does not look at the parameter iss.
		wrongIssuer: succeeds(),
	})
}

func TestTypeScriptSDKVersion2(t *testing.T) { //nolint:tparallel // a port that is registered by hand is shared
	t.Parallel()
	c := lineOf(t, "typescript-sdk", "2.")
	examine(t, c, expectation{
		callback:  c.Registration().RedirectURIs[0],
		expired:   succeeds(),
		stepUp:    succeeds(),
		revoked:   succeeds(),
		forgetful: true, loginsForRevoked: 1,
		denied:      account{clients.Failed, "access_denied"},
		wrongIssuer: account{clients.Refused, "IssuerMismatchError"},
	})
}
