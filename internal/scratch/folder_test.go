//go:build unix

package scratch

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func there(dir string) bool {
	_, err := os.Lstat(dir)
	return err == nil
}

func make1(t *testing.T, what string) *Folder {
	t.Helper()
	f, err := New(what)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Remove(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func TestFolders(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	one, other := make1(t, "one"), make1(t, "")
	if !strings.HasPrefix(filepath.Base(one.Path), "mcpcompat-one-") || !there(one.Path) || !there(other.Path) {
		t.Errorf("made %s and %s", one.Path, other.Path)
	}
	if err := one.Remove(); err != nil || there(one.Path) {
		t.Errorf("removed: %v", err)
	}
	if err := one.Remove(); err != nil {
		t.Errorf("twice: %v", err)
	}
	if err := (*Folder)(nil).Remove(); err != nil {
		t.Errorf("nothing: %v", err)
	}
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "missing"))
	if _, err := New(""); err == nil {
		t.Error("made a folder in one that is missing")
	}
}

// What a killed process leaves is a folder with a file that nobody locks.
func TestLeftoversGo(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	left := func(name string, files ...string) string {
		dir := filepath.Join(tmp, name)
		if err := os.MkdirAll(filepath.Join(dir, "home-1"), 0o700); err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if err := os.WriteFile(filepath.Join(dir, file), []byte("1"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	stale, fresh, foreign := left("mcpcompat-1", lockName), left("mcpcompat-2"), left("other-3", lockName)
	linked, half := left("mcpcompat-4"), left("mcpcompat-5")
	if err := os.WriteFile(filepath.Join(half, lockName), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(foreign, lockName), filepath.Join(linked, lockName)); err != nil {
		t.Fatal(err)
	}
	program := exec.CommandContext(t.Context(), "/bin/sleep", "300")
	program.Env = []string{"HOME=" + filepath.Join(stale, "home-1")}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	used := make1(t, "used")
	make1(t, "another")
	if there(stale) || !there(fresh) || !there(foreign) || !there(linked) || !there(half) || !there(used.Path) {
		t.Errorf("there is the stale one %t, the fresh one %t, that of others %t, the linked one %t, the half-made one %t, the used one %t",
			there(stale), there(fresh), there(foreign), there(linked), there(half), there(used.Path))
	}
	if there("/proc/self/environ") {
		if err := program.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Errorf("the program ended with %v", err)
		}
	}
}

// Many processes make folders at the same time, and each of them sweeps.
func TestNobodyTakesWhatIsJustBeingMade(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				f, err := New("many")
				if err != nil {
					t.Error(err)
					return
				}
				if !there(f.Path) {
					t.Errorf("%s is not there", f.Path)
				}
				if err := f.Remove(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}
