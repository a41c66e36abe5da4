package cache

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestDir(t *testing.T) {
	t.Setenv(Env, "")
	dir, err := Dir()
	if err != nil || filepath.Base(dir) != ".cache" {
		t.Errorf("in the clone: %s, %v", dir, err)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(dir), "go.mod")); err != nil {
		t.Errorf("not at the root of the module: %v", err)
	}
	other := t.TempDir()
	t.Setenv(Env, other)
	if dir, err := Dir(); err != nil || dir != other {
		t.Errorf("with %s: %s, %v", Env, dir, err)
	}
	t.Setenv(Env, "")
	t.Setenv("HOME", other)
	t.Setenv("XDG_CACHE_HOME", "")
	t.Chdir(other)
	if dir, err := Dir(); err != nil || !strings.HasPrefix(dir, other) || filepath.Base(dir) != "mcpcompat" {
		t.Errorf("outside of a clone: %s, %v", dir, err)
	}
}

func TestFill(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "kind", "thing")
	stale := dir + ".tmp17"
	if err := os.MkdirAll(stale, 0o700); err != nil {
		t.Fatal(err)
	}
	fails := errors.New("it fails")
	err := Fill(t.Context(), dir, func(tmp string) error {
		if err := os.WriteFile(filepath.Join(tmp, "half"), nil, 0o600); err != nil {
			t.Error(err)
		}
		return fails
	})
	if !errors.Is(err, fails) || there(dir) || there(stale) {
		t.Errorf("after a failure: %v; there: %t, stale: %t", err, there(dir), there(stale))
	}
	built := 0
	for range 2 {
		err := Fill(t.Context(), dir, func(tmp string) error {
			built++
			return os.WriteFile(filepath.Join(tmp, "whole"), nil, 0o600)
		})
		if err != nil {
			t.Error(err)
		}
	}
	entries, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || built != 1 || len(entries) != 2 || !there(filepath.Join(dir, "whole")) { // the folder and its lock
		t.Errorf("built %d times, %v, %v", built, entries, err)
	}
}

func TestFillWaitsNoLongerThanItsContext(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "thing")
	err := Fill(t.Context(), dir, func(string) error {
		late, done := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer done()
		return Fill(late, dir, func(string) error { return nil })
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a folder that another one fills: %v", err)
	}
}
