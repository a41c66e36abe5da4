package proc

import (
	"bytes"
	"fmt"
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

// kill kills all other processes with such an environment.
func kill(match func(environ string) bool) {
	for range killRounds {
		found := living(match)
		if len(found) == 0 {
			return
		}
		for _, pid := range found {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended meanwhile
		}
		<-time.After(killInterval)
	}
}

// living are all other processes with such an environment, in which each variable
// stands between two zero bytes. Of somebody else's process nothing can be read,
// and nothing of one that has ended.
func living(match func(environ string) bool) (pids []int) {
	all, _ := filepath.Glob("/proc/[0-9]*") // the pattern is well-formed
	for _, dir := range all {
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil || pid == os.Getpid() {
			continue
		}
		environ, err := os.ReadFile(filepath.Join(dir, "environ"))
		if err == nil && match("\x00"+string(environ)) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// resident is what processes with such an environment have in memory, in bytes.
func resident(match func(environ string) bool) (total int64) {
	for _, pid := range living(match) {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
		fields := bytes.Fields(text) // the second one is what is in memory, in pages
		if err != nil || len(fields) < 2 {
			continue // it has ended meanwhile
		}
		if pages, err := strconv.ParseInt(string(fields[1]), 10, 64); err == nil {
			total += pages * int64(os.Getpagesize())
		}
	}
	return total
}
