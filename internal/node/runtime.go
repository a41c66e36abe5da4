package node

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

// EnvNode names the environment variable that points to the Node.js program to
// use, before any in PATH.
const EnvNode = "MCPCOMPAT_NODE"

// ErrNoNode is wrapped when no Node.js of the needed version was found.
var ErrNoNode = errors.New("no suitable Node.js")

const askTimeout = 10 * time.Second

// Runtime is a Node.js on this machine.
type Runtime struct {
	Path    string // absolute path of node
	Version string // e.g. "20.20.2"
}

// Find returns the first Node.js, of MCPCOMPAT_NODE and PATH, that is at least
// of the given version ("18", "22.19"). The error wraps ErrNoNode and names
// what was found instead.
func Find(ctx context.Context, atLeast string) (Runtime, error) {
	if !semver.IsValid("v" + atLeast) {
		return Runtime{}, fmt.Errorf("not a version of Node.js: %q", atLeast)
	}
	var seen []string
	for _, path := range candidates() {
		version, err := ask(ctx, path)
		if err != nil {
			seen = append(seen, err.Error())
			continue
		}
		if semver.Compare("v"+version, "v"+atLeast) >= 0 {
			return Runtime{Path: path, Version: version}, nil
		}
		seen = append(seen, fmt.Sprintf("%s is %s", path, version))
	}
	if len(seen) == 0 {
		seen = []string{"none in PATH"}
	}
	return Runtime{}, fmt.Errorf("%w: need %s or newer: %s (install nodejs and npm, or set %s)",
		ErrNoNode, atLeast, strings.Join(seen, "; "), EnvNode)
}

func candidates() []string {
	var paths []string
	if path := os.Getenv(EnvNode); path != "" {
		paths = append(paths, path)
	}
	for _, name := range []string{"node", "nodejs"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		if path, err = filepath.Abs(path); err == nil {
			paths = append(paths, path)
		}
	}
	return paths
}

func ask(ctx context.Context, path string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("%s --version: %w", path, err)
	}
	version := strings.TrimPrefix(strings.TrimSpace(string(out)), "v")
	if !semver.IsValid("v" + version) {
		return "", fmt.Errorf("%s --version answers %.40q", path, out)
	}
	return version, nil
}

// npm is the package manager that came with this Node.js, else the one in PATH.
func (r Runtime) npm() (string, error) {
	beside := filepath.Join(filepath.Dir(r.Path), "npm")
	if _, err := os.Stat(beside); err == nil {
		return beside, nil
	}
	path, err := exec.LookPath("npm")
	if err != nil {
		return "", fmt.Errorf("%w: no npm beside %s nor in PATH", ErrNoNode, r.Path)
	}
	return path, nil
}
