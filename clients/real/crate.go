package real

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"

	"github.com/mcpcompat/mcpcompat/internal/cargo"
)

// crate is a program of ours on a crate of Rust's registry, which is built where
// it runs.
type crate struct {
	name string // of the crate
	// made is the release that the program is written for: its manifest asks for
	// it, and its lockfile has it.
	made string
	// cargo is the oldest one that builds it.
	cargo string
	// program is its folder among the programs, and the name of the binary with
	// "-client" behind it.
	program string
}

func (c crate) builder(o Options) cargo.Builder {
	return cargo.Builder{Cache: o.Cache, Progress: o.Progress}
}

func (c crate) look(ctx context.Context, r *release) (installation, error) {
	wanted, err := c.source(r.version)
	if err != nil {
		return installation{}, err
	}
	path, err := c.builder(r.options).Lookup(wanted)
	if errors.Is(err, cargo.ErrNotBuilt) {
		tool, missing := cargo.Find(ctx, c.cargo)
		if missing != nil {
			return installation{}, missing
		}
		if !r.options.mayInstall(r.id) {
			return installation{}, notAllowed(r.id, err)
		}
		path, err = c.builder(r.options).Build(ctx, tool, wanted)
	}
	return installation{path: path, dir: filepath.Dir(path)}, err
}

// source is the program on a release of the crate. On another one than it is
// written for, cargo chooses what the crate depends on.
func (c crate) source(version string) (cargo.Program, error) {
	p := cargo.Program{Crate: c.name, Version: version, Name: c.program + "-client"}
	for name, data := range map[string]*[]byte{"Cargo.toml": &p.Manifest, "Cargo.lock": &p.Lock, "src/main.rs": &p.Main} {
		var err error
		if *data, err = programs.ReadFile("programs/" + c.program + "/" + name); err != nil {
			return p, err
		}
	}
	if version != c.made {
		p.Manifest = bytes.Replace(p.Manifest, []byte(`"=`+c.made+`"`), []byte(`"=`+version+`"`), 1)
		p.Lock = nil
	}
	return p, nil
}

func (c crate) newest(ctx context.Context, _ Options, _ string) (string, error) {
	tool, err := cargo.Find(ctx, c.cargo)
	if err != nil {
		return "", err
	}
	return cargo.Newest(ctx, tool, c.name)
}

func (c crate) versions(o Options) ([]string, error) { return c.builder(o).Versions(c.name) }
