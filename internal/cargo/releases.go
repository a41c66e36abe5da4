package cargo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/semver"

	"github.com/mcpcompat/mcpcompat/internal/scratch"
)

// newestTimeout bounds a question to the registry.
const newestTimeout = time.Minute

// Newest asks the registry for the newest release of a crate. The error wraps
// ErrRegistry when it cannot be reached.
func Newest(ctx context.Context, t Tool, crate string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, newestTimeout)
	defer cancel()
	version, err := newest(ctx, t, crate)
	if err != nil {
		return "", fmt.Errorf("asking for the newest %s: %w", crate, err)
	}
	return version, nil
}

func newest(ctx context.Context, t Tool, crate string) (string, error) {
	dir, err := scratch.New("cargo")
	if err != nil {
		return "", err
	}
	defer func() { _ = dir.Remove() }() // it holds what the registry answered
	lines, err := run(ctx, t, dir.Path, []string{"info", crate, "--quiet", "--color", "never"})
	if err != nil {
		return "", err
	}
	for _, line := range lines {
		if version, ok := strings.CutPrefix(line, "version: "); ok {
			if version, _, _ = strings.Cut(version, " "); exactVersion.MatchString(version) {
				return version, nil
			}
		}
	}
	return "", fmt.Errorf("%w: the answer names no version", ErrBuild)
}

// Versions are the releases of a crate that programs are built on, oldest first.
func (b Builder) Versions(crate string) ([]string, error) {
	all, err := b.all()
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(all)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("installed versions of %s: %w", crate, err)
	}
	var versions []string
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.Name(), crate+"@")
		version := sumSuffix.ReplaceAllString(rest, "")
		if ok && e.IsDir() && exactVersion.MatchString(version) && !slices.Contains(versions, version) {
			versions = append(versions, version)
		}
	}
	slices.SortFunc(versions, func(a, b string) int { return semver.Compare("v"+a, "v"+b) })
	return versions, nil
}
