package patience

import (
	"sync"
	"time"
)

// longest is what may count of the time between two looks at a clock. More means
// that whoever looks was not woken.
const longest = 500 * time.Millisecond

// Clock measures the time that the machine had for a program. It is safe for
// concurrent use, and to be looked at twice a second at least: what lies between
// two looks counts for at most half a second.
type Clock struct {
	now   func() time.Time
	share func() float64 // of a processor, for each who could use one

	mu   sync.Mutex
	last time.Time
	fair time.Duration
}

// NewClock starts a clock.
func NewClock() *Clock { return newClock(time.Now, share) }

func newClock(now func() time.Time, share func() float64) *Clock {
	return &Clock{now: now, share: share, last: now()}
}

// Elapsed is the time since the clock was started.
func (c *Clock) Elapsed() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	passed := min(now.Sub(c.last), longest)
	c.last = now
	c.fair += time.Duration(float64(passed) * c.share())
	return c.fair
}

// Limits bound a wait, in time of a Clock.
type Limits struct {
	// Quiet is how long a wait may go on without progress.
	Quiet time.Duration
	// Total is how long a wait may go on in all; 0 means as long as there is
	// progress.
	Total time.Duration
	// Progress is any number that changes with every progress. It may be called
	// at any time from any goroutine. nil means that no progress can be seen.
	Progress func() uint64
}

// Watch watches one wait that is looked at again and again. It is used by one
// goroutine at a time.
type Watch struct {
	limits Limits
	clock  *Clock
	seen   uint64
	since  time.Duration // when progress was seen last
}

// NewWatch begins to wait.
func NewWatch(l Limits) *Watch { return newWatch(l, NewClock()) }

func newWatch(l Limits, c *Clock) *Watch {
	w := &Watch{limits: l, clock: c}
	if l.Progress != nil {
		w.seen = l.Progress()
	}
	return w
}

// Over reports whether it was waited long enough. It is to be asked twice a second
// at least (see [Clock]).
func (w *Watch) Over() bool {
	elapsed := w.clock.Elapsed()
	if w.limits.Progress != nil {
		if seen := w.limits.Progress(); seen != w.seen {
			w.seen, w.since = seen, elapsed
		}
	}
	return elapsed-w.since >= w.limits.Quiet || w.limits.Total > 0 && elapsed >= w.limits.Total
}
