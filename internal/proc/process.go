//go:build unix

package proc

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// Process is a running program. All methods may be called at any time from any
// goroutine.
type Process struct {
	name  string
	cmd   *exec.Cmd
	out   *output
	stdin io.WriteCloser
	grace time.Duration

	life    context.Context         //nolint:containedctx // it is the life of the program, which outlives the call that starts it
	stop    context.CancelCauseFunc // asks for the end
	done    chan struct{}           // closed when the program ended and its output was read
	limit   int64                   // 0: none
	printed atomic.Int64
	mark    string // a variable that everything has in its environment which the program starts
}

// Why a program is to end, if not for an excess of its own.
var (
	errClosed = errors.New("it was closed")
	errOver   = errors.New("it has ended")
)

// markName is the variable by which is found what a program has started.
const markName = "MCPCOMPAT_PROCESS="

// Start runs the program. It ends when it ends by itself, when ctx is
// cancelled, or at Close.
func Start(ctx context.Context, o Options) (*Process, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", o.Path, err)
	}
	cmd := exec.Command(o.Path, o.Args...) //nolint:noctx // the context ends the whole group, see supervise
	mark := markName + rand.Text()
	cmd.Dir, cmd.Env = o.Dir, append(o.environment(), mark)
	cmd.SysProcAttr = attributes()

	p := &Process{
		name: filepath.Base(o.Path), cmd: cmd, grace: o.Grace, limit: o.Limit,
		out:  newOutput(o.Lines, o.Mask),
		done: make(chan struct{}), mark: mark,
	}
	p.life, p.stop = context.WithCancelCause(ctx)
	streams, err := p.connect(o)
	if err != nil {
		p.stop(errOver)
		return nil, fmt.Errorf("starting %s: %w", o.Path, err)
	}
	started, exited := make(chan error, 1), make(chan struct{})
	go run(cmd, streams, started, exited)
	if err := <-started; err != nil {
		streams.closeAll()
		p.stop(errOver)
		return nil, fmt.Errorf("starting %s: %w", o.Path, err)
	}
	go p.supervise(streams, exited)
	if o.Memory > 0 || o.Files > 0 {
		go p.watch(o)
	}
	return p, nil
}

// run starts the program and waits for it on one thread of its own: Linux
// sends the parent-death signal when the starting thread ends, and a goroutine
// could otherwise leave its thread to die early.
func run(cmd *exec.Cmd, s *streams, started chan<- error, exited chan<- struct{}) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := cmd.Start()
	s.closeChild()
	started <- err
	if err != nil {
		return
	}
	_ = cmd.Wait() // its result is in ProcessState
	close(exited)
}

// supervise sees the program to its end, whichever way that comes.
func (p *Process) supervise(s *streams, exited <-chan struct{}) {
	read := s.readAll()
	select {
	case <-exited:
	case <-p.life.Done():
		p.end(exited)
	}
	// What the program left behind must not outlive it, and would hold the
	// pipes open.
	p.signal(syscall.SIGKILL)
	kill(p.started)
	timer := time.NewTimer(p.grace)
	defer timer.Stop()
	select {
	case <-read:
	case <-timer.C: // a descendant left the group, and holds a pipe
	}
	s.closeAll()
	<-read
	p.out.end()
	p.stop(errOver)
	close(p.done)
}

// started reports whether the program has started a process with that environment,
// or is it.
func (p *Process) started(environ string) bool { return strings.Contains(environ, p.mark) }

// end asks the group to end, waits, and kills it.
func (p *Process) end(exited <-chan struct{}) {
	p.signal(syscall.SIGTERM)
	timer := time.NewTimer(p.grace)
	defer timer.Stop()
	select {
	case <-exited:
		return
	case <-timer.C:
	}
	p.signal(syscall.SIGKILL)
	<-exited
}

// signal goes to the whole group, whose id is the program's process id.
func (p *Process) signal(s syscall.Signal) {
	// An error means that nobody of the group is left.
	_ = syscall.Kill(-p.cmd.Process.Pid, s)
}

// PID is the process id, which is also the id of the process group.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the program has ended and all its output was read.
func (p *Process) Done() <-chan struct{} { return p.done }

// State says in words how the program ended, or that it runs.
func (p *Process) State() string {
	select {
	case <-p.done:
		return p.cmd.ProcessState.String()
	default:
		return "running"
	}
}

// Err is nil while the program runs; then it wraps ErrExited, and the ErrExcess
// for which it was ended, if there was one.
func (p *Process) Err() error {
	select {
	case <-p.done:
	default:
		return nil
	}
	if why := context.Cause(p.life); errors.Is(why, ErrExcess) {
		return fmt.Errorf("%w: %w", why, ErrExited)
	}
	return fmt.Errorf("%w: %s", ErrExited, p.State())
}

// ExitCode is the exit code, -1 while it runs and when a signal ended it.
func (p *Process) ExitCode() int {
	select {
	case <-p.done:
		return p.cmd.ProcessState.ExitCode()
	default:
		return -1
	}
}

// Write sends bytes to the program's standard input.
func (p *Process) Write(b []byte) (int, error) {
	n, err := p.stdin.Write(b)
	if err != nil {
		return n, fmt.Errorf("writing to %s: %w", p.name, err)
	}
	return n, nil
}

// CloseInput ends the program's standard input; a terminal has no such end,
// and there it does nothing.
func (p *Process) CloseInput() error {
	if _, terminal := p.stdin.(*os.File); !terminal {
		return nil
	}
	err := p.stdin.Close()
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}

// Close ends the program (SIGTERM, grace, SIGKILL to its whole group) and
// returns when nothing of it is left. Closing twice is harmless.
func (p *Process) Close() error {
	p.stop(errClosed)
	<-p.done
	return nil
}
