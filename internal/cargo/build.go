package cargo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/internal/cache"
	"github.com/mcpcompat/mcpcompat/internal/proc"
)

// The ways in which a build fails.
var (
	// ErrNotBuilt is wrapped when a program is not in the cache.
	ErrNotBuilt = errors.New("not built")
	// ErrRegistry is wrapped when the crate registry could not be reached.
	ErrRegistry = errors.New("the crate registry cannot be reached")
	// ErrNoRelease is wrapped when the registry does not have that version.
	ErrNoRelease = errors.New("the crate registry has no such release")
	// ErrBuild is wrapped when cargo failed otherwise; the message holds its last
	// lines.
	ErrBuild = errors.New("cargo failed")
)

const (
	// buildTimeout is for a machine that has much else to do: a build takes a
	// minute of processor time.
	buildTimeout = 15 * time.Minute
	lastLines    = 15
	// kind is the folder of the cache that programs are built in.
	kind     = "crates"
	homeName = ".home"
)

// Program is a program of ours, and the release of a crate that it is built on.
type Program struct {
	Crate   string // e.g. "rmcp"
	Version string // exact, e.g. "3.1.4"
	// Name is that of the binary, as the manifest has it.
	Name string
	// Manifest is Cargo.toml, which asks for that version, and Main src/main.rs.
	Manifest, Main []byte
	// Lock is Cargo.lock; nil means that cargo chooses the dependencies.
	Lock []byte
}

var (
	validName    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)
	exactVersion = regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)
	sumSuffix    = regexp.MustCompile(`-[0-9a-f]{8}$`)
)

// String is crate@version.
func (p Program) String() string { return p.Crate + "@" + p.Version }

// folder is the name of its folder in the cache, which changes with our source.
func (p Program) folder() (string, error) {
	if !validName.MatchString(p.Crate) || !validName.MatchString(p.Name) {
		return "", fmt.Errorf("not the names of a crate and a program: %q, %q", p.Crate, p.Name)
	}
	if !exactVersion.MatchString(p.Version) {
		return "", fmt.Errorf("%s: not an exact version: %q", p.Crate, p.Version)
	}
	if !strings.Contains(string(p.Manifest), `"=`+p.Version+`"`) {
		return "", fmt.Errorf("%s: the manifest does not ask for exactly this version", p)
	}
	h := sha256.New()
	for _, part := range [][]byte{p.Manifest, p.Lock, p.Main} {
		fmt.Fprintf(h, "%d ", len(part))
		h.Write(part)
	}
	return p.String() + "-" + hex.EncodeToString(h.Sum(nil)[:4]), nil
}

// Builder builds programs into a cache folder. Several processes may use one
// folder at a time.
type Builder struct {
	// Cache is the cache folder; "" means cache.Dir.
	Cache string
	// Progress is told in words what takes time; nil means nobody is.
	Progress func(message string)
}

// all is the folder that holds the programs.
func (b Builder) all() (string, error) {
	if b.Cache != "" {
		return filepath.Join(b.Cache, kind), nil
	}
	dir, err := cache.Dir()
	return filepath.Join(dir, kind), err
}

// Lookup returns the path of the program if it is built, else an error that wraps
// ErrNotBuilt.
func (b Builder) Lookup(p Program) (string, error) {
	folder, err := p.folder()
	if err != nil {
		return "", err
	}
	all, err := b.all()
	if err != nil {
		return "", err
	}
	path := filepath.Join(all, folder, p.Name)
	if _, err := os.Stat(path); err != nil {
		return path, fmt.Errorf("%s: %w", p, ErrNotBuilt)
	}
	return path, nil
}

// Build returns the path of the program, building it first if need be. At most one
// process builds a program at a time; the others wait for it.
func (b Builder) Build(ctx context.Context, t Tool, p Program) (string, error) {
	path, err := b.Lookup(p)
	if !errors.Is(err, ErrNotBuilt) {
		return path, err
	}
	ctx, cancel := context.WithTimeout(ctx, buildTimeout)
	defer cancel()
	err = cache.Fill(ctx, filepath.Dir(path), func(tmp string) error {
		if b.Progress != nil {
			b.Progress("building a program on " + p.String())
		}
		return p.build(ctx, t, tmp)
	})
	if err != nil {
		return "", fmt.Errorf("building a program on %s: %w", p, err)
	}
	return path, nil
}

// build leaves the program in an empty folder, and its sources, but nothing of
// what the compiler wrote.
func (p Program) build(ctx context.Context, t Tool, dir string) error {
	files := map[string][]byte{"Cargo.toml": p.Manifest, "src/main.rs": p.Main}
	args := []string{"build", "--release", "--quiet", "--target-dir", filepath.Join(dir, homeName, "target")}
	if p.Lock != nil {
		files["Cargo.lock"] = p.Lock
		args = append(args, "--locked")
	}
	for name, data := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(file, data, 0o600); err != nil {
			return err
		}
	}
	if _, err := run(ctx, t, dir, args); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(dir, homeName, "target", "release", p.Name), filepath.Join(dir, p.Name)); err != nil {
		return fmt.Errorf("%w: it built nothing: %w", ErrBuild, err)
	}
	return os.RemoveAll(filepath.Join(dir, homeName))
}

// run has cargo do something in a folder, and returns what it prints.
func run(ctx context.Context, t Tool, dir string, args []string) (lines []string, err error) {
	home := filepath.Join(dir, homeName)
	if err := os.MkdirAll(home, 0o750); err != nil {
		return nil, err
	}
	args = slices.Concat(t.config(), args)
	process, err := proc.Start(ctx, proc.Options{
		Path: t.Path, Args: args, Dir: dir, Home: home, Env: append(t.access(), "CARGO_HOME="+filepath.Join(home, "cargo")),
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
	if missing := missingRelease.FindStringSubmatch(words); missing != nil {
		return nil, fmt.Errorf("%w: %s", ErrNoRelease, missing[1])
	}
	return nil, fmt.Errorf("%w (%s):\n%s", cause(words), process.State(), words)
}

// missingRelease finds what cargo looked for in vain.
var missingRelease = regexp.MustCompile("failed to select a version for the requirement `([^`]+)`")

// cause tells a registry out of reach from other failures.
func cause(words string) error {
	for _, sign := range []string{
		"Could not resolve host", "Couldn't resolve host", "Failed to connect", "Could not connect", "Couldn't connect",
		"Timeout was reached", "SSL connect error", "download of config.json failed",
	} {
		if strings.Contains(words, sign) {
			return ErrRegistry
		}
	}
	return ErrBuild
}
