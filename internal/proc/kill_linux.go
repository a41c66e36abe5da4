package proc

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// killRounds and killInterval bound how long is looked for processes that begin
// others while they are being killed. There is no event for that.
const (
	killRounds   = 100
	killInterval = 5 * time.Millisecond
)

// KillHome kills every process of this user whose home is the directory, or below
// it, and returns when none is left: those of a process of ours that was killed
// itself. Where there is no /proc it does nothing.
func KillHome(dir string) {
	home := "\x00HOME=" + filepath.Clean(dir)
	kill(func(environ string) bool {
		return strings.Contains(environ, home+"\x00") || strings.Contains(environ, home+string(filepath.Separator))
	})
}

// kill kills all other processes with such an environment. Each variable stands
// between two zero bytes.
func kill(match func(environ string) bool) {
	for range killRounds {
		found := false
		all, _ := filepath.Glob("/proc/[0-9]*") // the pattern is well-formed
		for _, dir := range all {
			pid, err := strconv.Atoi(filepath.Base(dir))
			if err != nil || pid == os.Getpid() {
				continue
			}
			// Of somebody else's process nothing can be read, and nothing of one
			// that has ended.
			if environ, err := os.ReadFile(filepath.Join(dir, "environ")); err == nil && match("\x00"+string(environ)) {
				found = true
				_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended meanwhile
			}
		}
		if !found {
			return
		}
		<-time.After(killInterval)
	}
}
