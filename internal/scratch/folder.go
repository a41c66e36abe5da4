//go:build unix

package scratch

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/mcpcompat/mcpcompat/internal/proc"
)

const (
	// prefix begins the names of all folders.
	prefix = "mcpcompat-"
	// lockName is a file in each of them that is locked as long as the folder is
	// in use. The kernel unlocks it when its process ends, however that happens.
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
	lock, err := lockIn(dir, os.O_CREATE|os.O_RDWR)
	if err != nil {
		return nil, fmt.Errorf("temporary folder: %w", err)
	}
	return &Folder{Path: dir, lock: lock}, nil
}

func lockIn(dir string, flag int) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), flag|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// sweep takes away the folders that nobody uses. It is a courtesy: what cannot be
// removed stays.
func sweep() {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*")) // the pattern is well-formed
	for _, dir := range dirs {
		// A folder without the file is just being made, or none of these.
		if lock, err := lockIn(dir, os.O_RDWR); err == nil {
			proc.KillHome(dir)
			_ = os.RemoveAll(dir)
			lock.Close()
		}
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
