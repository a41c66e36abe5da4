// Package quirk enumerates the fields of a settings struct and sets them one
// by one, by the names and sentences that people read.
//
// The one invariant: the struct is the single source. Names come from its yaml
// tags, sentences from the doc comments in its own (embedded) source, allowed
// values from the constants of a field's type, so nothing can be listed that
// cannot be set, and nothing can be set that is not documented.
package quirk
