package python

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/semver"

	"github.com/mcpcompat/mcpcompat/internal/scratch"
)

// newestTimeout bounds a question to the package index.
const newestTimeout = time.Minute

// Newest asks the package index for the newest release of a package that this
// Python can run: the one that an installation without a version gets. The error
// wraps ErrRegistry when it cannot be reached.
func Newest(ctx context.Context, r Runtime, name string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, newestTimeout)
	defer cancel()
	version, err := newest(ctx, r, name)
	if err != nil {
		return "", fmt.Errorf("asking for the newest %s: %w", name, err)
	}
	return version, nil
}

func newest(ctx context.Context, r Runtime, name string) (string, error) {
	folder, err := scratch.New("pip")
	if err != nil {
		return "", err
	}
	defer func() { _ = folder.Remove() }() // it holds no more than what Python came with
	dir := folder.Path
	if err := os.Mkdir(filepath.Join(dir, homeName), 0o750); err != nil {
		return "", err
	}
	ask := []string{
		"install", "--dry-run", "--ignore-installed", "--report", "-", "--no-deps", "--only-binary", ":all:", "--no-cache-dir", name,
	}
	lines, err := pipOf(ctx, r.Path, dir, ask)
	if errors.Is(err, ErrInstall) {
		// A Python whose own pip is missing, or may not be used, has one in a virtual
		// environment, which takes seconds to make.
		if err := environment(ctx, r, dir); err != nil {
			return "", err
		}
		lines, err = pip(ctx, dir, ask)
	}
	if err != nil {
		return "", err
	}
	var report struct {
		Install []struct {
			Metadata struct {
				Version string `json:"version"`
			} `json:"metadata"`
		} `json:"install"`
	}
	answer := strings.Join(lines, "\n")
	if err := json.Unmarshal([]byte(answer), &report); err != nil {
		return "", fmt.Errorf("%w: the answer was %.80q: %w", ErrInstall, answer, err)
	}
	if len(report.Install) != 1 || !IsExact(report.Install[0].Metadata.Version) {
		return "", fmt.Errorf("%w: the answer names no version", ErrInstall)
	}
	return report.Install[0].Metadata.Version, nil
}

// suffix is what the folder of a package ends in after its version.
var suffix = regexp.MustCompile(`-py\d+\.\d+(-[0-9a-f]{8})?$`)

// Versions are those of a package that are completely installed, oldest first.
func (in Installer) Versions(name string) ([]string, error) {
	all, err := in.all()
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(all)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("installed versions of %s: %w", name, err)
	}
	var versions []string
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.Name(), name+"@")
		version := suffix.ReplaceAllString(rest, "")
		if ok && e.IsDir() && IsExact(version) && !slices.Contains(versions, version) {
			versions = append(versions, version)
		}
	}
	slices.SortFunc(versions, func(a, b string) int { return semver.Compare("v"+a, "v"+b) })
	return versions, nil
}
