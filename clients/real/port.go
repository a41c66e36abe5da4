//go:build unix

package real

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"sync"
	"syscall"

	"github.com/mcpcompat/mcpcompat/clients"
)

// portLease is a loopback port to which all sessions have to come back that share
// it. Sessions with one MCP server share it, as they would on one person's machine;
// sessions with another one wait, since they belong to another person.
//
// A port that is not fixed is one that nobody listened on when it was chosen, and
// this process listens on it itself until a session takes it over, and again after
// the last one, so that nobody else gets it meanwhile.
type portLease struct {
	// name spreads the choice, so that processes and clients side by side mostly
	// look for a port at different places.
	name string
	// fixed says that the program always listens on this port, so that other
	// processes have to be kept away while it is leased.
	fixed bool
	// file is locked for that; "" means one in the cache folder.
	file string
	// cache is that folder; "" means cache.Dir.
	cache string
	// passing says that the port need not be the same after the last holder, and
	// is not held for the next.
	passing bool

	mu      sync.Mutex
	number  int          // 0 until it was chosen
	held    net.Listener // nil while it is in the hands of a session, or fixed
	holder  string
	holders int
	free    chan struct{} // closed when the last holder gives it back
	lock    *os.File      // the locked file, nil for none
}

// The ports for callbacks lie below the range from which systems hand out free
// ports: otherwise any connection of any program could be given one of them between
// two logins.
const firstPort, ports = 10000, 20000

func newPortLease(name string) *portLease { return &portLease{name: name} }

// port is the number, for what an operator registers and a program is configured
// with.
func (l *portLease) port() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.number == 0 {
		l.number, l.held = freePort(l.name)
	}
	return l.number
}

// freePort finds a port that nobody listens on, and listens there. Where there is
// none, the number is one of theirs, and the program will say that it is taken.
func freePort(name string) (int, net.Listener) {
	h := fnv.New32a()
	_, _ = io.WriteString(h, name+strconv.Itoa(os.Getpid())) // a hash never fails
	first := int(h.Sum32() % ports)
	for i := range ports {
		number := firstPort + (first+i)%ports
		if held, err := listenAt(number); err == nil {
			return number, held
		}
	}
	return firstPort + first, nil
}

// listenAt listens where programs do: on both loopback addresses if there are two.
func listenAt(number int) (net.Listener, error) {
	// What "localhost" means to a program may be either.
	six, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv6loopback, Port: number})
	if err == nil {
		_ = six.Close() // it only shows that nobody else is there
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, err
	}
	four, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: number})
	if err != nil {
		return nil, err // and no listener that is nil
	}
	return four, nil
}

// handOver lets a session listen on the port.
func (l *portLease) handOver() {
	if l.held != nil {
		_ = l.held.Close() // nobody was to connect
		l.held = nil
	}
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
			l.handOver()
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
		if !l.fixed && !l.passing && l.number != 0 {
			// Where somebody has been quicker, the next session will hear of it.
			l.held, _ = listenAt(l.number)
		}
		if l.passing {
			l.number = 0
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
	if port.fixed && port.othersHold(s.facts.PortsInUse) {
		s.blocked = blockedPort(port.number)
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

// othersHold reports whether a program of somebody else listens on a fixed port that
// has just been leased. Sessions that share it listen there themselves, and a port
// that is said to be in use is held on purpose.
func (l *portLease) othersHold(saidToBeInUse []int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.holders > 1 || slices.Contains(saidToBeInUse, l.number) {
		return false
	}
	held, err := listenAt(l.number)
	if err == nil {
		_ = held.Close() // the program comes now
	}
	return errors.Is(err, syscall.EADDRINUSE)
}

// passingPorts are leases for sessions with one MCP server each, by its URL.
type passingPorts struct {
	mu     sync.Mutex
	leases map[string]*portLease
}

// of is the lease of the sessions with that MCP server.
func (p *passingPorts) of(mcpURL string) *portLease {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.leases[mcpURL]
	if l == nil {
		if p.leases == nil {
			p.leases = map[string]*portLease{}
		}
		l = newPortLease(mcpURL)
		l.passing = true
		p.leases[mcpURL] = l
	}
	return l
}
