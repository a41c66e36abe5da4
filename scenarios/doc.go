// Package scenarios attempts things with a client at a deployment and has the
// judge read what happened.
//
// A cell is run by a plain function on plain values, so that the command line,
// the Ginkgo suite and a unit test all run the very same thing. Nothing in here
// knows an expected result: what a cell should be is compared afterwards, by
// whoever asked for it.
package scenarios
