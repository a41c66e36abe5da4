package real

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"

	"github.com/mcpcompat/mcpcompat/internal/python"
)

// registry is where a program comes from that is no npm package.
type registry interface {
	// look finds a release, and installs it first if need be and allowed.
	look(ctx context.Context, r *release) (installation, error)
	// newest asks for the newest release.
	newest(ctx context.Context, o Options, id string) (string, error)
	// versions are the releases that are installed, oldest first.
	versions(o Options) ([]string, error)
}

// pypi is a program of ours on a package of the Python Package Index.
type pypi struct {
	name string // of the package
	// python is the oldest Python that runs the program.
	python string
	// program is the name of the program's file among the programs.
	program string
}

//go:embed programs
var programs embed.FS

func (p pypi) installer(o Options) python.Installer {
	return python.Installer{Cache: o.Cache, Progress: o.Progress}
}

func (p pypi) look(ctx context.Context, r *release) (installation, error) {
	runtime, err := python.Find(ctx, p.python)
	if err != nil {
		return installation{}, err
	}
	wanted := python.Package{Name: p.name, Version: r.version}
	if r.pinned() {
		if wanted.Lock, err = locks.ReadFile("locks/" + cmp.Or(r.lock, r.id) + "/requirements.txt"); err != nil {
			return installation{}, err
		}
	}
	installed, err := p.installer(r.options).Lookup(runtime, wanted)
	if errors.Is(err, python.ErrNotInstalled) {
		if !r.options.mayInstall(r.id) {
			return installation{}, notAllowed(r.id, err)
		}
		installed, err = p.installer(r.options).Install(ctx, runtime, wanted)
	}
	if err != nil {
		return installation{}, err
	}
	source, err := programs.ReadFile("programs/" + p.program)
	if err != nil {
		return installation{}, err
	}
	script, err := place(installed.Dir, p.program, source)
	// Isolated, so that neither the environment nor the person's own packages
	// change what is imported.
	return installation{path: installed.Python(), args: []string{"-I", script}, dir: installed.Dir}, err
}

func (p pypi) newest(ctx context.Context, _ Options, _ string) (string, error) {
	runtime, err := python.Find(ctx, p.python)
	if err != nil {
		return "", err
	}
	return python.Newest(ctx, runtime, p.name)
}

func (p pypi) versions(o Options) ([]string, error) { return p.installer(o).Versions(p.name) }

// notAllowed is the error of what is not installed and may not be.
func notAllowed(id string, err error) error {
	return fmt.Errorf("%w (%s=1, %s=%s, or naming the client installs it)", err, EnvInstall, EnvInstall, id)
}
