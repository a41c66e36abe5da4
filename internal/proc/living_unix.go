//go:build unix && !linux

package proc

// KillHome kills every process of this user whose home is the directory, or below
// it. Where there is no /proc it does nothing.
func KillHome(string) {}

func kill(func(environ string) bool) {}

// resident is not known here.
func resident(func(environ string) bool) int64 { return 0 }
