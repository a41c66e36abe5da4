package main

import (
	"fmt"
	"strings"
	"time"
)

// measured says when and how long.
type measured struct {
	on   time.Time
	took time.Duration
}

// count is how scenarios ended.
type count struct {
	scenarios, green, notApplicable, bySuite, open, checks int
}

func (c *count) add(s scenario) {
	c.scenarios++
	c.checks += s.passed
	switch {
	case s.green():
		c.green++
	case s.reason == nil || s.reason.Whose == ours:
		c.open++
	case s.reason.Whose == notApplicable:
		c.notApplicable++
	default:
		c.bySuite++
	}
}

func total(results []result) *count {
	c := &count{}
	for _, r := range results {
		for _, s := range r.scenarios {
			c.add(s)
		}
	}
	return c
}

// tally is the count in words.
func tally(results []result) string {
	c := total(results)
	return fmt.Sprintf("%d of %d scenarios green, %d checks passed", c.green, c.scenarios, c.checks)
}

const preface = `# What the official conformance suite says

<!-- written by make conformance; do not edit -->

The Model Context Protocol has a conformance suite of its own,
[@modelcontextprotocol/conformance](https://github.com/modelcontextprotocol/conformance). It is asked about both sides of
this project, so that our own judge is not the only one:

- **client**: the conformant emulated client, through ` + "`mcpcompat drive conformant URL`" + `. It is told what a user would be
  told (URL, credentials, revision, tool calls, and where the client's metadata document is: the suite expects a URL that it hands
  over nowhere, so every run of the client gets it) and never which scenario it is in.
- **server**: the reference MCP server. The suite sends no access token in this mode, so a small adapter between them logs in
  once and adds a token to each request; it changes nothing else.
- **authorization**: the reference authorization server. The page that the suite asks a person to open is opened by our user
  agent, which signs in and consents.

A scenario is green when at least one of its checks passed, none failed or warned, and the suite itself counts it as passed. One
in which nothing was checked is not green, although the suite shows it so. Whatever is not green has a reason below; a reason that is
no longer needed fails the run.

What it says of released clients is [below](#what-it-says-of-released-clients).

`

// scoreboard writes the document. Apart from the line that says when it was
// measured, it depends on the results alone.
func scoreboard(results []result, rs reasons, m measured) string {
	var b strings.Builder
	b.WriteString(preface)
	all := total(results)
	fmt.Fprintf(&b, "`make conformance`, %s: %d runs of the suite with %d scenarios in %d seconds.\n\n", m.on.Format(time.DateOnly),
		len(results), all.scenarios, int(m.took.Seconds()+0.5))
	b.WriteString("| release | mode | scenarios of | scenarios | green | not applicable | suite in error | open | checks passed |\n")
	b.WriteString("|---|---|---|--:|--:|--:|--:|--:|--:|\n")
	for _, r := range results {
		fmt.Fprintf(&b, "| %s | %s | %s |%s\n", r.release, r.mode, r.what, total([]result{r}).cells())
	}
	fmt.Fprintf(&b, "| | | **all** |%s\n\n", all.cells())
	b.WriteString("## What is not green, and why\n\n")
	for _, r := range rs {
		r.write(&b, results)
	}
	writeOpen(&b, results)
	b.WriteString("## Every scenario\n")
	for _, r := range results {
		fmt.Fprintf(&b, "\n### %s, %s: %s\n\n", r.release, r.mode, r.what)
		fmt.Fprintf(&b, "`conformance %s`\n\n", strings.Join(append([]string{r.mode}, r.args...), " "))
		b.WriteString("| scenario | | passed | failed | warned | skipped |\n|---|---|--:|--:|--:|--:|\n")
		for _, s := range r.scenarios {
			fmt.Fprintf(&b, "| %s | %s | %d | %d | %d | %d |\n", s.name, s.verdict(), s.passed, s.failed, s.warnings, s.skipped)
		}
	}
	return b.String()
}

func (c *count) cells() string {
	return fmt.Sprintf(" %d | %d | %d | %d | %d | %d |", c.scenarios, c.green, c.notApplicable, c.bySuite, c.open, c.checks)
}

// verdict is a scenario's state with a link to the reason.
func (s scenario) verdict() string {
	switch {
	case s.green():
		return "green"
	case s.reason == nil:
		return "**open**"
	}
	words := map[string]string{notApplicable: "not applicable", theirs: "suite in error", ours: "**open**"}[s.reason.Whose]
	return "[" + words + "](#" + s.reason.ID + ")"
}

// write says what a reason is for and where it was needed.
func (r *reason) write(b *strings.Builder, results []result) {
	words := map[string]string{
		notApplicable: "Not applicable.", theirs: "The suite is in error.", ours: "Our error, still open.",
	}
	fmt.Fprintf(b, "### %s\n\n%s %s\n\n", r.ID, words[r.Whose], r.Why)
	for _, e := range r.Evidence {
		fmt.Fprintf(b, "- %s\n", e)
	}
	if len(r.Evidence) > 0 {
		b.WriteString("\n")
	}
	var names []string
	seen := map[string]bool{}
	for _, res := range results {
		for _, s := range res.scenarios {
			if s.reason == r && !seen[s.name] {
				seen[s.name] = true
				names = append(names, s.name)
			}
		}
	}
	mode := r.Mode
	if mode == modeReleased {
		mode = modeClient
	}
	fmt.Fprintf(b, "In %s mode: %s.\n\n", mode, strings.Join(names, ", "))
}

// writeOpen lists what nobody has explained.
func writeOpen(b *strings.Builder, results []result) {
	var lines []string
	for _, res := range results {
		for _, s := range res.scenarios {
			if s.green() || s.reason != nil {
				continue
			}
			why := strings.Join(s.bad, ", ")
			switch {
			case s.empty():
				why = "nothing was checked"
			case why == "":
				why = "the client ended with an error"
			}
			lines = append(lines, fmt.Sprintf("- %s, %s, %s: %s: %s\n", res.release, res.mode, res.what, s.name, why))
		}
	}
	if len(lines) > 0 {
		b.WriteString("### Unexplained\n\n" + strings.Join(lines, "") + "\n")
	}
}
