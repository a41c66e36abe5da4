package real_test

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
)

func TestVSCode(t *testing.T) { //nolint:tparallel // one VS Code at a time is heavy enough
	t.Parallel()
	examine(t, released(t, "vscode"), expectation{
		callback: "https://vscode.dev/redirect",
		expired:  succeeds(),
		stepUp:   succeeds(),
		revoked:  succeeds(), loginsForRevoked: 1,
		denied: account{clients.Failed, "denied"},
		// It does not look at the issuer of the response.
		wrongIssuer: succeeds(),
	})
}
