package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// manyCells is the number of cells above which the ones that went well are
// counted instead of listed.
const manyCells = 30

// crowd is the number of cells above which those that broke are counted, too.
const crowd = 1000

// Terminal renders the results for a person at a terminal: a line for each
// cell (of many cells, only for those that did not end well; of a crowd, only
// the numbers), what was skipped, and the counts last, where the eye is.
func Terminal(r *Results, o TextOptions) string {
	var b strings.Builder
	cells := r.ordered()
	label := 0
	for _, c := range cells {
		label = max(label, utf8.RuneCountInString(rowName(c)))
	}
	for _, col := range r.columns() {
		if len(cells) > crowd {
			terminalCrowd(&b, cells, col, o)
			continue
		}
		terminalColumn(&b, cells, col, min(label, 40), o)
	}
	if len(cells) > crowd {
		b.WriteString("\n")
	}
	if len(r.Skipped) > 0 {
		b.WriteString(o.paint(bold, "not measured") + "\n")
		for _, s := range r.Skipped {
			b.WriteString(wrap("- "+oneLine(s.What)+": "+oneLine(s.Why), "  ", o.Width) + "\n")
		}
		b.WriteString("\n")
	}
	b.WriteString(Tally(r, o) + "\n")
	return b.String()
}

func terminalColumn(b *strings.Builder, cells []Cell, col Cell, label int, o TextOptions) {
	quiet := 0
	var lines []string
	for _, c := range cells {
		if c.Deployment != col.Deployment {
			continue
		}
		if len(cells) > manyCells && !worthLines(c) {
			quiet++
			continue
		}
		lines = append(lines, cellLines(c, label, o)...)
	}
	b.WriteString(o.paint(bold, col.Deployment) + o.paint(dim, " ("+cmpOr(col.DeploymentKind, "legal")+")"))
	if quiet > 0 {
		fmt.Fprintf(b, ": %s without a break", count(quiet, "client"))
	}
	b.WriteString("\n")
	for _, line := range lines {
		b.WriteString(line + "\n")
	}
	b.WriteString("\n")
}

// terminalCrowd is a line for a deployment.
func terminalCrowd(b *strings.Builder, cells []Cell, col Cell, o TextOptions) {
	quiet, broken := 0, 0
	for _, c := range cells {
		switch {
		case c.Deployment != col.Deployment:
		case worthLines(c):
			broken++
		default:
			quiet++
		}
	}
	fmt.Fprintf(b, "%s%s: %d without a break, %d with one\n", o.paint(bold, col.Deployment),
		o.paint(dim, " ("+cmpOr(col.DeploymentKind, "legal")+")"), quiet, broken)
}

// worthLines tells the cells that a person wants to read about: what broke, and
// who could not get in for want of a feature.
func worthLines(c Cell) bool { return tellsStory(c) || c.Verdict == Unsupported && !c.Connected }

// cellLines is a cell with its outcome, and below it the summary if it broke.
func cellLines(c Cell, label int, o TextOptions) []string {
	lines := []string{"  " + o.verdict(c.Verdict, mark(c.Verdict)) + " " + pad(rowName(c), label) + "  " + o.verdict(c.Verdict, c.Outcome())}
	if !worthLines(c) {
		return lines
	}
	text := sentence(clip(trace.Readable(c.reason()), maxDetail))
	if c.Culprit != "" {
		text += " At fault: " + culpritWords(c.Culprit) + "."
	}
	named := func(id string) bool { return strings.Contains(text, id) }
	if slices.ContainsFunc(c.Collision, func(id string) bool { return !named(id) }) {
		text += " Both keep the law: " + joinAnd(c.Collision) + "."
	}
	if c.Missing != "" {
		text += " Would show it: " + sentence(c.Missing)
	}
	if musts := c.failedMusts(); len(musts) > 0 {
		text += " Other rules broken: " + strings.Join(musts, ", ") + "."
	}
	if text = strings.TrimSpace(text); text != "" {
		lines = append(lines, wrap(readable(text), "      ", o.Width))
	}
	return lines
}

// rowName is the client's name on the command line, with its basis unless it
// was emulated.
func rowName(c Cell) string {
	if c.Basis == "" || c.Basis == "emulated" {
		return c.Client
	}
	return c.Client + " " + c.Basis
}

// Tally counts the cells by verdict, in one line.
func Tally(r *Results, o TextOptions) string {
	counts := r.Counts()
	parts := make([]string, 0, len(counts)+1)
	for _, v := range Verdicts() {
		if n := counts[v]; n > 0 {
			parts = append(parts, o.verdict(v, fmt.Sprintf("%d %s", n, v)))
		}
	}
	if n := len(r.Skipped); n > 0 {
		parts = append(parts, o.paint(dim, fmt.Sprintf("%d skipped", n)))
	}
	line := count(len(r.Cells), "cell")
	if len(parts) > 0 {
		line += ": " + strings.Join(parts, ", ")
	}
	return line
}
