// Package patience says when somebody has been waited for long enough, in time
// that the machine had for them and not in seconds of a busy machine.
//
// The one invariant: nobody is given up because the machine was busy. Two things
// see to that:
//
//   - The clock is fair. A second counts in full only where every program that
//     could run had a processor to itself; where twenty share two processors, it
//     counts for a tenth, which is what each of them got. Time in which this
//     process itself was not woken does not count at all. So a wait that is long
//     enough for a program on an idle machine is long enough for it on any.
//   - Progress begins the wait anew, up to a bound in all, which is measured by the
//     same clock.
//
// The clock looks at the number of runnable threads of the machine (proc(5),
// /proc/loadavg, fourth field), which takes one read of one line and covers the
// program, what it has started, and the servers in this process that it waits for.
// The processor time of a program would not do: a hang that polls uses some, and a
// program that waits for a slow server uses none. Where there is no such file, only
// the time counts in which this process was woken.
//
// Nothing is looked at before the first beat, a quarter of a second at most: what
// ends sooner pays for one timer.
package patience
