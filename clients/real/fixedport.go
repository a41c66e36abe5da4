//go:build unix

package real

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// lockInterval is how often a port is asked for that another process leases.
// There is no event for that.
const lockInterval = 50 * time.Millisecond

// fixedPort leases a port that a program always listens on, so that sessions
// with different servers have to take turns, in other processes as well.
func fixedPort(number int) *portLease {
	return &portLease{number: number, file: filepath.Join(os.TempDir(), fmt.Sprintf("mcpcompat-port-%d.lock", number))}
}

// excludeOthers waits until no other process leases the port. The kernel lets go
// of the file when its holder dies, so that no stale lock can remain.
func (l *portLease) excludeOthers(ctx context.Context) error {
	f, err := os.OpenFile(l.file, os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
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
			return fmt.Errorf("locking %s: %w", l.file, err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			f.Close()
			return ctx.Err()
		}
	}
}
