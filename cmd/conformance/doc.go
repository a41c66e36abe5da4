// Command conformance has the official conformance suite
// (@modelcontextprotocol/conformance) examine this project: its conformant
// client through mcpcompat drive, its reference MCP server and its reference
// authorization server. It writes the scoreboard to docs/conformance.md.
//
//	make conformance
//	make conformance-real
//
// The second has it examine the released clients instead, and writes their part
// of the document. What they fail is a result.
//
// The one invariant: nothing counts as green in which the suite checked
// nothing, and nothing that is not green goes without a reason; a reason that
// no longer applies is an error.
//
// Exit codes: 0 all that applies is green, 1 something is not or a reason is
// out of date, 2 the suite could not be run. A released client that fails is no 1.
package main
