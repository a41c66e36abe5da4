// Package real drives released programs: one adapter per program, each of them
// a [clients.Client] that tells the program what a user would, and reports what
// the program itself said.
//
// The one invariant: a program sees a home directory of its own and a browser
// of ours, nothing of the person's, and nothing of it is left when its session
// is closed.
//
// What is the same for all programs: a release is found or installed (release), a
// session sees a sandbox of its own (sandbox), an adapter's driver connects and
// calls (session), and whatever goes wrong is an outcome in the program's words
// (outcome). A driver talks JSON-RPC (peer), another protocol, or just runs the
// program to its end (sandbox.run).
//
// How long a program is waited for: for as long as something is seen of it (lines for
// people, pages in its browser, requests at the servers), and for a quiet time after
// that, on the fair clock of package patience. Then the account is timed-out, which
// says nothing about the program; what a program states itself is its own. A login is
// over when the program says so, or when neither it nor a server has anything to do
// any more. A port that a program of somebody else holds makes the account blocked,
// unless the attempt is about just that.
//
// How a program opens a browser: every program is given a shim, under the names
// by which programs look for one and as BROWSER. The shim is a script of one
// line that writes its first argument into a named pipe which this process
// reads. That needs no compiler, no second program and no waiting loop, and
// works under go test, where the running binary is not ours to start again.
package real
