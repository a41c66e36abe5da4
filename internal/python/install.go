package python

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/internal/cache"
	"github.com/mcpcompat/mcpcompat/internal/proc"
)

// The ways in which an installation fails.
var (
	// ErrNotInstalled is wrapped when a package is not in the cache.
	ErrNotInstalled = errors.New("not installed")
	// ErrRegistry is wrapped when the package index could not be reached.
	ErrRegistry = errors.New("the Python package index cannot be reached")
	// ErrNoRelease is wrapped when the index does not have that version as a wheel.
	ErrNoRelease = errors.New("the Python package index has no such release for this Python as a wheel")
	// ErrInstall is wrapped when pip failed otherwise; the message holds its last
	// lines.
	ErrInstall = errors.New("pip failed")
)

const (
	installTimeout = 5 * time.Minute
	lastLines      = 15
	// kind is the folder of the cache that packages are installed in.
	kind = "pypi"
	// lockName and homeName are files in a virtual environment that are ours.
	lockName, homeName = "requirements.txt", ".home"
)

// Installer installs packages into a cache folder. Several processes may use one
// folder at a time.
type Installer struct {
	// Cache is the cache folder; "" means cache.Dir.
	Cache string
	// Progress is told in words what takes time; nil means nobody is.
	Progress func(message string)
}

// Lookup returns the package if it is installed for that Python, else an error
// that wraps ErrNotInstalled.
func (in Installer) Lookup(r Runtime, p Package) (Installed, error) {
	dir, err := in.dir(r, p)
	if err != nil {
		return Installed{}, err
	}
	i := Installed{Package: p, Dir: dir}
	if _, err := os.Stat(dir); err != nil {
		return Installed{}, fmt.Errorf("%s: %w", p, ErrNotInstalled)
	}
	if _, err := os.Stat(i.Python()); err != nil {
		return Installed{}, fmt.Errorf("%s: the Python that it was installed for is gone (remove %s): %w", p, dir, err)
	}
	return i, nil
}

func (in Installer) dir(r Runtime, p Package) (string, error) {
	folder, err := p.folder(r)
	if err != nil {
		return "", err
	}
	all, err := in.all()
	return filepath.Join(all, folder), err
}

// all is the folder that holds the packages.
func (in Installer) all() (string, error) {
	if in.Cache != "" {
		return filepath.Join(in.Cache, kind), nil
	}
	dir, err := cache.Dir()
	return filepath.Join(dir, kind), err
}

// Install returns the package, installing it first if need be. At most one
// process installs a package at a time; the others wait for it.
func (in Installer) Install(ctx context.Context, r Runtime, p Package) (Installed, error) {
	if done, err := in.Lookup(r, p); !errors.Is(err, ErrNotInstalled) {
		return done, err
	}
	dir, err := in.dir(r, p)
	if err != nil {
		return Installed{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, installTimeout)
	defer cancel()
	err = cache.Fill(ctx, dir, func(tmp string) error {
		if in.Progress != nil {
			in.Progress("installing " + p.String())
		}
		return build(ctx, r, p, tmp)
	})
	if err != nil {
		return Installed{}, fmt.Errorf("installing %s: %w", p, err)
	}
	return Installed{Package: p, Dir: dir}, nil
}

// build makes a virtual environment that holds the package. It may be moved: its
// Python looks for packages beside itself.
func build(ctx context.Context, r Runtime, p Package, dir string) error {
	if err := environment(ctx, r, dir); err != nil {
		return err
	}
	args := []string{p.String()}
	if p.Lock != nil {
		lock := filepath.Join(dir, lockName)
		if err := os.WriteFile(lock, p.Lock, 0o600); err != nil {
			return err
		}
		args = []string{"--no-deps", "--require-hashes", "-r", lock}
	}
	if _, err := pip(ctx, dir, append([]string{"install", "--only-binary", ":all:", "--no-cache-dir"}, args...)); err != nil {
		return err
	}
	return os.RemoveAll(filepath.Join(dir, homeName))
}

// environment makes an empty virtual environment.
func environment(ctx context.Context, r Runtime, dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, homeName), 0o750); err != nil {
		return err
	}
	_, err := run(ctx, dir, r.Path, []string{"-I", "-m", "venv", dir})
	return err
}

// pip runs the one of a virtual environment, and returns what it prints.
func pip(ctx context.Context, dir string, args []string) ([]string, error) {
	return pipOf(ctx, Installed{Dir: dir}.Python(), dir, args)
}

// pipOf runs the pip of a Python, in a folder.
func pipOf(ctx context.Context, path, dir string, args []string) ([]string, error) {
	args = append([]string{"-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "--no-color", "--quiet"}, args...)
	return run(ctx, dir, path, args)
}

func run(ctx context.Context, dir, path string, args []string) (lines []string, err error) {
	process, err := proc.Start(ctx, proc.Options{
		Path: path, Args: args, Dir: dir, Home: filepath.Join(dir, homeName), Env: access(),
		Stdout: func(line string) { lines = append(lines, line) },
	})
	if err != nil {
		return nil, err
	}
	<-process.Done()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if process.ExitCode() == 0 {
		return lines, nil
	}
	words := strings.Join(process.Tail(lastLines), "\n")
	if words == "" { // venv tells on standard output what ensurepip said
		words = strings.Join(lines[max(0, len(lines)-lastLines):], "\n")
	}
	why := cause(words)
	if missing := missingRelease.FindStringSubmatch(words); missing != nil && errors.Is(why, ErrInstall) {
		return nil, fmt.Errorf("%w: %s", ErrNoRelease, missing[1])
	}
	return nil, fmt.Errorf("%w (%s):\n%s", why, process.State(), words)
}

// missingRelease finds what pip looked for in vain: the package, or one of those
// that it depends on. It says so, too, after it could not reach the index.
var missingRelease = regexp.MustCompile(`No matching distribution found for ([^\s;]+)`)

// access carries over how this machine reaches its package index: pip's own
// configuration, proxies and certificates.
func access() []string {
	var env []string
	if dir, err := os.UserConfigDir(); err == nil {
		env = append(env, "PIP_CONFIG_FILE="+filepath.Join(dir, "pip", "pip.conf"))
	}
	for _, have := range os.Environ() {
		name, _, _ := strings.Cut(have, "=")
		if strings.HasPrefix(name, "PIP_") || strings.HasSuffix(strings.ToLower(name), "_proxy") ||
			name == "REQUESTS_CA_BUNDLE" || name == "SSL_CERT_FILE" || name == "SSL_CERT_DIR" {
			env = append(env, have)
		}
	}
	return env
}

// cause tells an index out of reach from other failures.
func cause(words string) error {
	for _, sign := range []string{
		"NewConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "Connection refused",
		"Name or service not known", "Temporary failure in name resolution", "CERTIFICATE_VERIFY_FAILED", "ProxyError",
	} {
		if strings.Contains(words, sign) {
			return ErrRegistry
		}
	}
	return ErrInstall
}
