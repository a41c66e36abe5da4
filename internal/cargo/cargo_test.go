package cargo

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fake is a cargo that does what the script says.
func fake(t *testing.T, script string) Tool {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cargo")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	return Tool{Path: path, Version: "1.95.0"}
}

func program(version string) Program {
	return Program{
		Crate: "a", Version: version, Name: "a-client",
		Manifest: []byte(`a = "=` + version + `"`), Main: []byte("fn main() {}"), Lock: []byte("# lock"),
	}
}

func TestFind(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv(Env, "")
	if _, err := Find(t.Context(), "1.88"); !errors.Is(err, ErrNoCargo) || !strings.Contains(err.Error(), "none in PATH") {
		t.Errorf("without cargo: %v", err)
	}
	t.Setenv(Env, fake(t, "echo 'cargo 1.70.0 (hash 2023-01-01)'").Path)
	if _, err := Find(t.Context(), "1.88"); !errors.Is(err, ErrNoCargo) || !strings.Contains(err.Error(), "1.70.0") {
		t.Errorf("with an old cargo: %v", err)
	}
	if tool, err := Find(t.Context(), "1.70"); err != nil || tool.Version != "1.70.0" {
		t.Errorf("with a cargo that is just new enough: %+v, %v", tool, err)
	}
	t.Setenv(Env, fake(t, "echo hello").Path)
	if _, err := Find(t.Context(), "1.70"); !errors.Is(err, ErrNoCargo) || !strings.Contains(err.Error(), "hello") {
		t.Errorf("with a program that is no cargo: %v", err)
	}
}

func TestProgramsThatCannotBe(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Program){
		"range":         func(p *Program) { p.Version = "^1.2.3" },
		"path":          func(p *Program) { p.Crate = "../a" },
		"name":          func(p *Program) { p.Name = "a/b" },
		"other version": func(p *Program) { p.Manifest = []byte(`a = "=1.2.4"`) },
	} {
		p := program("1.2.3")
		change(&p)
		if folder, err := p.folder(); err == nil {
			t.Errorf("%s: %s", name, folder)
		}
	}
}

func TestBuild(t *testing.T) {
	t.Parallel()
	calls := filepath.Join(t.TempDir(), "calls")
	tool := fake(t, `echo "$@" >> `+calls+`
mkdir -p .home/target/release && echo "$CARGO_HOME" > .home/target/release/a-client
`)
	b := Builder{Cache: t.TempDir()}
	p := program("1.2.3")
	if _, err := b.Lookup(p); !errors.Is(err, ErrNotBuilt) {
		t.Errorf("before: %v", err)
	}
	for range 2 {
		if _, err := b.Build(t.Context(), tool, p); err != nil {
			t.Fatal(err)
		}
	}
	path, err := b.Lookup(p)
	if err != nil {
		t.Fatal(err)
	}
	if home, err := os.ReadFile(path); err != nil || !strings.Contains(string(home), b.Cache) {
		t.Errorf("it was built with the home %q, %v", home, err)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(path), homeName)); err == nil {
		t.Error("what the compiler wrote is left")
	}
	if said, err := os.ReadFile(calls); err != nil || strings.Count(string(said), "\n") != 1 || !strings.Contains(string(said), "--locked") {
		t.Errorf("cargo was called: %s, %v", said, err)
	}
	free := program("1.3.0")
	free.Lock = nil
	if _, err := b.Build(t.Context(), tool, free); err != nil {
		t.Error(err)
	}
	if said, err := os.ReadFile(calls); err != nil || strings.Count(string(said), "--locked") != 1 {
		t.Errorf("cargo was called: %s, %v", said, err)
	}
	if got, err := b.Versions("a"); err != nil || !slices.Equal(got, []string{"1.2.3", "1.3.0"}) {
		t.Errorf("versions %v, %v", got, err)
	}
}

func TestBuildFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		script string
		want   error
	}{
		"out of reach": {"echo 'Could not resolve host' >&2; exit 101", ErrRegistry},
		"release":      {"echo 'error: failed to select a version for the requirement `a = \"=1.2.3\"`' >&2; exit 101", ErrNoRelease},
		"compiler":     {"echo 'error[E0433]: failed to resolve' >&2; exit 101", ErrBuild},
		"nothing":      {"exit 0", ErrBuild},
	} {
		b := Builder{Cache: t.TempDir()}
		if _, err := b.Build(t.Context(), fake(t, test.script), program("1.2.3")); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
		if got, err := b.Versions("a"); err != nil || len(got) > 0 {
			t.Errorf("%s: built %v, %v", name, got, err)
		}
	}
}

func TestNewest(t *testing.T) {
	t.Parallel()
	if got, err := Newest(t.Context(), fake(t, "echo a; echo 'version: 1.2.3 (latest 1.2.4)'"), "a"); err != nil || got != "1.2.3" {
		t.Errorf("got %q, %v", got, err)
	}
	for name, test := range map[string]struct {
		script string
		want   error
	}{
		"out of reach": {"echo 'Timeout was reached' >&2; exit 101", ErrRegistry},
		"no such one":  {"echo 'error: could not find' >&2; exit 101", ErrBuild},
		"no version":   {"echo hello", ErrBuild},
	} {
		if got, err := Newest(t.Context(), fake(t, test.script), "a"); !errors.Is(err, test.want) || got != "" {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

// The environment of a build names no credentials.
func TestAccess(t *testing.T) {
	t.Setenv("CARGO_REGISTRY_TOKEN", "secret")
	t.Setenv("CARGO_NET_OFFLINE", "false")
	env := Tool{}.access()
	if !slices.Contains(env, "CARGO_NET_OFFLINE=false") || strings.Contains(strings.Join(env, " "), "secret") {
		t.Error(env)
	}
}
