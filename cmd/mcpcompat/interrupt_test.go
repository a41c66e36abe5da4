//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mcpcompat/mcpcompat/internal/patience"
	"github.com/mcpcompat/mcpcompat/report"
)

// asProgram makes the test binary behave like the program, with an engine that
// measures one cell and then hangs, or just like it (real). A signal would
// otherwise hit all tests.
const asProgram = "MCPCOMPAT_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	mode := os.Getenv(asProgram)
	if mode == "" {
		os.Exit(m.Run())
	}
	if mode == "real" {
		main()
	}
	a := newApp(&fakeEngine{cat: newFakeCatalogue(&testing.B{}), stopAfter: 1, deaf: mode == "deaf"})
	a.accepted = fstest.MapFS{}
	// A terminal shows each cell at once, which tells the test that the run
	// hangs from now on.
	a.stderr.tty = true
	os.Exit(a.main(context.Background(), os.Args[1:]))
}

// program starts the program and returns when it hangs in the second cell.
func program(t *testing.T, mode string, args ...string) (cmd *exec.Cmd, stderr *bytes.Buffer, wait func() error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := patience.Context(t.Context(), patience.Limits{Quiet: 30 * time.Second}, context.DeadlineExceeded)
	cmd = exec.CommandContext(ctx, self, args...)
	cmd.Env = append(os.Environ(), asProgram+"="+mode)
	pipe, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stderr = &bytes.Buffer{}
	in := bufio.NewReader(pipe)
	for !strings.Contains(stderr.String(), "1/4 cells") {
		c, err := in.ReadByte()
		if err != nil {
			t.Fatalf("%v after %q", err, stderr.String())
		}
		stderr.WriteByte(c)
	}
	return cmd, stderr, func() error {
		defer cancel()
		_, readErr := stderr.ReadFrom(in)
		return errors.Join(readErr, cmd.Wait())
	}
}

func TestInterruptKeepsWhatWasMeasured(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		for _, command := range []string{"run", "matrix"} {
			t.Run(command+" "+signal.String(), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				args := []string{command, "--out", dir + "/out"}
				if command == "matrix" {
					args = append(args, "--pages", dir)
				}
				cmd, stderr, wait := program(t, "listening", args...)
				if err := cmd.Process.Signal(signal); err != nil {
					t.Fatal(err)
				}
				var exit *exec.ExitError
				if err := wait(); !errors.As(err, &exit) || exit.ExitCode() != exitError {
					t.Errorf("ended with %v, want exit %d", err, exitError)
				}
				if !strings.Contains(stderr.String(), "mcpcompat: interrupted: 1 of 4 cells were measured") {
					t.Errorf("standard error %q", stderr.String())
				}
				r, err := report.Read(dir + "/out/results.json")
				if err != nil || len(r.Cells) != 1 {
					t.Errorf("results: %+v, %v", r, err)
				}
				// A part of a matrix would pass for the whole.
				if _, err := os.Stat(dir + "/page.md"); !os.IsNotExist(err) {
					t.Errorf("the page was written: %v", err)
				}
			})
		}
	}
}

func TestSecondInterruptEndsAtOnce(t *testing.T) {
	t.Parallel()
	cmd, stderr, wait := program(t, "deaf", "run", "--out", t.TempDir())
	ended := make(chan error, 1)
	go func() { ended <- wait() }()
	// The first signal is heard some time after it was sent; only then does
	// the next one end the program.
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	sent := 0
	for {
		select {
		case err := <-ended:
			var exit *exec.ExitError
			if !errors.As(err, &exit) {
				t.Fatalf("ended with %v after %d signals: %s", err, sent, stderr.String())
			}
			if status, ok := exit.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGINT {
				t.Errorf("ended with %v after %d signals: %s", err, sent, stderr.String())
			}
			if sent < 2 {
				t.Errorf("the first of %d signals ended it", sent)
			}
			return
		case <-ticker.C:
			sent++
			if err := cmd.Process.Signal(syscall.SIGINT); err != nil && !errors.Is(err, os.ErrProcessDone) {
				t.Fatal(err)
			}
		}
	}
}
