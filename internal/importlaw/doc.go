// Package importlaw holds the law of imports: which package of this project may
// know which other, and which package alone may know a given module. It has no
// code to import, only tests.
//
// The one invariant: every package of the project falls under exactly one
// article, and every article says why.
package importlaw
