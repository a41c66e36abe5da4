package main

import (
	"fmt"
	"strings"
	"time"
)

// exitCannot is with what mcpcompat drive ends when it cannot try.
const exitCannot = "89"

// outOfTimeEnd stands for the exit code of a client that had to be ended.
const outOfTimeEnd = "time"

// cannot says that the client lacks what the scenario needs, and that nothing was
// found wrong but that.
func (s scenario) cannot() bool { return s.ended == exitCannot }

// mark is the state of a scenario of a released client in one word.
func (s scenario) mark() string {
	switch {
	case s.green():
		return "pass"
	case s.ended == outOfTimeEnd:
		return "time"
	case s.cannot():
		return "cannot"
	case s.reason != nil && s.reason.Whose != ours:
		return "n/a"
	}
	return "fail"
}

// wrong says what is wrong with a scenario that is not green.
func (s scenario) wrong() string {
	var words []string
	for _, id := range s.bad {
		words = append(words, "`"+id+"`")
	}
	switch {
	case len(words) == 0 && s.passed == 0:
		words = append(words, "nothing was checked")
	case len(words) == 0:
		words = append(words, "all checks passed, and the client ended with an error")
	}
	return strings.Join(words, ", ")
}

// releasedBegins is the line with which the part of the document begins that is
// about the released clients. Each part outlasts the writing of the other.
const releasedBegins = "## What it says of released clients"

const releasedPreface = releasedBegins + `

<!-- from here on written by make conformance-real; do not edit -->

The same suite examines the released programs and SDKs that [run here](../clients/real/). Each is its ` + "`--command`" + ` by way
of ` + "`mcpcompat drive`" + `: the program starts with an empty home, is given the URL and, where the scenario hands one over, the client
id and secret as its documentation says, its browser signs in, and its user asks it to call ` + "`" + suiteTool + "`" + `, the tool of every
server of the suite. No client is told which scenario it is in.

- **pass**: at least one check passed, none failed or warned, and the suite counts the scenario as passed.
- **fail**: anything else. The checks by name are below. A warning is a SHOULD that was missed, and the suite counts it as a failure.
- **cannot**: the client has no place for what the scenario needs, such as a client id of the user's.
- **time**: the client was not done within a minute, which may be the machine's doing; nothing is known.
- **n/a**: the scenario cannot be passed, for a reason below that is not the client's.

Extensions (other grants, DPoP) are left out: they bind no client. What only the revision 2026-07-28 demands is examined with messages of
2025-11-25, which every client speaks (` + "`--force`" + `); whether a client also speaks those of 2026-07-28 is the last line.

`

// releasedBoard writes the part about the released clients. Apart from the line
// that says when it was measured, it depends on the results alone.
func releasedBoard(all []examined, tries []trial, rs reasons, m measured) string {
	var b strings.Builder
	b.WriteString(releasedPreface)
	fmt.Fprintf(&b, "`make conformance-real`, %s, suite %s: %d clients in %d scenarios in %d seconds.\n\n", m.on.Format(time.DateOnly),
		preRelease, ran(all), len(tries), int(m.took.Seconds()+0.5))
	writeGrid(&b, all, tries)
	for _, e := range all {
		if e.missing != "" {
			fmt.Fprintf(&b, "Not run: %s: %s\n\n", e.client, e.missing)
		}
	}
	for _, r := range rs {
		var results []result
		for _, e := range all {
			results = append(results, e.results...)
		}
		r.write(&b, results)
	}
	for _, e := range all {
		writeFailures(&b, e)
	}
	return b.String()
}

// ran counts the clients that were examined.
func ran(all []examined) int {
	n := 0
	for _, e := range all {
		if e.missing == "" {
			n++
		}
	}
	return n
}

// writeGrid writes the table, a column for each client.
func writeGrid(b *strings.Builder, all []examined, tries []trial) {
	b.WriteString("| scenario |")
	for _, e := range all {
		if e.missing == "" {
			fmt.Fprintf(b, " %s<br>%s |", e.client.ID, strings.TrimPrefix(e.client.String(), e.client.ID+"@"))
		}
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", ran(all)) + "\n")
	for i, t := range tries {
		fmt.Fprintf(b, "| %s |", strings.TrimPrefix(t.String(), "auth/"))
		for _, e := range all {
			if e.missing == "" {
				mark := e.results[i].scenarios[0].mark()
				if mark == "fail" {
					mark = "**fail**"
				}
				b.WriteString(" " + mark + " |")
			}
		}
		b.WriteString("\n")
	}
	b.WriteString("| **pass** |")
	for _, e := range all {
		if e.missing == "" {
			fmt.Fprintf(b, " **%d** |", total(e.results).green)
		}
	}
	b.WriteString("\n\n")
}

// writeFailures names what a client failed.
func writeFailures(b *strings.Builder, e examined) {
	var lines []string
	for _, r := range e.results {
		if s := r.scenarios[0]; s.mark() == "fail" {
			lines = append(lines, fmt.Sprintf("| %s | %s |\n", strings.TrimPrefix(r.what, "auth/"), s.wrong()))
		}
	}
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "### %s\n\n| scenario | what failed |\n|---|---|\n%s\n", e.client, strings.Join(lines, ""))
}

// joined replaces one part of the document and keeps the other.
func joined(document, ownPart string, released bool) string {
	before, after, found := strings.Cut(document, releasedBegins)
	switch {
	case released:
		return strings.TrimRight(before, "\n") + "\n\n" + strings.TrimRight(ownPart, "\n") + "\n"
	case found:
		return strings.TrimRight(ownPart, "\n") + "\n\n" + releasedBegins + after
	}
	return ownPart
}
