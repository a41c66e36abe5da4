package nightly

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/drift"
)

// Title is one line for the head of an issue or a pull request.
func (n Night) Title() string {
	if n.Partial() {
		return n.news() + "; not everything was measured"
	}
	return n.news()
}

func (n Night) news() string {
	switch {
	case n.Regressed():
		return fmt.Sprintf("Newly broken: %s", list(n.Broken))
	case len(n.Fixed) > 0:
		return fmt.Sprintf("Newly fixed: %s", list(n.Fixed))
	case len(n.Wire)+len(n.Changed) > 0:
		return fmt.Sprintf("Changed: %s", list(slices.Concat(n.Changed, n.Wire)))
	case len(n.Releases) > 0:
		return fmt.Sprintf("%d new releases, nothing changed", len(n.Releases))
	case len(n.Added) > 0:
		return fmt.Sprintf("%d cells measured for the first time, nothing changed", len(n.Added))
	default:
		return "Nothing changed"
	}
}

// list names the first few cells.
func list(changes []Change) string {
	const most = 3
	names := make([]string, 0, most)
	for _, c := range changes[:min(most, len(changes))] {
		names = append(names, c.Cell)
	}
	text := strings.Join(names, ", ")
	if more := len(changes) - len(names); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// Markdown is the night for people.
func (n Night) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# The newest releases, %s\n\n", n.Date)
	if n.Last == "" {
		b.WriteString("There is no earlier measurement to compare with.\n")
	} else {
		fmt.Fprintf(&b, "Compared with the measurement of %s. %s.\n", n.Last, n.Title())
	}
	section(&b, "New releases", len(n.Releases), func(i int) string {
		r := n.Releases[i]
		if r.Was == "" {
			return fmt.Sprintf("%s %s, measured for the first time", r.Client, r.Is)
		}
		return fmt.Sprintf("%s %s, was %s", r.Client, r.Is, r.Was)
	})
	for _, group := range []struct {
		title   string
		changes []Change
	}{
		{"Newly broken", n.Broken},
		{"Newly fixed", n.Fixed},
		{"Another verdict, door or culprit", n.Changed},
		{"The same result, but something else was sent", n.Wire},
	} {
		section(&b, group.title, len(group.changes), func(i int) string { return group.changes[i].markdown() })
	}
	section(&b, "Measured before and not now", len(n.Missing), func(i int) string { return n.Missing[i].String() })
	section(&b, "Measured for the first time", len(n.Added), func(i int) string { return n.Added[i].Cell + ": " + n.Added[i].Is })
	open, explained := n.drift()
	section(&b, "Profiles and releases that differ", len(open), func(i int) string { return open[i].String() })
	section(&b, "Differences that mean nothing, and why", len(explained), func(i int) string { return explained[i].String() })
	section(&b, "Releases that no profile stands for", len(n.Unmatched), func(i int) string { return n.Unmatched[i] })
	section(&b, "Not measured", len(n.Skipped), func(i int) string { return n.Skipped[i].What + ": " + n.Skipped[i].Why })
	return b.String()
}

// drift parts the differences that somebody should look at from those with a
// reason.
func (n Night) drift() (open, explained []drift.Difference) {
	for _, d := range n.Drift {
		if d.Why == "" {
			open = append(open, d)
		} else {
			explained = append(explained, d)
		}
	}
	return open, explained
}

func section(b *strings.Builder, title string, count int, line func(int) string) {
	if count == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n", title)
	for i := range count {
		fmt.Fprintf(b, "- %s\n", line(i))
	}
}

func (c Change) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s, was %s", "`"+c.Cell+"`", c.Is, c.Was)
	if c.Summary != "" && c.Is != c.Was {
		b.WriteString(". " + c.Summary)
	}
	for _, f := range c.Features {
		fmt.Fprintf(&b, "\n  - %s: %s, was %s", f.Path, absent(f.Is), absent(f.Was))
	}
	return b.String()
}

func absent(value string) string {
	if value == "" {
		return "not seen"
	}
	return value
}
