//go:build unix

package cache

import (
	"context"
	"fmt"
	"os"
	"syscall"
)

// lock waits until no other process holds the file. The kernel lets go of it
// when its holder dies, so that no stale lock can remain.
func lock(ctx context.Context, name string) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	locked := make(chan error)
	go func() {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		select {
		case locked <- err:
		case <-ctx.Done():
			f.Close() // nobody waits any more
		}
	}()
	select {
	case err := <-locked:
		if err != nil {
			f.Close()
			return nil, fmt.Errorf("locking %s: %w", name, err)
		}
		return func() { f.Close() }, nil
	case <-ctx.Done():
		// The call cannot be interrupted; it ends with the other installation.
		return nil, fmt.Errorf("waiting for another installation (%s): %w", name, ctx.Err())
	}
}
