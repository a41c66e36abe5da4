//go:build unix

package useragent

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const (
	profilePrefix  = "mcpcompat-browser-"
	removeAttempts = 50
	removePause    = 20 * time.Millisecond
)

// profile is the browser's folder for the time it runs. It holds a locked file:
// the kernel unlocks it when this process ends, however that happens, so that
// folders which nobody uses can be told from those in use.
type profile struct {
	dir  string
	lock *os.File
}

func newProfile() (*profile, error) {
	sweepProfiles()
	dir, err := os.MkdirTemp("", profilePrefix)
	if err != nil {
		return nil, err
	}
	lock, err := lockProfile(dir, os.O_CREATE|os.O_RDWR)
	if err != nil {
		return nil, fmt.Errorf("browser profile: %w", err)
	}
	return &profile{dir: dir, lock: lock}, nil
}

func lockProfile(dir string, flag int) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "in-use"), flag, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// sweepProfiles removes what killed processes left behind. It is a courtesy:
// what cannot be removed stays.
func sweepProfiles() {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), profilePrefix+"*"))
	for _, dir := range dirs {
		// A folder without the file is just being made.
		if lock, err := lockProfile(dir, os.O_RDWR); err == nil {
			_ = os.RemoveAll(dir)
			lock.Close()
		}
	}
}

// remove deletes the folder. The last of the browser's processes may write for
// a moment longer.
func (p *profile) remove() error {
	if p == nil {
		return nil
	}
	defer p.lock.Close()
	var err error
	for range removeAttempts {
		if err = os.RemoveAll(p.dir); err == nil {
			return nil
		}
		<-time.After(removePause)
	}
	return fmt.Errorf("removing the browser's profile: %w", err)
}
