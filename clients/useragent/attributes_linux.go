package useragent

import "syscall"

// attributes puts the browser into a process group of its own, and lets the
// kernel kill it when this process dies without having been able to.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
