//go:build unix && !linux

package useragent

import "syscall"

// attributes puts the browser into a process group of its own.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
