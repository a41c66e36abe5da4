//go:build unix

package real

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/patience"
	"github.com/mcpcompat/mcpcompat/internal/proc"
)

// How long an attempt may take, on the clock of package patience. It is below what
// callers allow for one, so that a hang is told in words.
const (
	// quietTime is how long nothing may be seen of a program: no line for people, no
	// page in the browser, no request at the servers. The slowest program seen needs
	// twelve seconds to start, and computes all the while.
	quietTime = 40 * time.Second
	// totalTimes is how many times longer an attempt may take in all.
	totalTimes = 3
)

var (
	// errStranded is wrapped when the program waits for a callback that cannot
	// come.
	errStranded = errors.New("the flow cannot go on")
	// errHang is wrapped when the program was waited for in vain. That is nobody's
	// failure but ours: it may have needed longer.
	errHang = errors.New("it hangs")
)

// patient bounds an attempt.
func (b *sandbox) patient(ctx context.Context) (context.Context, context.CancelFunc) {
	return patience.Context(ctx, patience.Limits{
		Quiet: b.quiet, Total: totalTimes * b.quiet, Progress: b.progress,
	}, errHang)
}

// progress changes with everything that is seen of the program. What it answers to
// an adapter that asks it again and again is no line for people, and no progress.
func (b *sandbox) progress() uint64 {
	b.mu.Lock()
	lines := b.printed
	for _, p := range b.running {
		lines += p.Mark()
	}
	b.mu.Unlock()
	requests := 0
	if b.facts.Served != nil {
		requests, _ = b.facts.Served()
	}
	return uint64(lines + b.browser.events() + requests) //nolint:gosec // none of them is negative
}

// await waits for an answer of a program, for the end of the program, for a
// visit of the browser after the mark that did not reach the program, or for
// the end of the context. What says in words what is waited for.
func await[T any](ctx context.Context, b *sandbox, p *proc.Process, mark int, what string, answer <-chan T) (T, error) {
	var none T
	for {
		changed, err := b.browser.since(mark)
		if err != nil {
			return none, err
		}
		select {
		case a := <-answer:
			return a, nil
		case <-changed:
		case <-p.Done():
			select {
			case a := <-answer: // it came just before the end
				return a, nil
			default:
			}
			return none, p.Err()
		case <-ctx.Done():
			return none, b.waited(ctx, mark, what)
		}
	}
}

// line waits for a line that the program prints. What says in words what is
// waited for.
func (b *sandbox) line(ctx context.Context, p *proc.Process, what string, match func(line string) bool) (string, error) {
	mark := b.browser.mark()
	line, err := p.Await(ctx, match)
	if err != nil && ctx.Err() != nil {
		err = b.waited(ctx, mark, what)
	}
	return line, err
}

// waited says what was not seen while the program was waited for.
func (b *sandbox) waited(ctx context.Context, mark int, what string) error {
	err := context.Cause(ctx)
	waited := "until nothing more came"
	switch {
	case errors.Is(err, errHang):
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, clients.ErrTimedOut):
		waited = "to the end of the time that it was given" // by somebody who has less patience
		err = fmt.Errorf("%w: %w", errHang, err)
	default:
		return err
	}
	pages := "it opened no browser"
	if n := b.browser.mark() - mark; n > 0 {
		pages = fmt.Sprintf("it opened the browser %d times", n)
	}
	if what == "" {
		what = "its end"
	}
	return fmt.Errorf("%w: waited %s in vain for %s; %s", err, waited, what, pages)
}
