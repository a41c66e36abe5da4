package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// shrinkwrap is the lockfile that a vendor publishes with a package.
const shrinkwrap = "npm-shrinkwrap.json"

// buildNested installs what the folders inside a package depend on. Vendors make
// these lockfiles without the dependencies that packages expect of their users.
func buildNested(ctx context.Context, r Runtime, p Package, tmp, home string) error {
	for _, nested := range p.Nested {
		dir := filepath.Join(Installed{Package: p, Dir: tmp}.Root(), filepath.FromSlash(nested))
		if err := checkShrinkwrap(dir); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrInstall, nested, err)
		}
		args := append([]string{"ci", "--omit=dev", "--legacy-peer-deps"}, options(dir, home)...)
		if err := npm(ctx, r, dir, home, args); err != nil {
			return err
		}
	}
	return nil
}

// checkShrinkwrap makes sure that a lockfile names the integrity of all that it
// installs.
func checkShrinkwrap(dir string) error {
	data, err := os.ReadFile(filepath.Join(dir, shrinkwrap))
	if err != nil {
		return err
	}
	var lock locked
	if err := json.Unmarshal(data, &lock); err != nil {
		return fmt.Errorf("%s: %w", shrinkwrap, err)
	}
	return errors.Join(lock.unchecked()...)
}
