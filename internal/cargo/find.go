package cargo

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

// Env names the environment variable that points to the cargo to use, before the
// one in PATH.
const Env = "MCPCOMPAT_CARGO"

// ErrNoCargo is wrapped when no cargo was found that is new enough.
var ErrNoCargo = errors.New("no suitable cargo")

const askTimeout = 10 * time.Second

// Tool is a cargo on this machine.
type Tool struct {
	Path    string // absolute
	Version string // e.g. "1.95.0"
}

// Find returns the cargo of MCPCOMPAT_CARGO or PATH, if it is at least of the
// given version. The error wraps ErrNoCargo and names what was found instead.
func Find(ctx context.Context, atLeast string) (Tool, error) {
	none := func(found string) (Tool, error) {
		return Tool{}, fmt.Errorf("%w: need %s or newer: %s (install Rust, or set %s)", ErrNoCargo, atLeast, found, Env)
	}
	path := os.Getenv(Env)
	if path == "" {
		var err error
		if path, err = exec.LookPath("cargo"); err != nil {
			return none("none in PATH")
		}
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return Tool{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "--version").Output() //nolint:gosec // whoever runs the command names its tools
	if err != nil {
		return none(fmt.Sprintf("%s: %v", path, err))
	}
	version, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(string(out)), "cargo "), " ")
	if semver.Compare("v"+version, "v"+atLeast) < 0 {
		return none(fmt.Sprintf("%s answers %.40q", path, out))
	}
	return Tool{Path: path, Version: version}, nil
}

// config is how this machine reaches its registry, if a file says so.
func (t Tool) config() []string {
	home := os.Getenv("CARGO_HOME")
	if user, err := os.UserHomeDir(); err == nil && home == "" {
		home = filepath.Join(user, ".cargo")
	}
	file := filepath.Join(home, "config.toml")
	if _, err := os.Stat(file); err != nil {
		return nil
	}
	return []string{"--config", file}
}

// access carries over where rustup keeps its compilers, proxies and certificates.
func (t Tool) access() []string {
	var env []string
	if user, err := os.UserHomeDir(); err == nil {
		env = append(env, "RUSTUP_HOME="+filepath.Join(user, ".rustup"))
	}
	for _, have := range os.Environ() {
		name, _, _ := strings.Cut(have, "=")
		if strings.Contains(name, "TOKEN") {
			continue // reading needs none, and build scripts see the environment
		}
		if strings.HasPrefix(name, "CARGO_") || strings.HasPrefix(name, "RUSTUP_") ||
			strings.HasSuffix(strings.ToLower(name), "_proxy") || name == "SSL_CERT_FILE" || name == "SSL_CERT_DIR" {
			env = append(env, have)
		}
	}
	return env
}
