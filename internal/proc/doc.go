// Package proc runs a released program the way a test must: from a list of
// arguments (never through a shell), with a home directory and an environment
// of its own, in a process group of its own, with bounded output, memory and
// files, and an end.
//
// The one invariant: when [Process.Close] has returned, nothing of the process
// group runs any more and every descriptor is closed, however the program
// behaved. On Linux that includes what has left the group, and the program dies
// with this process when that is killed; what it had started by then is found by
// its home (see [KillHome]).
package proc
