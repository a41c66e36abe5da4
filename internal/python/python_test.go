package python

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const version = "1.2.3"

// locked is a lockfile as pip wants it.
const locked = "a==1.2.3 \\\n    --hash=sha256:00\n"

// fake is a program that stands in for Python.
func fake(t *testing.T, name, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// fakeRuntime makes virtual environments whose Python is the given script.
func fakeRuntime(t *testing.T, script string) Runtime {
	t.Helper()
	pip := fake(t, "pip", script)
	venv := fake(t, "python3", `mkdir -p "$4/bin" && cp `+pip+` "$4/bin/python"`+"\n")
	return Runtime{Path: venv, Version: "3.11.7"}
}

func TestFind(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv(Env, "")
	if _, err := Find(t.Context(), "3.11"); !errors.Is(err, ErrNoPython) || !strings.Contains(err.Error(), "none in PATH") {
		t.Errorf("without Python: %v", err)
	}
	t.Setenv(Env, fake(t, "old", "echo /usr/bin/python3; echo 3.8.10"))
	if _, err := Find(t.Context(), "3.11"); !errors.Is(err, ErrNoPython) || !strings.Contains(err.Error(), "is 3.8.10") {
		t.Errorf("with an old Python: %v", err)
	}
	if r, err := Find(t.Context(), "3.8"); err != nil || r.Version != "3.8.10" || r.Path != "/usr/bin/python3" {
		t.Errorf("with a Python that is just new enough: %+v, %v", r, err)
	}
	t.Setenv(Env, fake(t, "bare", "echo \"ModuleNotFoundError: No module named 'ensurepip'\" >&2; exit 1"))
	if _, err := Find(t.Context(), "3.8"); !errors.Is(err, ErrNoPython) ||
		!strings.Contains(err.Error(), "ensurepip") || !strings.Contains(err.Error(), "python3-venv") {
		t.Errorf("without what makes a virtual environment: %v", err)
	}
	t.Setenv(Env, fake(t, "other", "echo hello"))
	if _, err := Find(t.Context(), "3.8"); !errors.Is(err, ErrNoPython) || !strings.Contains(err.Error(), "hello") {
		t.Errorf("with a program that is no Python: %v", err)
	}
	if _, err := Find(t.Context(), "new"); err == nil {
		t.Error("a bad version was accepted")
	}
}

func TestPackagesThatCannotBe(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]Package{
		"range":         {Name: "a", Version: ">=1.2.3"},
		"path":          {Name: "../a", Version: version},
		"option":        {Name: "-r", Version: version},
		"other version": {Name: "a", Version: "1.2.4", Lock: []byte(locked)},
		"longer":        {Name: "a", Version: "1.2", Lock: []byte(locked)},
	} {
		if folder, err := p.folder(Runtime{Version: "3.11.7"}); err == nil {
			t.Errorf("%s: %s", name, folder)
		}
	}
	p := Package{Name: "a", Version: version}
	if got, err := p.folder(Runtime{Version: "3.11.7"}); err != nil || got != "a@1.2.3-py3.11" {
		t.Errorf("%s, %v", got, err)
	}
}

func TestInstall(t *testing.T) {
	t.Parallel()
	calls := filepath.Join(t.TempDir(), "calls")
	r := fakeRuntime(t, `echo "$@" >> `+calls+"\n")
	in := Installer{Cache: t.TempDir()}
	p := Package{Name: "a", Version: version, Lock: []byte(locked)}
	if _, err := in.Lookup(r, p); !errors.Is(err, ErrNotInstalled) {
		t.Errorf("before: %v", err)
	}
	for range 2 {
		if _, err := in.Install(t.Context(), r, p); err != nil {
			t.Fatal(err)
		}
	}
	installed, err := in.Lookup(r, p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(installed.Dir, homeName)); err == nil {
		t.Error("the home of the installation is left")
	}
	said, err := os.ReadFile(calls)
	if err != nil || strings.Count(string(said), "\n") != 1 {
		t.Errorf("pip was called: %s, %v", said, err)
	}
	for _, word := range []string{"--only-binary :all:", "--require-hashes", "--no-deps"} {
		if !strings.Contains(string(said), word) {
			t.Errorf("without %s: %s", word, said)
		}
	}
	if _, err := in.Install(t.Context(), r, Package{Name: "a", Version: "1.3.0"}); err != nil {
		t.Error(err)
	}
	if got, err := in.Versions("a"); err != nil || !slices.Equal(got, []string{version, "1.3.0"}) {
		t.Errorf("versions %v, %v", got, err)
	}
	if got, err := in.Versions("b"); err != nil || len(got) > 0 {
		t.Errorf("versions of another one: %v, %v", got, err)
	}
	if err := os.Remove(installed.Python()); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Lookup(r, p); err == nil || !strings.Contains(err.Error(), "is gone") {
		t.Errorf("without its Python: %v", err)
	}
}

func TestInstallFails(t *testing.T) {
	t.Parallel()
	p := Package{Name: "a", Version: version, Lock: []byte(locked)}
	for name, test := range map[string]struct {
		r    Runtime
		want error
		says string
	}{
		"hash":         {fakeRuntime(t, "echo 'THESE PACKAGES DO NOT MATCH THE HASHES' >&2; exit 1"), ErrInstall, "DO NOT MATCH"},
		"release":      {fakeRuntime(t, "echo 'ERROR: No matching distribution found for a==9.9.9' >&2; exit 1"), ErrNoRelease, "no such release for this Python as a wheel: a==9.9.9"},
		"out of reach": {fakeRuntime(t, "echo 'NewConnectionError: Connection refused; No matching distribution found for a==1.2.3' >&2; exit 1"), ErrRegistry, "refused"},
		"venv":         {Runtime{Path: fake(t, "python3", "echo 'ensurepip is not available'; exit 1"), Version: "3.11.7"}, ErrInstall, "ensurepip"},
	} {
		in := Installer{Cache: t.TempDir()}
		if _, err := in.Install(t.Context(), test.r, p); !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
		}
		if got, err := in.Versions("a"); err != nil || len(got) > 0 {
			t.Errorf("%s: installed %v, %v", name, got, err)
		}
	}
}

// A Python that has a pip is asked itself.
func TestNewestOfOwnPip(t *testing.T) {
	t.Parallel()
	path := fake(t, "python3", `[ "$2 $3" = "-m pip" ] && echo '{"install": [{"metadata": {"version": "1.2.4"}}]}'`)
	if got, err := Newest(t.Context(), Runtime{Path: path, Version: "3.11.7"}, "a"); err != nil || got != "1.2.4" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestNewest(t *testing.T) {
	t.Parallel()
	r := fakeRuntime(t, `echo '{"install": [{"metadata": {"version": "1.2.3"}}]}'`)
	if got, err := Newest(t.Context(), r, "a"); err != nil || got != version {
		t.Errorf("got %q, %v", got, err)
	}
	for name, test := range map[string]struct {
		script string
		want   error
	}{
		"out of reach": {"echo 'ReadTimeoutError' >&2; exit 1", ErrRegistry},
		"no such one":  {"echo 'No matching distribution found' >&2; exit 1", ErrInstall},
		"nothing":      {"exit 0", ErrInstall},
		"no version":   {"echo '{}'", ErrInstall},
	} {
		if got, err := Newest(t.Context(), fakeRuntime(t, test.script), "a"); !errors.Is(err, test.want) || got != "" {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}
