package node

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
)

// lockSum is what the folder of a package with a lockfile of ours ends in.
var lockSum = regexp.MustCompile(`-[0-9a-f]{8}$`)

// Versions are those of a package that are completely installed, oldest first.
func (in Installer) Versions(name string) ([]string, error) {
	folder, err := Package{Name: name, Version: "0.0.0"}.folder()
	if err != nil {
		return nil, err
	}
	prefix := strings.TrimSuffix(folder, "0.0.0")
	cache, err := in.cache()
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(filepath.Join(cache, "npm"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("installed versions of %s: %w", name, err)
	}
	var versions []string
	for _, e := range entries {
		version, ok := strings.CutPrefix(e.Name(), prefix)
		version = lockSum.ReplaceAllString(version, "")
		if ok && e.IsDir() && IsExact(version) && !slices.Contains(versions, version) {
			versions = append(versions, version)
		}
	}
	slices.SortFunc(versions, func(a, b string) int { return semver.Compare("v"+a, "v"+b) })
	return versions, nil
}
