// Package variation varies from a seed what specifications leave open: the
// order and the spacing of JSON, members that nobody knows, the forms of a
// challenge, paths.
//
// The one invariant: a seed always answers the same question alike, and the
// seeds 0 and 1 leave everything in its plain form, which is what accepted
// results and recordings were made with.
package variation
