// Package emulated plays any MCP client from a profile: one policy engine, and
// a YAML file per client that says where the client differs from the letter of
// revision 2026-07-28.
//
// The one invariant: the zero value of every field of [Behaviour] conforms, so
// a profile is a list of documented differences, each with evidence, and the
// engine knows no client by name.
package emulated
