package proc

import "syscall"

// attributes puts the program into a group of its own, and lets the kernel
// kill it when this process dies without having been able to.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
