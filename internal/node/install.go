package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/internal/proc"
)

// The ways in which an installation fails.
var (
	// ErrNotInstalled is wrapped when a package is not in the cache.
	ErrNotInstalled = errors.New("not installed")
	// ErrRegistry is wrapped when npm's registry could not be reached.
	ErrRegistry = errors.New("the npm registry cannot be reached")
	// ErrInstall is wrapped when npm failed otherwise; the message holds its
	// last lines.
	ErrInstall = errors.New("npm failed")
)

const (
	installTimeout = 5 * time.Minute
	lastLines      = 15
)

// Installer installs packages into a cache folder. Several processes may use
// one folder at a time.
type Installer struct {
	// Cache is the cache folder; "" means CacheDir.
	Cache string
	// Progress is told in words what takes time; nil means nobody is.
	Progress func(message string)
}

// Lookup returns the package if it is installed, else an error that wraps
// ErrNotInstalled.
func (in Installer) Lookup(p Package) (Installed, error) {
	dir, err := in.dir(p)
	if err != nil {
		return Installed{}, err
	}
	if _, err := os.Stat(dir); err != nil {
		return Installed{}, fmt.Errorf("%s: %w in %s", p, ErrNotInstalled, filepath.Dir(dir))
	}
	return Installed{Package: p, Dir: dir}, nil
}

func (in Installer) dir(p Package) (string, error) {
	folder, err := p.folder()
	if err != nil {
		return "", err
	}
	cache, err := in.cache()
	if err != nil {
		return "", err
	}
	return filepath.Join(cache, "npm", folder), nil
}

func (in Installer) cache() (string, error) {
	if in.Cache != "" {
		return in.Cache, nil
	}
	return CacheDir()
}

// Install returns the package, installing it first if need be. At most one
// process installs a package at a time; the others wait for it.
func (in Installer) Install(ctx context.Context, r Runtime, p Package) (Installed, error) {
	if done, err := in.Lookup(p); !errors.Is(err, ErrNotInstalled) {
		return done, err
	}
	dir, err := in.dir(p)
	if err != nil {
		return Installed{}, err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o750); err != nil {
		return Installed{}, fmt.Errorf("%s: %w", p, err)
	}
	unlock, err := lock(ctx, dir+".lock")
	if err != nil {
		return Installed{}, fmt.Errorf("%s: %w", p, err)
	}
	defer unlock()
	if done, err := in.Lookup(p); err == nil {
		return done, nil // another process was faster
	}
	if err := in.build(ctx, r, p, dir); err != nil {
		return Installed{}, err
	}
	return Installed{Package: p, Dir: dir}, nil
}

// build installs into a temporary folder and gives it its name when all is
// there. Leftovers of an installation that was killed go first.
func (in Installer) build(ctx context.Context, r Runtime, p Package, dir string) error {
	leftovers, err := filepath.Glob(dir + ".tmp*")
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	for _, old := range leftovers {
		if err := os.RemoveAll(old); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), filepath.Base(dir)+".tmp")
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	defer func() { _ = os.RemoveAll(tmp) }() // what stays is removed by the next installation
	if in.Progress != nil {
		in.Progress("installing " + p.String())
	}
	args, err := p.prepare(tmp)
	if err != nil {
		return err
	}
	if err := npm(ctx, r, p, tmp, args); err != nil {
		return err
	}
	if err := os.RemoveAll(filepath.Join(tmp, homeName)); err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	if _, err := os.Stat(Installed{Package: p, Dir: tmp}.Root()); err != nil {
		return fmt.Errorf("%s: %w: it installed nothing: %w", p, ErrInstall, err)
	}
	if _, err := p.checkLock(os.DirFS(tmp)); err != nil {
		return fmt.Errorf("%s: %w: %w", p, ErrInstall, err)
	}
	if err := os.Rename(tmp, dir); err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	return nil
}

// homeName is the folder that npm takes for its home while it installs.
const homeName = ".home"

// prepare writes the lockfile, if there is one, and returns npm's arguments.
func (p Package) prepare(dir string) ([]string, error) {
	args := []string{
		"--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier",
		"--loglevel=warn", "--cache", filepath.Join(dir, homeName, "cache"), "--prefix", dir,
	}
	if p.Lock == nil {
		if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte("{\"private\": true}\n"), 0o600); err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
		return append([]string{"install", "--save-exact", "--package-lock", p.String()}, args...), nil
	}
	for _, name := range []string{"package.json", "package-lock.json"} {
		data, err := fs.ReadFile(p.Lock, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
	}
	return append([]string{"ci"}, args...), nil
}

func npm(ctx context.Context, r Runtime, p Package, dir string, args []string) error {
	ctx, cancel := context.WithTimeout(ctx, installTimeout)
	defer cancel()
	path, err := r.npm()
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	home := filepath.Join(dir, homeName)
	if err := os.Mkdir(home, 0o750); err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	process, err := proc.Start(ctx, proc.Options{
		Path: path, Args: args, Dir: dir, Home: home, Env: environment(r),
	})
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	<-process.Done()
	if process.ExitCode() == 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("installing %s: %w", p, err)
	}
	words := strings.Join(process.Tail(lastLines), "\n")
	return fmt.Errorf("installing %s: %w (%s):\n%s", p, cause(words), process.State(), words)
}

// environment carries over how this machine reaches its registry: npm's own
// configuration, proxies and certificates.
func environment(r Runtime) []string {
	env := []string{"PATH=" + filepath.Dir(r.Path) + string(os.PathListSeparator) + os.Getenv("PATH")}
	if home, err := os.UserHomeDir(); err == nil {
		env = append(env, "NPM_CONFIG_USERCONFIG="+filepath.Join(home, ".npmrc"))
	}
	for _, have := range os.Environ() {
		name, _, _ := strings.Cut(have, "=")
		switch lower := strings.ToLower(name); {
		case strings.HasPrefix(lower, "npm_config_"), strings.HasSuffix(lower, "_proxy"),
			name == "NODE_EXTRA_CA_CERTS", name == "SSL_CERT_FILE", name == "SSL_CERT_DIR":
			env = append(env, have)
		}
	}
	return env
}

// cause tells a registry out of reach from other failures.
func cause(words string) error {
	for _, code := range []string{
		"ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH",
		"ERR_SOCKET_TIMEOUT", "UNABLE_TO_GET_ISSUER_CERT", "SELF_SIGNED_CERT", "E502", "E503", "E504",
	} {
		if strings.Contains(words, code) {
			return ErrRegistry
		}
	}
	return ErrInstall
}
