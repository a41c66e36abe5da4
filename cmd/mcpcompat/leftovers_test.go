//go:build linux

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	released "github.com/mcpcompat/mcpcompat/clients/real"
)

// leavers are the programs whose measurement is killed: those that REAL names,
// else one native program and one that runs on Node.js.
func leavers() []string {
	if named := os.Getenv(released.EnvInstall); named != "" && named != "1" {
		return strings.Split(named, ",")
	}
	return []string{"codex", "mcp-remote"}
}

// Whatever ends a measurement of a released program, nothing of it is left: no
// process, and with it no port, and no temporary folder. After SIGKILL, of which
// nobody is told, that is so at the next measurement.
func TestNothingIsLeftOfReleasedPrograms(t *testing.T) {
	t.Parallel()
	moments := []struct {
		signal syscall.Signal
		into   time.Duration
	}{{syscall.SIGINT, 2 * time.Second}, {syscall.SIGTERM, 0}, {syscall.SIGKILL, 0}, {syscall.SIGKILL, 2 * time.Second}}
	for _, id := range leavers() {
		for _, m := range moments {
			if id == "vscode" {
				m.into *= 10 // until then it has only begun to start others
			}
			t.Run(id+" "+m.signal.String()+" after "+m.into.String(), func(t *testing.T) {
				t.Parallel()
				endInTheMiddle(t, id, m.signal, m.into)
			})
		}
	}
}

// basisOf is the basis of the rows of a client that runs outside of this process.
func basisOf(t *testing.T, id string) string {
	t.Helper()
	all := released.All(released.Options{})
	i := slices.IndexFunc(all, func(c clients.Client) bool { return c.Identity().ID == id })
	if i < 0 {
		t.Fatalf("no released client %s", id)
	}
	return string(all[i].Identity().Basis)
}

// endInTheMiddle sends the signal to a measurement, some time after the first
// process of the released program was seen.
func endInTheMiddle(t *testing.T, id string, signal syscall.Signal, into time.Duration) {
	t.Helper()
	tmp := t.TempDir()
	cmd, out := measuring(t, tmp, "--client", id, "--basis", basisOf(t, id))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for len(processes(t, "HOME="+tmp)) == 0 {
		select {
		case <-tick.C:
		case err := <-ended:
			if strings.Contains(out.String(), "not installed") || strings.Contains(out.String(), "unavailable") {
				t.Skip("needs " + id + " (REAL=" + id + " installs it): " + out.String())
			}
			t.Fatalf("it ended with %v: %s", err, out)
		}
	}
	<-time.After(into) // some way into the flow, whichever way that is
	if err := cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	err := <-ended
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		t.Fatalf("it ended with %v: %s", err, out)
	}
	if signal == syscall.SIGKILL {
		next, out := measuring(t, tmp, "--client", "conformant", "--consent", "http")
		if err := next.Run(); err != nil {
			t.Errorf("the next measurement: %v: %s", err, out)
		}
	} else if exit.ExitCode() != exitError || !strings.Contains(out.String(), "interrupted") {
		t.Errorf("it ended with %v: %s", err, out)
	}
	if left := processes(t, tmp); len(left) > 0 {
		t.Errorf("processes are left: %q", left)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left in the folder for temporary files: %v, %v", left, err)
	}
}

// measuring is a measurement at one deployment with that folder for temporary files.
func measuring(t *testing.T, tmp string, args ...string) (*exec.Cmd, *strings.Builder) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, append([]string{"run", "--deployment", "reference", "--out", t.TempDir()}, args...)...)
	cmd.Env = append(os.Environ(), asProgram+"=real", "TMPDIR="+tmp, envInstall+"="+os.Getenv(envInstall))
	if os.Getenv(released.EnvInstall) == "" {
		cmd.Env = append(cmd.Env, envInstall+"=no")
	}
	out := &strings.Builder{}
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, out
}

// processes are the command lines of those in whose environment or command line
// the text is.
func processes(t *testing.T, text string) []string {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, dir := range all {
		// What cannot be read belongs to somebody else, or has ended.
		environ, _ := os.ReadFile(filepath.Join(dir, "environ"))
		line, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
		if strings.Contains(string(environ), text) || strings.Contains(string(line), text) {
			found = append(found, strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return found
}
