package real

import (
	"context"
	"os"
	"sync"
)

// portLease is a loopback port that is registered for a program by hand, so
// that all its sessions have to come back to it. Sessions with one MCP server
// share it, as they would on one person's machine; sessions with another one
// wait, since they belong to another person.
type portLease struct {
	number int

	mu      sync.Mutex
	holder  string
	holders int
	free    chan struct{} // closed when the last holder gives it back
}

// newPortLease chooses a port by the process id: below the range from which
// systems hand out free ports, and another one for processes side by side.
func newPortLease() *portLease {
	const first, count = 10000, 20000
	return &portLease{number: first + os.Getpid()%count}
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
			l.mu.Unlock()
			return nil
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
		close(l.free)
	}
}
