package report

import (
	"fmt"
	"strings"
)

// symbolLegend explains the symbols of every page.
const symbolLegend = `| in a cell | means | in a cell | means |
|---|---|---|---|
| ✓ | connects, and no rule was broken | ◌ | untested: not on the recording |
| ⚠ | connects; a SHOULD was missed | – | not supported, or not applicable |
| ◐ *door* | connects, then breaks at this door (*rule*: breaks a rule only) | ! | the harness failed; this says nothing about the client |
| ✗ *door* | breaks at this door and never reaches a tool | · | not measured |

`

// noBreak is a blank at which no line of a table breaks.
const noBreak = "\u00a0"

// symbol says in a few characters how a cell ended; nil means that it was not
// measured. door names a door, and link makes what needs an explanation a link
// to it.
func symbol(c *Cell, door func(stage string) string, link func(words string) string) string {
	if c == nil {
		return "·"
	}
	switch c.Verdict {
	case Pass, RefusedRight:
		return "✓"
	case Warn:
		return link("⚠")
	case Fail, Known:
		words := "✗"
		if c.Connected {
			words = "◐"
		}
		words += noBreak + cmpOr(door(c.Stage), "rule")
		if c.Verdict == Known {
			words += " (known)"
		}
		return link(words)
	case Untested:
		return link("◌")
	case HarnessError:
		return link("!")
	default: // not applicable, unsupported
		if c.Connected {
			return "✓"
		}
		return "–"
	}
}

// shortDoor is a door in a narrow column.
func shortDoor(stage string) string {
	switch stage {
	case "challenge":
		return "chal"
	case "resource-metadata":
		return "PRM"
	case "as-metadata":
		return "ASM"
	case "registration":
		return "reg"
	case "authorize":
		return "auth"
	case "consent":
		return "cons"
	case "callback":
		return "back"
	case "step-up":
		return "step"
	case "refresh":
		return "refr"
	default:
		return stage
	}
}

// doors lists the doors in order, with their short forms.
func doors() string {
	var out []string
	for _, stage := range Stages() {
		words := code(stage)
		if short := shortDoor(stage); short != stage {
			words += " (" + short + ")"
		}
		out = append(out, words)
	}
	return strings.Join(out, ", ")
}

// serversSymbol says how many rules the servers of a deployment break.
func serversSymbol(c *Cell, link func(words string) string) string {
	if c == nil {
		return "·"
	}
	switch n := c.brokenRules(); {
	case c.Verdict == HarnessError:
		return link("!")
	case n > 0:
		return link(fmt.Sprintf("✗%s%d", noBreak, n))
	case c.Verdict == Warn:
		return link("⚠")
	case c.Verdict == Untested:
		return link("◌")
	default:
		return "✓"
	}
}

// scenarioSymbol is the verdict of a scenario.
func scenarioSymbol(c *Cell, id string) string {
	if c == nil {
		return "·"
	}
	for _, s := range c.Scenarios {
		if s.ID == id {
			return mark(s.Verdict)
		}
	}
	return "·"
}

// scenarioIDs are C.1 to C.10, the columns of a table of scenarios.
func scenarioIDs() []string {
	out := make([]string, 0, 10)
	for i := 1; i <= 10; i++ {
		out = append(out, fmt.Sprintf("C.%d", i))
	}
	return out
}

// table writes a Markdown table row.
func tableRow(b *strings.Builder, cells ...string) {
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

// tableHead writes the head of a table.
func tableHead(b *strings.Builder, heads ...string) {
	tableRow(b, heads...)
	b.WriteString(strings.Repeat("|---", len(heads)) + "|\n")
}

func plain(words string) string { return words }

func mdLink(words, to string) string { return "[" + words + "](" + to + ")" }

func code(s string) string { return "`" + s + "`" }
