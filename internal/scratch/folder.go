//go:build unix

package scratch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/mcpcompat/mcpcompat/internal/proc"
)

const (
	// prefix begins the names of all folders.
	prefix = "mcpcompat-"
	// lockName is a file in each of them that is locked as long as the folder is
	// in use. The kernel unlocks it when its process ends, however that happens. It
	// is empty until it has been locked.
	lockName = "in-use"

	removeAttempts = 50
	removePause    = 20 * time.Millisecond
)

// Folder is a folder in that for temporary files.
type Folder struct {
	// Path is absolute where that of the folder for temporary files is.
	Path string

	lock *os.File
}

// New makes a folder whose name begins with mcpcompat, and with what it is for;
// "" for the shortest name. It takes away what processes left behind that were
// killed.
func New(what string) (*Folder, error) {
	sweep()
	name := prefix
	if what != "" {
		name += what + "-"
	}
	dir, err := os.MkdirTemp("", name)
	if err != nil {
		return nil, err
	}
	// Whoever sweeps may hold the lock of the empty file for a moment.
	lock, err := lockIn(dir, os.O_CREATE|os.O_RDWR, syscall.LOCK_EX)
	if err == nil {
		_, err = lock.WriteString(strconv.Itoa(os.Getpid()))
	}
	if err != nil {
		return nil, fmt.Errorf("temporary folder: %w", err)
	}
	return &Folder{Path: dir, lock: lock}, nil
}

func lockIn(dir string, flag, how int) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), flag|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, syscall.EINTR) {
			f.Close()
			return nil, err
		}
	}
}

// sweep takes away the folders that nobody uses. It is a courtesy: what cannot be
// removed stays.
func sweep() {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*")) // the pattern is well-formed
	for _, dir := range dirs {
		// A folder without the file, or with an empty one, is just being made, or none
		// of these.
		lock, err := lockIn(dir, os.O_RDWR, syscall.LOCK_EX|syscall.LOCK_NB)
		if err != nil {
			continue
		}
		if is, err := lock.Stat(); err == nil && is.Size() > 0 {
			proc.KillHome(dir)
			_ = os.RemoveAll(dir)
		}
		lock.Close()
	}
}

// Remove deletes the folder. A program that was killed may write for a moment
// longer. Of nil, and of what was removed, nothing is left to delete.
func (f *Folder) Remove() error {
	if f == nil {
		return nil
	}
	defer f.lock.Close()
	var err error
	for range removeAttempts {
		if err = os.RemoveAll(f.Path); err == nil {
			return nil
		}
		<-time.After(removePause)
	}
	return fmt.Errorf("removing a temporary folder: %w", err)
}
