package python

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/semver"
)

// Env names the environment variable that points to the Python to use, before
// the one in PATH.
const Env = "MCPCOMPAT_PYTHON"

// ErrNoPython is wrapped when no Python was found that is new enough and can
// make virtual environments.
var ErrNoPython = errors.New("no suitable Python")

const askTimeout = 10 * time.Second

// question has a Python tell where it is and which, if it has what makes a
// virtual environment: some distributions package that apart.
const question = "import sys, venv, ensurepip; print(sys.executable); print('%d.%d.%d' % sys.version_info[:3])"

// Runtime is a Python on this machine.
type Runtime struct {
	Path    string // absolute, of the program itself
	Version string // e.g. "3.11.7"
}

// Find returns the first Python, of MCPCOMPAT_PYTHON and PATH, that is at least
// of the given version ("3.11") and has the modules venv and ensurepip. The error
// wraps ErrNoPython and names what was found instead.
func Find(ctx context.Context, atLeast string) (Runtime, error) {
	if !semver.IsValid("v" + atLeast) {
		return Runtime{}, fmt.Errorf("not a version of Python: %q", atLeast)
	}
	var seen []string
	for _, path := range candidates() {
		r, err := ask(ctx, path)
		switch {
		case err != nil:
			seen = append(seen, err.Error())
		case semver.Compare("v"+r.Version, "v"+atLeast) < 0:
			seen = append(seen, fmt.Sprintf("%s is %s", path, r.Version))
		default:
			return r, nil
		}
	}
	if len(seen) == 0 {
		seen = []string{"none in PATH"}
	}
	return Runtime{}, fmt.Errorf("%w: need %s or newer with venv: %s (install python3 and python3-venv, or set %s)",
		ErrNoPython, atLeast, strings.Join(seen, "; "), Env)
}

func candidates() []string {
	var paths []string
	if path := os.Getenv(Env); path != "" {
		paths = append(paths, path)
	}
	for _, name := range []string{"python3", "python"} {
		if path, err := exec.LookPath(name); err == nil {
			paths = append(paths, path)
		}
	}
	return paths
}

func ask(ctx context.Context, path string) (Runtime, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "-I", "-c", question).Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		words := strings.Split(strings.TrimSpace(string(failed.Stderr)), "\n")
		return Runtime{}, fmt.Errorf("%s: %s", path, words[len(words)-1])
	}
	if err != nil {
		return Runtime{}, fmt.Errorf("%s: %w", path, err)
	}
	program, version, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if !filepath.IsAbs(program) || !semver.IsValid("v"+version) {
		return Runtime{}, fmt.Errorf("%s answers %.40q", path, out)
	}
	return Runtime{Path: program, Version: version}, nil
}
