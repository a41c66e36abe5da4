package node

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"

	"golang.org/x/mod/semver"
)

// ownVersion is the Node.js that is installed where the machine's own is too
// old. Its lockfile is the one that scripts/setup.sh uses as well.
const ownVersion = "22.23.3"

// oldestNPM is a Node.js whose npm can install anything.
const oldestNPM = "18"

//go:embed lock
var ownLock embed.FS

// Runtime returns a Node.js that is at least of the given version: the machine's
// own, or one of npm's packages of Node.js, which are for Linux only. That one is
// installed only if install says so; the error wraps ErrNoNode then too.
func (in Installer) Runtime(ctx context.Context, atLeast string, install bool) (Runtime, error) {
	found, missing := Find(ctx, atLeast)
	if missing == nil || runtime.GOOS != "linux" || semver.Compare("v"+ownVersion, "v"+atLeast) < 0 {
		return found, missing
	}
	lock, err := fs.Sub(ownLock, "lock")
	if err != nil {
		return Runtime{}, err
	}
	own := Package{Name: "node-linux-" + arch(), Version: ownVersion, Lock: lock}
	installed, err := in.Lookup(own)
	if errors.Is(err, ErrNotInstalled) && install {
		var npm Runtime
		if npm, err = Find(ctx, oldestNPM); err == nil {
			installed, err = in.Install(ctx, npm, own)
		}
	}
	if err != nil {
		return Runtime{}, fmt.Errorf("%w; %w", missing, err)
	}
	return Runtime{Path: filepath.Join(installed.Root(), "bin", "node"), Version: ownVersion}, nil
}

// arch is this machine's architecture in the words of npm.
func arch() string {
	if runtime.GOARCH == "amd64" {
		return "x64"
	}
	return runtime.GOARCH
}

// Platform is this machine in the words of npm's optional packages, such as
// linux-x64 or darwin-arm64.
func Platform() string { return runtime.GOOS + "-" + arch() }
