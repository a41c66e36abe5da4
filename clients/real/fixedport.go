//go:build unix

package real

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/mcpcompat/mcpcompat/internal/cache"
)

// lockInterval is how often a port is asked for that another process leases.
// There is no event for that.
const lockInterval = 50 * time.Millisecond

// fixedPort leases a port that a program always listens on, so that sessions
// with different servers have to take turns, in other processes as well.
func fixedPort(r *release, number int) *portLease {
	return &portLease{number: number, fixed: true, cache: r.options.Cache}
}

// excludeOthers waits until no other process leases the port. It locks a file of
// the cache, which stays there: the kernel lets go of it when its holder dies, so
// that no stale lock can remain.
func (l *portLease) excludeOthers(ctx context.Context) error {
	file, err := l.lockFile()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return err
	}
	tick := time.NewTicker(lockInterval)
	defer tick.Stop()
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			l.lock = f
			return nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			f.Close()
			return fmt.Errorf("locking %s: %w", file, err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			f.Close()
			return ctx.Err()
		}
	}
}

func (l *portLease) lockFile() (string, error) {
	if l.file != "" {
		return l.file, nil
	}
	dir := l.cache
	if dir == "" {
		var err error
		if dir, err = cache.Dir(); err != nil {
			return "", err
		}
	}
	file := filepath.Join(dir, "ports", strconv.Itoa(l.number)+".lock")
	return file, os.MkdirAll(filepath.Dir(file), 0o750)
}
