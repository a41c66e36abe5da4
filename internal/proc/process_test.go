//go:build unix

package proc

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/internal/patience"
)

// sh runs a script; the shell is the handiest program to misbehave with.
func sh(t *testing.T, script string, change ...func(*Options)) *Process {
	t.Helper()
	o := Options{Path: "/bin/sh", Args: []string{"-c", script}, Home: t.TempDir(), Grace: 200 * time.Millisecond}
	for _, c := range change {
		c(&o)
	}
	p, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func await(t *testing.T, p *Process, prefix string) string {
	t.Helper()
	ctx, cancel := patience.Context(t.Context(), patience.Limits{Quiet: 10 * time.Second}, context.DeadlineExceeded)
	defer cancel()
	line, err := p.Await(ctx, func(line string) bool { return strings.HasPrefix(line, prefix) })
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(line, prefix)
}

// gone waits until the process is gone; a zombie counts as gone.
func gone(t *testing.T, pid int) {
	t.Helper()
	ctx, cancel := patience.Context(t.Context(), patience.Limits{Quiet: 10 * time.Second}, context.DeadlineExceeded)
	defer cancel()
	for {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if os.IsNotExist(err) && syscall.Kill(pid, 0) != nil {
			return
		}
		if after := strings.LastIndex(string(stat), ") "); after > 0 && stat[after+2] == 'Z' {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("process %d is still there", pid)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTalksOverPipes(t *testing.T) {
	t.Parallel()
	var got []string
	p := sh(t, `read a; echo "out $a"; echo "err $a" >&2; exit 3`, func(o *Options) {
		o.Stdout = func(line string) { got = append(got, line) }
	})
	if _, err := p.Write([]byte("hello\n")); err != nil {
		t.Fatal(err)
	}
	if rest := await(t, p, "err "); rest != "hello" {
		t.Errorf("standard error: %q", rest)
	}
	<-p.Done()
	if p.ExitCode() != 3 || p.State() != "exit status 3" {
		t.Errorf("ended as %d, %s", p.ExitCode(), p.State())
	}
	if len(got) != 1 || got[0] != "out hello" {
		t.Errorf("standard output: %q", got)
	}
	if _, err := p.Write([]byte("more")); err == nil {
		t.Error("writing to a program that has ended succeeded")
	}
}

func TestEnvironmentIsMinimal(t *testing.T) {
	t.Setenv("DISPLAY", ":7")
	t.Setenv("MCPCOMPAT_TEST_SECRET", "x")
	p := sh(t, `env; pwd`, func(o *Options) { o.Env = []string{"BROWSER=/shim", "LANG=de"} })
	<-p.Done()
	all := "\n" + strings.Join(p.Tail(100), "\n") + "\n"
	for _, want := range []string{"\nBROWSER=/shim\n", "\nLANG=de\n", "\nHOME=" + p.cmd.Dir + "\n", "\n" + p.cmd.Dir + "\n"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in %s", want, all)
		}
	}
	for _, not := range []string{"DISPLAY", "SECRET", "LANG=C"} {
		if strings.Contains(all, not) {
			t.Errorf("%s reached the program: %s", not, all)
		}
	}
}

func TestTerminalIsWide(t *testing.T) {
	t.Parallel()
	p := sh(t, `test -t 0 && test -t 2 && stty size; printf '\033[31mred\033[0m\n'; read x; echo "got $x"`,
		func(o *Options) { o.Terminal = true })
	if size := await(t, p, "50 "); size != "4000" {
		t.Errorf("columns: %q", size)
	}
	await(t, p, "red")
	if err := p.CloseInput(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write([]byte("key\n")); err != nil {
		t.Fatal(err)
	}
	if rest := await(t, p, "got "); rest != "key" {
		t.Errorf("read %q", rest)
	}
}

func TestAwaitEndsWithTheProgramAndWithTheContext(t *testing.T) {
	t.Parallel()
	p := sh(t, `echo one`)
	if _, err := p.Await(t.Context(), func(string) bool { return false }); !errors.Is(err, ErrExited) {
		t.Errorf("after the end: %v", err)
	}
	p = sh(t, `echo one; sleep 60`)
	await(t, p, "one")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Await(ctx, func(string) bool { return false }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestOutputIsBoundedAndMasked(t *testing.T) {
	t.Parallel()
	p := sh(t, `i=0; while [ $i -lt 5000 ]; do echo "line $i secret"; i=$((i+1)); done; head -c 3000000 /dev/zero | tr '\0' x; echo; echo end`,
		func(o *Options) {
			o.Lines = 4
			o.Mask = func(s string) string {
				return strings.ReplaceAll(s[:min(len(s), 40)], "secret", "***")
			}
		})
	<-p.Done()
	tail := p.Tail(100)
	if len(tail) != 4 || tail[3] != "end" {
		t.Fatalf("kept %d lines, last %q", len(tail), tail)
	}
	if strings.Contains(strings.Join(tail, ""), "secret") {
		t.Errorf("a secret was kept: %q", tail)
	}
}

func TestOutputWithoutEndEndsTheProgram(t *testing.T) {
	t.Parallel()
	for _, terminal := range []bool{false, true} {
		p := sh(t, `yes`, func(o *Options) { o.Limit, o.Terminal = 100_000, terminal })
		select {
		case <-p.Done():
		case <-time.After(10 * time.Second):
			t.Fatal("it goes on")
		}
		if err := p.Err(); !errors.Is(err, ErrFlood) || !errors.Is(err, ErrExited) {
			t.Errorf("terminal %t: %v", terminal, err)
		}
	}
	p := sh(t, `read x; exit 3`)
	if err := p.Err(); err != nil {
		t.Errorf("while it runs: %v", err)
	}
	if err := p.CloseInput(); err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	if err := p.Err(); !errors.Is(err, ErrExited) || errors.Is(err, ErrFlood) || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("it printed nothing: %v", err)
	}
}

func TestSplitCutsStandardOutputOnly(t *testing.T) {
	t.Parallel()
	var got []string
	p := sh(t, `printf 'a b c'; echo 'x y' >&2`, func(o *Options) {
		o.Split, o.Stdout = bufio.ScanWords, func(s string) { got = append(got, s) }
	})
	<-p.Done()
	if strings.Join(got, "|") != "a|b|c" {
		t.Errorf("standard output: %q", got)
	}
	if all := p.Since(0); len(all) != 1 || all[0] != "x y" || p.Mark() != 1 || len(p.Since(1)) != 0 {
		t.Errorf("standard error: %q, mark %d", all, p.Mark())
	}
}

func TestCloseEndsTheWholeGroup(t *testing.T) {
	t.Parallel()
	// The program and its child both ignore the polite request.
	p := sh(t, `trap '' TERM; (trap '' TERM; sleep 300; sleep 300) & echo "child $!"; while :; do sleep 1; done`)
	child := number(t, await(t, p, "child "))
	begun := time.Now()
	p.Close()
	if took := time.Since(begun); took > time.Minute {
		t.Errorf("took %s", took)
	}
	gone(t, child)
	gone(t, p.PID())
	if err := p.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	if got := p.State(); got != "signal: killed" || p.ExitCode() != -1 {
		t.Errorf("ended as %s", got)
	}
}

func TestSIGTERMComesFirst(t *testing.T) {
	t.Parallel()
	p := sh(t, `trap 'echo bye; exit 4' TERM; echo ready; while :; do sleep 0.01; done`,
		func(o *Options) { o.Grace = 10 * time.Second })
	await(t, p, "ready")
	p.Close()
	if p.ExitCode() != 4 || !strings.Contains(strings.Join(p.Tail(3), "\n"), "bye") {
		t.Errorf("ended as %s with %q", p.State(), p.Tail(3))
	}
}

func TestContextEndsTheProgram(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	p, err := Start(ctx, Options{Path: "/bin/sleep", Args: []string{"300"}, Home: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	<-p.Done()
	gone(t, p.PID())
	if _, err := Start(ctx, Options{Path: "/bin/sleep", Home: t.TempDir()}); !errors.Is(err, context.Canceled) {
		t.Errorf("started with a cancelled context: %v", err)
	}
}

func TestDescendantThatLeftTheGroupDoesNotHoldUsUp(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("setsid"); err != nil {
		t.Skip("no setsid program (util-linux) on this machine")
	}
	for _, terminal := range []bool{false, true} {
		p := sh(t, `setsid sleep 300 & echo "child $!"; wait`, func(o *Options) { o.Terminal = terminal })
		child := number(t, await(t, p, "child "))
		begun := time.Now()
		p.Close()
		if took := time.Since(begun); took > time.Minute {
			t.Errorf("terminal %t: took %s", terminal, took)
		}
		if runtime.GOOS != "linux" {
			_ = syscall.Kill(child, syscall.SIGKILL) // its new session is beyond the group
		}
		gone(t, child)
	}
}

func TestWhatCannotStart(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"no program":       {Home: t.TempDir()},
		"no home":          {Path: "/bin/true"},
		"unknown program":  {Path: filepath.Join(t.TempDir(), "nothing"), Home: t.TempDir()},
		"unknown terminal": {Path: filepath.Join(t.TempDir(), "nothing"), Home: t.TempDir(), Terminal: true},
	} {
		if p, err := Start(t.Context(), o); err == nil {
			p.Close()
			t.Errorf("%s: started", name)
		}
	}
}

// TestNothingSurvivesAKill kills a process of ours that runs a program, as
// hard as a machine can.
func TestNothingSurvivesAKill(t *testing.T) {
	if home := os.Getenv("MCPCOMPAT_TEST_VICTIM"); home != "" {
		p, err := Start(t.Context(), Options{Path: "/bin/sleep", Args: []string{"300"}, Home: home})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(home, "pid"), []byte(strconv.Itoa(p.PID())), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		<-p.Done()
		return
	}
	t.Parallel()
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("only Linux has a parent-death signal")
	}
	home := t.TempDir()
	victim := exec.Command(os.Args[0], "-test.run=^TestNothingSurvivesAKill$")
	victim.Env = append(os.Environ(), "MCPCOMPAT_TEST_VICTIM="+home)
	if out, err := victim.CombinedOutput(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the victim ended with %v: %s", err, out)
	}
	pid, err := os.ReadFile(filepath.Join(home, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	gone(t, number(t, string(pid)))
}
