//go:build unix

package real

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mcpcompat/mcpcompat/internal/proc"
)

// patience is how long an attempt may take. It is below what callers allow for
// one, so that a hang is told in words. The slowest program seen needs twelve
// seconds to start.
const patience = 40 * time.Second

var (
	// errStranded is wrapped when the program waits for a callback that cannot
	// come.
	errStranded = errors.New("the flow cannot go on")
	// errHang is wrapped when the program has not answered in time.
	errHang = errors.New("it hangs")
)

// patient bounds an attempt.
func (b *sandbox) patient(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, b.patience, errHang)
}

// await waits for an answer of a program, for the end of the program, for a
// visit of the browser after the mark that did not reach the program, or for
// the end of the context. What says in words what is waited for.
func await[T any](ctx context.Context, b *sandbox, p *proc.Process, mark int, what string, answer <-chan T) (T, error) {
	var none T
	for {
		words, changed := b.browser.since(mark)
		if words != "" {
			return none, fmt.Errorf("%w: %s", errStranded, words)
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
	err, patience := context.Cause(ctx), b.patience.String()
	switch {
	case errors.Is(err, errHang):
	case errors.Is(err, context.DeadlineExceeded):
		patience = "to the end of the time that it was given" // by somebody who has less patience
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
	return fmt.Errorf("%w: waited %s in vain for %s; %s", err, patience, what, pages)
}
