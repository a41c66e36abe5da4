// Package check says what a check is: one requirement of the law book, judged
// from what was read of a recording.
package check
