package python

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/semver"
)

// Package is a release on the Python Package Index.
type Package struct {
	Name    string // normalized (PEP 503), e.g. "mcp"
	Version string // exact, e.g. "2.3.0"
	// Lock is a requirements file that names the exact version and the hashes of
	// the package and of all that it depends on; nil means that pip chooses the
	// dependencies as it installs.
	Lock []byte
}

var (
	validName    = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	exactVersion = regexp.MustCompile(`^\d+\.\d+(\.\d+)?((a|b|rc|\.post|\.dev)\d+)*$`)
)

// IsExact reports whether it is an exact version (PEP 440), as opposed to a range.
func IsExact(version string) bool { return exactVersion.MatchString(version) }

// String is name==version, as pip has it.
func (p Package) String() string { return p.Name + "==" + p.Version }

// folder is the name of its folder in the cache. A virtual environment belongs to
// the minor version of the Python that made it.
func (p Package) folder(r Runtime) (string, error) {
	if !validName.MatchString(p.Name) {
		return "", fmt.Errorf("not the name of a Python package: %q", p.Name)
	}
	if !IsExact(p.Version) {
		return "", fmt.Errorf("%s: not an exact version: %q", p.Name, p.Version)
	}
	name := p.Name + "@" + p.Version + "-py" + strings.TrimPrefix(semver.MajorMinor("v"+r.Version), "v")
	if p.Lock == nil {
		return name, nil
	}
	if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(p.String()) + `(\s|$)`).Match(p.Lock) {
		return "", fmt.Errorf("%s: the lockfile does not install it", p)
	}
	sum := sha256.Sum256(p.Lock)
	return name + "-" + hex.EncodeToString(sum[:4]), nil
}

// Installed is a package that is completely installed.
type Installed struct {
	Package

	// Dir is the virtual environment.
	Dir string
}

// Python is the Python that finds the package.
func (i Installed) Python() string { return filepath.Join(i.Dir, "bin", "python") }
