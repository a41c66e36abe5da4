package real

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/mod/semver"

	"github.com/mcpcompat/mcpcompat/internal/node"
)

// IDs are the clients that there are adapters for, in the order of the rows.
func IDs() []string {
	var out []string
	for _, a := range adapters() {
		out = append(out, a.id)
	}
	return slices.Compact(out) // some have an adapter for each line of releases
}

// Newest asks the registry for the newest release of a program. Node.js is
// installed for it if there is none and the options allow it.
func Newest(ctx context.Context, id string, o Options) (string, error) {
	all := adapters()
	i := slices.IndexFunc(all, func(a adapter) bool { return a.id == id })
	if i < 0 {
		return "", fmt.Errorf("%w for the client %q", ErrNoAdapter, id)
	}
	if from := all[i].from; from != nil {
		version, err := from.newest(ctx, o, id)
		if err != nil {
			return "", fmt.Errorf("%s: %w", id, err)
		}
		return version, nil
	}
	npm, err := o.installer().Runtime(ctx, oldestNode, o.mayInstall(id))
	if err != nil {
		return "", fmt.Errorf("%s: %w", id, err)
	}
	version, err := node.Newest(ctx, npm, all[i].npm)
	if err != nil {
		return "", fmt.Errorf("%s: %w", id, err)
	}
	return all[i].released(version), nil
}

// Installed are the releases of a program that are in the cache, of all its lines
// if it has several, oldest first.
func Installed(id string, o Options) ([]string, error) {
	var out []string
	known := false
	for _, a := range adapters() {
		if a.id != id {
			continue
		}
		known = true
		versions, err := a.installed(o)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		out = append(out, versions...)
	}
	if !known {
		return nil, fmt.Errorf("%w for the client %q", ErrNoAdapter, id)
	}
	slices.SortFunc(out, func(a, b string) int { return semver.Compare("v"+a, "v"+b) })
	return slices.Compact(out), nil
}

// installed are the releases that come in the program's package.
func (p program) installed(o Options) (versions []string, err error) {
	if p.from != nil {
		versions, err = p.from.versions(o)
	} else {
		versions, err = o.installer().Versions(p.npm)
	}
	for n, version := range versions {
		versions[n] = p.released(version)
	}
	return versions, err
}
