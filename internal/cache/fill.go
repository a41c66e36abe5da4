package cache

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Fill makes a folder of the cache by build, which is given an empty folder beside
// it that is renamed when build is done. A folder that is there is left alone. At
// most one process fills a folder at a time; the others wait for it.
func Fill(ctx context.Context, dir string, build func(tmp string) error) error {
	if there(dir) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o750); err != nil {
		return err
	}
	unlock, err := lock(ctx, dir+".lock")
	if err != nil {
		return err
	}
	defer unlock()
	if there(dir) {
		return nil // another process was faster
	}
	leftovers, err := filepath.Glob(dir + ".tmp*") // of a process that was killed
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	for _, old := range leftovers {
		if err := os.RemoveAll(old); err != nil {
			return err
		}
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), filepath.Base(dir)+".tmp")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(tmp) }() // what stays is removed the next time
	if err := build(tmp); err != nil {
		return err
	}
	return os.Rename(tmp, dir)
}

func there(dir string) bool {
	_, err := os.Stat(dir)
	return !errors.Is(err, fs.ErrNotExist)
}
