// Package judge reads a recording and says what was right and wrong in it.
//
// Everything here is a pure function of the recording and the law book: no
// server, no client, no clock and no file is touched, so the same judge serves
// emulated clients, released programs, a person with a desktop program, a HAR
// file from a bug report, and a stored run judged again years later.
//
// The one invariant: silence never passes. A check that has not seen what it
// needs answers "untested", and a scenario is green only when it reached its
// goal and every check that it promised has spoken.
package judge
