//go:build unix

package proc

import (
	"fmt"
	"io"
	"os"
	"syscall"

	"github.com/creack/pty"
)

// connectTerminal gives the program a terminal of its own.
func (p *Process) connectTerminal(s *streams, sink func(string)) error {
	master, tty, err := pty.Open()
	if err != nil {
		return err
	}
	s.child = append(s.child, tty)
	err = pty.Setsize(master, &pty.Winsize{Rows: terminalRows, Cols: terminalColumns})
	if err == nil {
		master, err = pollable(master)
	}
	s.parent = append(s.parent, master)
	if err != nil {
		s.closeAll()
		return err
	}
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = tty, tty, tty
	p.cmd.SysProcAttr.Setpgid = false // a new session leads its own group
	p.cmd.SysProcAttr.Setsid, p.cmd.SysProcAttr.Setctty = true, true
	p.stdin = terminalInput{master}
	s.readers = append(s.readers, func() { read(p.bounded(master), splitLine, p.charged(sink)) })
	return nil
}

// terminalInput hides the file behind a terminal's input: closing it would
// take the output away too.
type terminalInput struct{ io.Writer }

func (terminalInput) Close() error { return nil }

// pollable returns the terminal as a file whose pending read ends when it is
// closed; as it was opened, a descendant that keeps the other end would keep
// us reading. It takes the file over.
func pollable(f *os.File) (*os.File, error) {
	fd, err := syscall.Dup(int(f.Fd()))
	if err != nil {
		return f, fmt.Errorf("duplicating the terminal: %w", err)
	}
	syscall.CloseOnExec(fd)
	if err := syscall.SetNonblock(fd, true); err != nil {
		_ = syscall.Close(fd)
		return f, fmt.Errorf("making the terminal non-blocking: %w", err)
	}
	f.Close()
	return os.NewFile(uintptr(fd), f.Name()), nil
}
