package main

import (
	"fmt"
	"sync"
	"time"

	"github.com/mcpcompat/mcpcompat/scenarios"
)

// quietFor is how long nothing is said where progress cannot be overwritten (a
// CI log): often enough to show life, seldom enough to read.
const quietFor = 5 * time.Second

// progress shows how far a run is, on standard error.
type progress struct {
	out   terminal
	total int
	now   func() time.Time

	mu      sync.Mutex
	started time.Time
	said    time.Time
	red     int
	shown   bool // a line stands on the terminal that must be wiped
}

func newProgress(out terminal, total int) *progress {
	p := &progress{out: out, total: total, now: time.Now}
	p.started = p.now()
	p.said = p.started
	return p
}

// cell is told of each cell that was measured.
func (p *progress) cell(s scenarios.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.Total > 0 {
		p.total = s.Total
	}
	if s.Verdict.Red() {
		p.red++
	}
	line := fmt.Sprintf("%d/%d cells, %d broken, %s: %s %s", s.Done, p.total, p.red,
		p.now().Sub(p.started).Round(100*time.Millisecond), s.Cell, s.Verdict)
	if s.Stage != "" {
		line += " at " + s.Stage
	}
	if p.out.tty {
		p.overwrite(line)
		return
	}
	if p.now().Sub(p.said) >= quietFor {
		p.said = p.now()
		fmt.Fprintln(p.out, line)
	}
}

// overwrite shows the line in place of the one before. A line that wraps could
// not be wiped, so it is cut.
func (p *progress) overwrite(line string) {
	if r := []rune(line); p.out.width > 0 && len(r) >= p.out.width {
		line = string(r[:p.out.width-1])
	}
	fmt.Fprint(p.out, "\r\x1b[K"+line)
	p.shown = true
}

// done wipes the line.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.shown = false
	}
}
