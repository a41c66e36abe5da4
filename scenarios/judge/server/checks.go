// Package server holds the checks of what an authorization server and an MCP
// server must do: those that the recording of any client shows, and those that
// need a prober.
package server

import (
	"slices"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
)

// Checks returns every check of the servers that the recording of a client can
// show.
func Checks() []check.Check {
	return slices.Concat(
		discoveryChecks(), metadataChecks(), metadataDocumentChecks(), registrationChecks(), pkceChecks(), authorizeChecks(),
		redirectChecks(), issuerChecks(), tokenServerChecks(), refreshChecks(), callServerChecks(), stepUpChecks(),
		AnswerChecks(),
	)
}

// AnswerChecks are those of Checks that judge the answers of servers as the prober
// does: metadata, registrations, authorization responses, tokens and challenges.
func AnswerChecks() []check.Check {
	return slices.Concat(
		serverErrorChecks(), metadataMemberChecks(), challengeAnswerChecks(), registrationAnswerChecks(), issuerKeptChecks(),
		authorizeAnswerChecks(), documentAnswerChecks(), tokenAnswerChecks(), clientAuthenticationChecks(), refreshAnswerChecks(),
		accessAnswerChecks(),
	)
}

// ProbeChecks returns the checks that need a recording of the prober, in the
// order of the doors. Each has the name of its probe, with the particular
// behaviour after it where one probe serves several checks.
func ProbeChecks() []check.Check {
	return slices.Concat(
		probedDiscovery(), probedRegistration(), probedAuthorization(), probedRedirects(), probedDocuments(),
		probedProxies(), probedCORS(), probedCodes(), probedTokens(), probedRefresh(), probedAccess(), probedProofs(),
	)
}
