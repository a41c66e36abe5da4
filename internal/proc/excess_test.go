//go:build unix

package proc

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestExcessEndsTheProgram(t *testing.T) {
	t.Parallel()
	const mega = 1 << 20
	for name, tt := range map[string]struct {
		script string
		bound  func(*Options)
		want   error
		linux  bool // only there it is known
	}{
		"memory": {
			`x=$(head -c 100000000 /dev/zero | tr '\0' x); sleep 60`, func(o *Options) { o.Memory = 50 * mega }, ErrMemory, true,
		},
		"memory of a child": {
			`(x=$(head -c 100000000 /dev/zero | tr '\0' x); sleep 60); true`, func(o *Options) { o.Memory = 50 * mega }, ErrMemory, true,
		},
		"a log without end": {
			`mkdir logs; while :; do head -c 1000000 /dev/zero >>logs/x; sleep 0.05; done`, func(o *Options) { o.Files = 5 * mega }, ErrFiles, false,
		},
		"many files": {
			`i=0; while :; do head -c 1000000 /dev/zero >$i; i=$((i+1)); sleep 0.05; done`, func(o *Options) { o.Files = 5 * mega }, ErrFiles, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tt.linux && runtime.GOOS != "linux" {
				t.Skip("only Linux tells what a program has in memory")
			}
			p := sh(t, tt.script, tt.bound)
			select {
			case <-p.Done():
			case <-time.After(30 * time.Second):
				t.Fatal("it goes on")
			}
			if err := p.Err(); !errors.Is(err, tt.want) || !errors.Is(err, ErrExcess) || !errors.Is(err, ErrExited) {
				t.Errorf("ended with %v", err)
			}
		})
	}
}

func TestWhatIsWithinBoundsGoesOn(t *testing.T) {
	t.Parallel()
	p := sh(t, `head -c 1000 /dev/zero >log; sleep 1.2; exit 3`, func(o *Options) { o.Memory, o.Files = 1<<30, 1<<20 })
	<-p.Done()
	if err := p.Err(); errors.Is(err, ErrExcess) || p.ExitCode() != 3 {
		t.Errorf("ended with %v", err)
	}
}

func TestKillHome(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/environ"); err != nil {
		t.Skip("needs /proc to look for processes")
	}
	home, other := t.TempDir(), t.TempDir()
	sleeper := func(dir string) *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), "/bin/sleep", "300")
		cmd.Env = []string{"A=b", "HOME=" + dir}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	at, below, beside := sleeper(home), sleeper(home+"/user"), sleeper(home+"side")
	elsewhere := sleeper(other)
	KillHome(home + "/")
	for _, cmd := range []*exec.Cmd{at, below} {
		if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Errorf("%s ended with %v", cmd.Env[1], err)
		}
	}
	for _, cmd := range []*exec.Cmd{beside, elsewhere} {
		if environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", cmd.Process.Pid)); err != nil || len(environ) == 0 {
			t.Errorf("%s was killed: %v", cmd.Env[1], err)
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	}
}
