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
		// It asks for the missing scope alone, and the new token, which replaces
		// the old one, is too little again; so it needs a login after the restart.
		stepUp: account{clients.Failed, "Canceled"}, forgetful: true,
		revoked: succeeds(), loginsForRevoked: 1,
		denied: account{clients.Failed, "the user denied the request"},
		// It does not look at the issuer of the response.
		wrongIssuer: succeeds(),
	})
}
