// Package mutation tests the judge: it breaks recordings of released clients
// on purpose, one rule at a time, and varies them in ways that break none.
//
// The one invariant: an operator breaks the rows of the law book that it names,
// at the exchanges that it names, and a variation breaks nothing. Neither knows
// how the judge works: they read recordings by themselves.
package mutation
