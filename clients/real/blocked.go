//go:build unix

package real

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
)

// errBlocked is wrapped when something of this machine, and not the program, kept
// an attempt from going on.
var errBlocked = errors.New("this machine stands in the way")

var (
	// takenWords are the words with which runtimes and programs say that somebody
	// else listens where they want to: libuv, POSIX, Rust and Go, Python.
	takenWords = regexp.MustCompile(`(?i)EADDRINUSE|address (is )?already in use|\[Errno (48|98)\]` +
		`|\bport \S+ (is )?(already )?(in use|taken|occupied)` +
		`|(could not|cannot|can't|failed to|unable to) (start|bind|open)\b.*callback (server|listener|port)`)
	// elsewhereWords say that the program goes on at another port.
	elsewhereWords = regexp.MustCompile(`(?i)\b(using|trying|falling back|fall back|instead|next port|another port|random port)\b`)
	// portNumbers are the numbers of ports in such a line.
	portNumbers = regexp.MustCompile(`\b\d{4,5}\b`)
)

// portTaken returns the line in which the program says that a port is taken on
// which it cannot do without, "" for none. A port that is said to be in use is a
// circumstance of the attempt: what the program makes of that is its own doing.
func (b *sandbox) portTaken(answer, said []string) string {
	for _, line := range slices.Concat(answer, said) {
		if takenWords.MatchString(line) && !elsewhereWords.MatchString(line) && !b.saidToBeInUse(line) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// saidToBeInUse reports whether a line is about a port of the facts. A line without
// a number is, if there is any.
func (b *sandbox) saidToBeInUse(line string) bool {
	numbers := portNumbers.FindAllString(line, -1)
	if len(numbers) == 0 {
		return len(b.facts.PortsInUse) > 0
	}
	return slices.ContainsFunc(b.facts.PortsInUse, func(port int) bool {
		return slices.Contains(numbers, strconv.Itoa(port))
	})
}

// blockedPort is the error of a port that a program always listens on, and that a
// program of somebody else holds.
func blockedPort(number int) error {
	return fmt.Errorf("%w: another program holds port %d, which this program cannot do without", errBlocked, number)
}

// hindered tells what is the program's own failure from what kept it from
// succeeding, and adds why.
func (b *sandbox) hindered(err error, answer, said []string) (status clients.Status, more string) {
	port := b.portTaken(answer, said)
	switch {
	case errors.Is(err, errBlocked):
		return clients.Blocked, ""
	case port != "":
		return clients.Blocked, "another program of this machine holds a port that it needs: " + port
	case errors.Is(err, errHang):
		return clients.TimedOut, ""
	}
	return clients.Failed, ""
}
