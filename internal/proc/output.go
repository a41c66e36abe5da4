package proc

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
)

// output keeps the last lines of a program and wakes those who wait for one.
type output struct {
	limit int
	mask  func(string) string

	mu      sync.Mutex
	lines   []string
	total   int           // lines seen since the start
	changed chan struct{} // closed and replaced at every line, closed for good at the end
	ended   bool
}

// escapes are the sequences with which a program moves about in a terminal.
var escapes = regexp.MustCompile("\x1b\\[[^[:alpha:]~@]*[[:alpha:]~@]|\x1b\\][^\x07\x1b]*(\x07|\x1b\\\\)|\x1b[[:upper:]=>78]|\r")

// plain leaves the text of a terminal line.
func plain(sink func(string)) func(string) {
	return func(line string) { sink(escapes.ReplaceAllString(line, "")) }
}

func newOutput(limit int, mask func(string) string) *output {
	if mask == nil {
		mask = func(s string) string { return s }
	}
	return &output{limit: limit, mask: mask, changed: make(chan struct{})}
}

func (o *output) add(line string) {
	line = o.mask(line)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.lines = append(o.lines, line)
	if len(o.lines) > o.limit {
		o.lines = o.lines[len(o.lines)-o.limit:]
	}
	o.total++
	close(o.changed)
	o.changed = make(chan struct{})
}

func (o *output) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.ended {
		o.ended = true
		close(o.changed)
	}
}

// since returns the lines after the first seen ones that are still kept, the
// number of lines seen by now, and what to wait for.
func (o *output) since(seen int) (lines []string, total int, changed <-chan struct{}, ended bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	fresh := min(o.total-seen, len(o.lines))
	return append([]string(nil), o.lines[len(o.lines)-fresh:]...), o.total, o.changed, o.ended
}

// read hands every piece of r to sink until r ends.
func read(r io.Reader, split bufio.SplitFunc, sink func(string)) {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 0, 4<<10), maxPiece)
	scanner.Split(split)
	for scanner.Scan() {
		sink(strings.ToValidUTF8(scanner.Text(), "\uFFFD"))
	}
	// A piece that is too long ends the scanner; the program must not block.
	_, _ = io.Copy(io.Discard, r)
}

func splitLine(data []byte, atEOF bool) (advance int, token []byte, err error) {
	advance, token, err = bufio.ScanLines(data, atEOF)
	if advance == 0 && err == nil && len(data) >= maxLine-1 {
		return len(data), data, nil // an endless line comes in pieces
	}
	return advance, token, err
}

// Tail returns the last n lines that were kept, masked.
func (p *Process) Tail(n int) []string {
	p.out.mu.Lock()
	defer p.out.mu.Unlock()
	lines := p.out.lines
	return append([]string(nil), lines[max(0, len(lines)-n):]...)
}

// Mark is how many lines were kept or dropped so far, for Since.
func (p *Process) Mark() int {
	p.out.mu.Lock()
	defer p.out.mu.Unlock()
	return p.out.total
}

// Since returns the lines after a mark that are still kept, masked.
func (p *Process) Since(mark int) []string {
	p.out.mu.Lock()
	defer p.out.mu.Unlock()
	lines := p.out.lines
	fresh := min(p.out.total-mark, len(lines))
	return append([]string(nil), lines[len(lines)-fresh:]...)
}

// Await returns the first kept line for which match reports true: those
// printed already count. It ends with the context's error, or with one that
// wraps ErrExited when the program ends without such a line.
func (p *Process) Await(ctx context.Context, match func(line string) bool) (string, error) {
	seen := 0
	for {
		lines, total, changed, ended := p.out.since(seen)
		for _, line := range lines {
			if match(line) {
				return line, nil
			}
		}
		seen = total
		if ended {
			<-p.done // at once
			return "", fmt.Errorf("%s: %w", p.name, p.Err())
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return "", fmt.Errorf("%s: awaiting its output: %w", p.name, ctx.Err())
		}
	}
}
