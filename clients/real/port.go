//go:build unix

package real

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"strconv"
	"sync"

	"github.com/mcpcompat/mcpcompat/clients"
)

// portLease is a loopback port that is registered for a program by hand, so
// that all its sessions have to come back to it. Sessions with one MCP server
// share it, as they would on one person's machine; sessions with another one
// wait, since they belong to another person.
type portLease struct {
	number int
	// fixed says that other processes want the port, too, and have to be kept
	// away while it is leased.
	fixed bool
	// file is locked for that; "" means one in the cache folder.
	file string
	// cache is that folder; "" means cache.Dir.
	cache string

	mu      sync.Mutex
	holder  string
	holders int
	free    chan struct{} // closed when the last holder gives it back
	lock    *os.File      // the locked file, nil for none
}

// The ports for callbacks lie below the range from which systems hand out free
// ports.
const firstPort, ports = 10000, 20000

// newPortLease chooses a port by the process id, another one for processes side
// by side, and for clients of other names.
func newPortLease(name string) *portLease { return &portLease{number: portFor(name)} }

// portFor is a port for what has that name in this process: with the URL of an
// MCP server, the callback port of mcp-remote's sessions with it. Left alone, the
// program derives a port from a hash of the URL, which mostly falls into the
// range of free ports: where another program holds it at that moment, the
// program listens on the next one and may still send the browser to the first.
func portFor(name string) int {
	h := fnv.New32a()
	_, _ = io.WriteString(h, name+strconv.Itoa(os.Getpid())) // a hash never fails
	return firstPort + int(h.Sum32()%ports)
}

func (l *portLease) take(ctx context.Context, holder string) error {
	for {
		l.mu.Lock()
		if l.holders == 0 || l.holder == holder {
			if l.holders == 0 {
				l.free = make(chan struct{})
			}
			l.holder = holder
			l.holders++
			first := l.holders == 1
			l.mu.Unlock()
			if !first || !l.fixed {
				return nil
			}
			err := l.excludeOthers(ctx)
			if err != nil {
				l.giveBack(holder)
			}
			return err
		}
		free := l.free
		l.mu.Unlock()
		select {
		case <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (l *portLease) giveBack(holder string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.holder != holder || l.holders == 0 {
		return
	}
	if l.holders--; l.holders == 0 {
		if l.lock != nil {
			l.lock.Close()
			l.lock = nil
		}
		close(l.free)
	}
}

// leased takes the port for a session, which gives it back when it is closed.
// The session is closed where that fails.
func leased(ctx context.Context, port *portLease, s *session) (clients.Session, error) {
	holder := s.facts.MCPURL
	if err := port.take(ctx, holder); err != nil {
		return nil, s.abandon(fmt.Errorf("waiting for its callback port: %w", err))
	}
	before := s.release
	s.release = func() {
		port.giveBack(holder)
		if before != nil {
			before()
		}
	}
	return s, nil
}
