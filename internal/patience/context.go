package patience

import (
	"context"
	"sync"
	"time"
)

// beat is how often a wait is looked at, or a quarter of what it may take where
// that is shorter.
const (
	beat    = 250 * time.Millisecond
	quarter = 4
)

// Context returns a context that is cancelled, for that cause, when a wait within
// the limits is over. The caller calls cancel when the wait has ended.
func Context(parent context.Context, l Limits, cause error) (ctx context.Context, cancel context.CancelFunc) {
	ctx, stop := context.WithCancelCause(parent)
	every := max(min(beat, l.Quiet/quarter), time.Millisecond)
	watch := NewWatch(l)
	var mu sync.Mutex // no beat after cancel
	mu.Lock()
	defer mu.Unlock()
	var timer *time.Timer
	timer = time.AfterFunc(every, func() {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case ctx.Err() != nil:
		case watch.Over():
			stop(cause)
		default:
			timer.Reset(every)
		}
	})
	return ctx, func() {
		stop(context.Canceled)
		timer.Stop()
	}
}
