//go:build unix

package proc

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"time"
)

// watchInterval is how often is looked at what a program takes. There is no event
// for that. A program that takes a gigabyte a second exceeds its bounds by a
// quarter of one.
const watchInterval = 250 * time.Millisecond

// filesEvery is at which of those times the files are looked at: there may be
// thousands.
const filesEvery = 4

// watch ends the program when it takes more than it may.
func (p *Process) watch(o Options) {
	tick := time.NewTicker(watchInterval)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-p.life.Done():
			return
		case <-tick.C:
		}
		if o.Memory > 0 && resident(p.started) > o.Memory {
			p.stop(fmt.Errorf("%w: more than %d MiB", ErrMemory, o.Memory>>20))
		}
		if o.Files > 0 && n%filesEvery == 0 && size(o.Home) > o.Files {
			p.stop(fmt.Errorf("%w: more than %d MiB", ErrFiles, o.Files>>20))
		}
	}
}

// size is what the files below a folder hold, in bytes. What disappears meanwhile
// holds nothing.
func size(dir string) (total int64) {
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return nil //nolint:nilerr // the rest counts
		}
		if is, err := entry.Info(); err == nil {
			total += is.Size()
		}
		return nil
	})
	return total
}
