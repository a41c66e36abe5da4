// Package quirk holds the one table of settings in which clients, servers and
// deployments can differ from the conformant default, and sets them by the
// names that people read.
//
// The one invariant: a field of a settings struct and a row of the table in
// vocabulary/ belong together. The row alone says what the setting is, which
// words it takes and what each of them means; a struct with a field that has no
// row cannot be listed, set or checked.
package quirk
