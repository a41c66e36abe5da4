package real

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/cargo"
	"github.com/mcpcompat/mcpcompat/internal/node"
	"github.com/mcpcompat/mcpcompat/internal/python"
)

// locks holds, in a folder named after the client, the lockfile of the release
// that each adapter is made for.
//
//go:embed locks
var locks embed.FS

// program is what an adapter knows of its program, whatever the release.
type program struct {
	id   string // of the client
	name string // as the vendor writes it
	npm  string // name of the package
	// from is where the program comes from if it is no npm package; nil means npm.
	from registry
	// version is the release that the adapter is made for.
	version string
	// majors are what versions of the program and of its package begin with,
	// where they are counted differently; nil means that they are the same.
	majors *[2]string
	// nested are the folders of the package that have dependencies of their own
	// (see node.Package).
	nested []string
	basis  clients.Basis // "" means clients.Real
	// lock is the folder among the locks; "" means that it is named after the
	// client.
	lock string
	// condition says which of several interfaces of the program is driven; ""
	// means the one that people use.
	condition string
	// limits are what of the product is not driven, and why, in sentences; ""
	// means that nothing is left out.
	limits string
	// node is the oldest Node.js that runs the program; "" means that it is
	// native and needs Node.js only to be installed.
	node string
	// entry finds the script, or the native program, in an installation.
	entry func(node.Installed) (string, error)
	// asksLogin finds the words with which the program asks for an account of
	// its vendor's; nil means that it never does.
	asksLogin *regexp.Regexp
}

// script is the entry of a program that its package declares under that name.
func script(name string) func(node.Installed) (string, error) {
	return func(i node.Installed) (string, error) { return i.Script(name) }
}

// release is one exact version of a program. Adapters embed it: it answers what
// does not depend on how the program is driven.
type release struct {
	program
	options Options

	found sync.Mutex
	at    installation // zero until it was found
}

// installation is where a release is on this machine.
type installation struct {
	path string   // what to start
	args []string // what comes before all other arguments
	dir  string   // the folder of the package, with all that it depends on
	// shared is a folder beside it that all sessions of the release may use,
	// whatever their homes, for what is neither configuration nor a person's.
	// It need not exist yet.
	shared string
}

func newRelease(p program, o Options) *release { return &release{program: p, options: o} }

// Identity implements clients.Client.
func (r *release) Identity() clients.Identity {
	basis := r.basis
	if basis == "" {
		basis = clients.Real
	}
	return clients.Identity{ID: r.id, Name: r.name, Version: r.version, Condition: r.condition, Basis: basis}
}

// Limits implements clients.Limited.
func (r *release) Limits() string { return r.limits }

// Available implements clients.Client.
func (r *release) Available(ctx context.Context) error {
	_, err := r.installed(ctx)
	return err
}

// installed finds the release, and installs it first if need be and allowed.
// It is looked for once: every session needs it, and asking Node.js for its
// version takes longer than many a login. The error wraps ErrUnavailable.
func (r *release) installed(ctx context.Context) (installation, error) {
	r.found.Lock()
	defer r.found.Unlock()
	if r.at.path == "" {
		at, err := r.look(ctx)
		if err != nil {
			return installation{}, fmt.Errorf("%s: %w: %w", r.id, clients.ErrUnavailable, advised(err))
		}
		r.at = at
	}
	return r.at, nil
}

// advised adds to an error what to do about a release that does not exist.
func advised(err error) error {
	if errors.Is(err, node.ErrNoRelease) || errors.Is(err, python.ErrNoRelease) || errors.Is(err, cargo.ErrNoRelease) {
		return fmt.Errorf("%w (mcpcompat list clients --basis real names the newest one)", err)
	}
	return err
}

func (r *release) look(ctx context.Context) (installation, error) {
	if r.from != nil {
		return r.from.look(ctx, r)
	}
	var at installation
	var runtime node.Runtime
	var err error
	if r.node != "" {
		if runtime, err = r.options.installer().Runtime(ctx, r.node, r.options.mayInstall(r.id)); err != nil {
			return at, err
		}
	}
	installed, err := r.lookPackage(ctx)
	if err != nil {
		return at, err
	}
	if at.path, err = r.entry(installed); err != nil {
		return at, err
	}
	if r.node != "" {
		at.path, at.args = runtime.Path, []string{at.path}
	}
	at.dir = installed.Dir
	at.shared = filepath.Join(filepath.Dir(filepath.Dir(installed.Dir)), "shared", filepath.Base(installed.Dir))
	return at, nil
}

// oldestNode is a Node.js whose npm can install all programs that do not run on
// Node.js themselves.
const oldestNode = "18"

func (r *release) lookPackage(ctx context.Context) (node.Installed, error) {
	p, err := r.npmPackage()
	if err != nil {
		return node.Installed{}, err
	}
	installed, err := r.options.installer().Lookup(p)
	if !errors.Is(err, node.ErrNotInstalled) {
		return installed, err
	}
	if !r.options.mayInstall(r.id) {
		return installed, notAllowed(r.id, err)
	}
	npm, err := r.options.installer().Runtime(ctx, oldestNode, true)
	if err != nil {
		return node.Installed{}, err
	}
	return r.options.installer().Install(ctx, npm, p)
}

// npmPackage is the package with its lockfile, if this is the release that there
// is one for; of another one npm makes the lockfile as it installs.
func (r *release) npmPackage() (node.Package, error) {
	p := node.Package{Name: r.npm, Version: r.packaged(r.version), Nested: r.nested}
	if !r.pinned() {
		return p, nil
	}
	folder := "locks/" + cmp.Or(r.lock, r.id)
	if _, err := fs.Stat(locks, folder); errors.Is(err, fs.ErrNotExist) {
		return p, nil // of programs with a package for each platform there are not all
	}
	lock, err := fs.Sub(locks, folder)
	p.Lock = lock
	return p, err
}

// packaged is the version of the package with that version of the program.
func (p program) packaged(version string) string {
	if p.majors == nil {
		return version
	}
	return strings.Replace(version, p.majors[0], p.majors[1], 1)
}

// released is the version of the program in that version of the package.
func (p program) released(version string) string {
	if p.majors == nil {
		return version
	}
	return strings.Replace(version, p.majors[1], p.majors[0], 1)
}

// pinned reports whether this is the release that the adapter is made for.
func (r *release) pinned() bool {
	return slices.ContainsFunc(adapters(), func(a adapter) bool { return a.id == r.id && a.version == r.version })
}
