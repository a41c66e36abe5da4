package patience

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestShareOfABusyMachine(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]float64{
		"0.20 0.18 0.12 1/80 11206\n":     1,
		"0.20 0.18 0.12 2/80 11206":       1,
		"22.0 18.0 12.0 20/80 11206":      0.1,
		"9999 9999 9999 999999/999999 11": least,
		"":                                1,
		"1 2 3 x/y 4":                     1,
		"0.00 0.00 0.00 0/0 0":            1,
	} {
		if got := shareOf([]byte(line), 2); got != want {
			t.Errorf("%q: %v, want %v", line, got, want)
		}
	}
}

// manual is a clock whose hands are moved by a test.
type manual struct {
	at    time.Time
	share float64
}

func (m *manual) clock() *Clock {
	return newClock(func() time.Time { return m.at }, func() float64 { return m.share })
}

func TestClockCountsWhatTheMachineHad(t *testing.T) {
	t.Parallel()
	m := &manual{at: time.Unix(0, 0), share: 1}
	c := m.clock()
	step := func(wall time.Duration, share float64, want time.Duration) {
		t.Helper()
		m.at, m.share = m.at.Add(wall), share
		if got := c.Elapsed(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	step(100*time.Millisecond, 1, 100*time.Millisecond)
	step(400*time.Millisecond, 0.25, 200*time.Millisecond)
	step(time.Hour, 1, 700*time.Millisecond) // nobody was woken
}

func TestWatchIsOverWithoutProgress(t *testing.T) {
	t.Parallel()
	m := &manual{at: time.Unix(0, 0), share: 1}
	var progress uint64
	w := newWatch(Limits{Quiet: time.Second, Total: 3 * time.Second, Progress: func() uint64 { return progress }}, m.clock())
	looks := 0
	for ; looks < 100 && !w.Over(); looks++ {
		m.at = m.at.Add(250 * time.Millisecond)
		if looks < 6 {
			progress++
		}
	}
	if looks != 10 { // 1.5 s of progress, and a second
		t.Errorf("over after %d looks", looks)
	}
	looks = 0
	for w = newWatch(w.limits, m.clock()); looks < 100 && !w.Over(); looks++ {
		m.at = m.at.Add(250 * time.Millisecond)
		progress++
	}
	if looks != 12 {
		t.Errorf("in spite of progress, over after %d looks", looks)
	}
}

func TestContextEndsForItsCause(t *testing.T) {
	t.Parallel()
	cause := errors.New("waited in vain")
	ctx, cancel := Context(t.Context(), Limits{Quiet: time.Millisecond}, cause)
	defer cancel()
	<-ctx.Done()
	if got := context.Cause(ctx); !errors.Is(got, cause) {
		t.Errorf("ended for %v", got)
	}
	ended, cancel := Context(t.Context(), Limits{Quiet: time.Hour}, cause)
	cancel()
	cancel()
	if got := context.Cause(ended); !errors.Is(got, context.Canceled) {
		t.Errorf("cancelled, and ended for %v", got)
	}
	parent, stop := context.WithCancel(t.Context())
	child, cancel := Context(parent, Limits{Quiet: time.Hour}, cause)
	defer cancel()
	stop()
	if <-child.Done(); errors.Is(context.Cause(child), cause) {
		t.Error("it took the end of its parent for its own")
	}
}
