package node

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Package is a released npm package.
type Package struct {
	Name    string // e.g. "mcp-remote" or "@modelcontextprotocol/inspector"
	Version string // exact, e.g. "0.15.1"
	// Lock holds package.json and package-lock.json, which fix the version and
	// the integrity of every dependency; nil means that npm makes the lockfile
	// as it installs, which stays with the package.
	Lock fs.FS
	// Nested are folders inside the package that have dependencies of their
	// own, which its vendor's npm-shrinkwrap.json in the folder fixes, and which
	// a script of the package would install; nil means that there are none.
	Nested []string
}

var (
	validName    = regexp.MustCompile(`^(@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*$`)
	exactVersion = regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)
)

// IsExact reports whether it is an exact version, as opposed to a range or a tag.
func IsExact(version string) bool { return exactVersion.MatchString(version) }

// folder is the name of the package's folder in the cache.
func (p Package) folder() (string, error) {
	if !validName.MatchString(p.Name) {
		return "", fmt.Errorf("not the name of an npm package: %q", p.Name)
	}
	if !exactVersion.MatchString(p.Version) {
		return "", fmt.Errorf("%s: not an exact version: %q", p.Name, p.Version)
	}
	name := strings.ReplaceAll(p.Name, "/", "+") + "@" + p.Version
	if p.Lock == nil {
		return name, nil
	}
	lock, err := p.checkLock(p.Lock)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(lock)
	return name + "-" + hex.EncodeToString(sum[:4]), nil
}

// locked is what is looked at of one of npm's lockfiles.
type locked struct {
	Packages map[string]struct {
		Version   string `json:"version"`
		Integrity string `json:"integrity"`
		InBundle  bool   `json:"inBundle"` // covered by the integrity of what bundles it
	} `json:"packages"`
}

// unchecked are the packages whose integrity it does not name.
func (l locked) unchecked() []error {
	var errs []error
	for path, dep := range l.Packages {
		if path != "" && dep.Integrity == "" && !dep.InBundle {
			errs = append(errs, fmt.Errorf("%s has no integrity", path))
		}
	}
	return errs
}

// checkLock returns the lockfile, which must install exactly this version and
// name the integrity of all it installs.
func (p Package) checkLock(dir fs.FS) ([]byte, error) {
	data, err := fs.ReadFile(dir, "package-lock.json")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p, err)
	}
	var lock locked
	if err := json.Unmarshal(data, &lock); err != nil {
		return nil, fmt.Errorf("%s: package-lock.json: %w", p, err)
	}
	var errs []error
	if got := lock.Packages["node_modules/"+p.Name].Version; got != p.Version {
		errs = append(errs, fmt.Errorf("%s: package-lock.json installs version %q", p, got))
	}
	for _, err := range lock.unchecked() {
		errs = append(errs, fmt.Errorf("%s: package-lock.json: %w", p, err))
	}
	return data, errors.Join(errs...)
}

// String is name@version.
func (p Package) String() string { return p.Name + "@" + p.Version }

// Installed is a package that is completely installed.
type Installed struct {
	Package

	// Dir is the folder that holds node_modules.
	Dir string
}

// Root is the folder of the package itself.
func (i Installed) Root() string {
	return filepath.Join(i.Dir, "node_modules", filepath.FromSlash(i.Name))
}

// File is the path of a file of any installed package, such as
// @scope/name-linux-x64/bin/name. The error wraps ErrNotInstalled where there is
// none: optional packages are installed only for the platforms they are for.
func (i Installed) File(name string) (string, error) {
	path := filepath.Join(i.Dir, "node_modules", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%s has no %s (this machine is %s): %w", i.Package, name, Platform(), ErrNotInstalled)
	}
	return path, nil
}

// Script is the path of the package's program of that name, as its package.json
// declares it under "bin".
func (i Installed) Script(name string) (string, error) {
	file := filepath.Join(i.Root(), "package.json")
	data, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s: %w", i.Package, err)
	}
	var manifest struct {
		Bin json.RawMessage `json:"bin"`
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		return "", fmt.Errorf("%s: %s: %w", i.Package, file, err)
	}
	bins := map[string]string{}
	var single string
	if json.Unmarshal(manifest.Bin, &single) == nil {
		bins[filepath.Base(i.Name)] = single
	} else if err := json.Unmarshal(manifest.Bin, &bins); err != nil {
		return "", fmt.Errorf("%s: %s has no bin: %w", i.Package, file, err)
	}
	script, ok := bins[name]
	if !ok {
		return "", fmt.Errorf("%s has no program %q", i.Package, name)
	}
	return filepath.Join(i.Root(), filepath.FromSlash(script)), nil
}
