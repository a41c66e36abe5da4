package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
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
	// ErrRegistry is wrapped when npm's registry could not be reached.
	ErrRegistry = errors.New("the npm registry cannot be reached")
	// ErrNoRelease is wrapped when the registry does not have that version.
	ErrNoRelease = errors.New("the npm registry has no such release")
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
	// Cache is the cache folder; "" means cache.Dir.
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
		return Installed{}, fmt.Errorf("%s: %w", p, ErrNotInstalled)
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
	return cache.Dir()
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
	if err := cache.Fill(ctx, dir, func(tmp string) error { return in.build(ctx, r, p, tmp) }); err != nil {
		return Installed{}, fmt.Errorf("%s: %w", p, err)
	}
	return Installed{Package: p, Dir: dir}, nil
}

// build installs into an empty folder.
func (in Installer) build(ctx context.Context, r Runtime, p Package, dir string) error {
	if in.Progress != nil {
		in.Progress("installing " + p.String())
	}
	args, err := p.prepare(dir)
	if err != nil {
		return err
	}
	home := filepath.Join(dir, homeName)
	if err := os.Mkdir(home, 0o750); err != nil {
		return err
	}
	if err := npm(ctx, r, dir, home, args); err != nil {
		return err
	}
	if err := buildNested(ctx, r, p, dir, home); err != nil {
		return err
	}
	if err := os.RemoveAll(home); err != nil {
		return err
	}
	if _, err := os.Stat(Installed{Package: p, Dir: dir}.Root()); err != nil {
		return fmt.Errorf("%w: it installed nothing: %w", ErrInstall, err)
	}
	if _, err := p.checkLock(os.DirFS(dir)); err != nil {
		return fmt.Errorf("%w: %w", ErrInstall, err)
	}
	return nil
}

// options are npm's in all cases: the folder to install into, what it takes for
// its home, and that no script runs.
func options(dir, home string) []string {
	return []string{
		"--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier",
		"--loglevel=warn", "--cache", filepath.Join(home, "cache"), "--prefix", dir,
	}
}

// homeName is the folder that npm takes for its home while it installs.
const homeName = ".home"

// prepare writes the lockfile, if there is one, and returns npm's arguments.
func (p Package) prepare(dir string) ([]string, error) {
	args := options(dir, filepath.Join(dir, homeName))
	if p.Lock == nil {
		if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte("{\"private\": true}\n"), 0o600); err != nil {
			return nil, err
		}
		return append([]string{"install", "--save-exact", "--package-lock", p.String()}, args...), nil
	}
	for _, name := range []string{"package.json", "package-lock.json"} {
		data, err := fs.ReadFile(p.Lock, name)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return nil, err
		}
	}
	return append([]string{"ci"}, args...), nil
}

func npm(ctx context.Context, r Runtime, dir, home string, args []string) error {
	ctx, cancel := context.WithTimeout(ctx, installTimeout)
	defer cancel()
	path, err := r.npm()
	if err != nil {
		return err
	}
	process, err := proc.Start(ctx, proc.Options{
		Path: path, Args: args, Dir: dir, Home: home, Env: environment(r),
	})
	if err != nil {
		return err
	}
	<-process.Done()
	if process.ExitCode() == 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("installing: %w", err)
	}
	words := strings.Join(process.Tail(lastLines), "\n")
	if missing := missingRelease.FindStringSubmatch(words); missing != nil {
		return fmt.Errorf("installing: %w: %s", ErrNoRelease, missing[1])
	}
	return fmt.Errorf("installing: %w (%s):\n%s", cause(words), process.State(), words)
}

// missingRelease finds what npm looked for in vain: the package, or one of those
// that it depends on.
var missingRelease = regexp.MustCompile(`No matching version found for (\S+?)\.?(\s|$)`)

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
