// Package requirement is the law book: one row per normative sentence that an
// MCP client, authorization server or MCP server must obey, read from YAML,
// one file per source document.
//
// It is a leaf. The one invariant: every row names its source and either the
// checks that judge it or the reason why the wire cannot show it.
//
// docs/requirements.md is made from the rows by go generate.
package requirement

//go:generate go run ./internal/page -out ../../docs/requirements.md
