// Package client holds the checks of what an MCP client must do.
//
// Each is a pure function of what was read from a recording. It says what must
// have been seen before it may speak: what was not seen is never a breach.
package client

import (
	"slices"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
)

// Checks returns every check of a client.
func Checks() []check.Check {
	return slices.Concat(
		discoveryChecks(), metadataChecks(), networkChecks(), ownServerChecks(), registrationChecks(), registrationURIChecks(),
		metadataDocumentChecks(), pkceChecks(), authorizeChecks(), redirectChecks(), issuerChecks(), tokenChecks(),
		callChecks(), stepUpChecks(), refreshChecks(), errorChecks(), persistenceChecks(), sessionChecks(),
		moreRequestChecks(), robustnessChecks(), presentedChecks(), keptChecks(), clientIDChecks(), authMethodChecks(),
		endpointChecks(), requestFormChecks(), onceChecks(), resourceChecks(), narrowChecks(),
	)
}
