package patience

import (
	"bytes"
	"os"
	"runtime"
	"strconv"
)

// least keeps a wait from lasting for ever on a machine that has gone mad.
const least = 1.0 / 64

// share is how much of a processor each thread can have that could run now.
func share() float64 {
	line, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 1
	}
	return shareOf(line, runtime.NumCPU())
}

// shareOf reads "0.20 0.18 0.12 3/80 11206": three averages, the threads that can
// run and all there are, and a process id.
func shareOf(loadavg []byte, processors int) float64 {
	const threads = 3
	fields := bytes.Fields(loadavg)
	if len(fields) <= threads {
		return 1
	}
	number, _, _ := bytes.Cut(fields[threads], []byte("/"))
	runnable, err := strconv.Atoi(string(number))
	if err != nil || runnable <= processors {
		return 1
	}
	return max(least, float64(processors)/float64(runnable))
}
