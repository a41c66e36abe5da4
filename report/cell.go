package report

import (
	"fmt"
	"strconv"
	"strings"
)

// Name is the name of the cell: client@version/deployment.
func (c *Cell) Name() string { return c.Client + "/" + c.Deployment }

// Version returns the client's version and the condition it was measured
// under, "" for the usual circumstances.
func (c *Cell) Version() (version, condition string) {
	_, version, _ = strings.Cut(c.Client, "@")
	if i := strings.LastIndexByte(version, '+'); i >= 0 {
		return version[:i], version[i+1:]
	}
	return version, ""
}

// Label names the row for people: name, version, condition, and the basis
// unless the client was emulated.
func (c *Cell) Label() string {
	if c.servers() && c.ClientName != "" {
		return c.ClientName
	}
	version, condition := c.Version()
	s := c.ClientName
	if s == "" {
		s, _, _ = strings.Cut(c.Client, "@")
	}
	if version != "" && version != "current" {
		s += " " + version
	}
	if condition != "" {
		s += " (" + strings.ReplaceAll(condition, "-", " ") + ")"
	}
	if c.Basis != "" && c.Basis != "emulated" {
		s += " (" + c.Basis + ")"
	}
	return s
}

// servers reports whether the cell is about the deployment's own servers and
// not about a client.
func (c *Cell) servers() bool { return c.Basis == "probe" }

// serversOutcome is Outcome for the deployment's own servers.
func (c *Cell) serversOutcome() string {
	switch c.Verdict {
	case Pass:
		return "keep the rules"
	case Warn:
		return "keep the rules, with warnings"
	case Fail:
		return "break " + count(c.brokenRules(), "rule")
	case Untested:
		return "not all tested"
	default:
		return strings.ReplaceAll(string(c.Verdict), "-", " ")
	}
}

// brokenRules is how many requirements the cell's findings show broken.
func (c *Cell) brokenRules() int {
	rules := map[string]bool{}
	for _, s := range c.Scenarios {
		for _, f := range s.Findings {
			if f.Verdict == Fail {
				rules[f.Requirement] = true
			}
		}
	}
	return len(rules)
}

// Outcome says in a few words how the cell ended, e.g. "breaks at authorize".
func (c *Cell) Outcome() string {
	if c.servers() {
		return c.serversOutcome()
	}
	switch c.Verdict {
	case Fail:
		return c.broken("")
	case Known:
		return c.broken("known: ")
	case RefusedRight:
		return "refuses, rightly"
	case HarnessError:
		return "harness error"
	case Untested:
		if c.Connected {
			return "connects, not all seen"
		}
		return "untested"
	case Warn:
		return c.connected("with warnings")
	case Pass:
		return c.connected("")
	default: // not applicable, unsupported
		if c.Connected {
			return "connects"
		}
		return strings.ReplaceAll(string(c.Verdict), "-", " ")
	}
}

// reason is the summary without the outcome, for where that was just said.
func (c *Cell) reason() string {
	text := oneLine(c.Summary)
	rest, ok := strings.CutPrefix(strings.ToLower(text), strings.ToLower(c.Outcome()))
	if !ok || rest != "" && !strings.ContainsRune(" :;,.", rune(rest[0])) {
		return text
	}
	return strings.TrimLeft(text[len(text)-len(rest):], " :;,.")
}

func (c *Cell) connected(how string) string {
	word := "connects"
	if !c.Connected {
		word = "passes"
	}
	return strings.TrimSpace(word + " " + how)
}

func (c *Cell) broken(prefix string) string {
	switch {
	case c.Stage == "" && c.Connected:
		return prefix + "connects, breaks a rule"
	case c.Stage == "":
		return prefix + "breaks a rule"
	case c.Connected:
		return prefix + "connects, then breaks at " + c.Stage
	default:
		return prefix + "breaks at " + c.Stage
	}
}

// Telling returns the finding by which the judge decided; false when no single
// finding did.
func (c *Cell) Telling() (Scenario, Finding, bool) {
	for _, s := range c.Scenarios {
		for _, f := range s.Findings {
			if c.Why != "" && f.Check == c.Why && worthTelling(f) {
				return s, f, true
			}
		}
	}
	return Scenario{}, Finding{}, false
}

// Rerun returns the command that measures cells of one client again.
func (r *Results) Rerun(cells ...Cell) string { return strings.Join(r.rerun(cells...), " ") }

// rerun is Rerun, the program and each flag with its value.
func (r *Results) rerun(cells ...Cell) []string {
	if len(cells) == 0 {
		return nil
	}
	deployments := make([]string, 0, len(cells))
	for _, c := range cells {
		deployments = append(deployments, c.Deployment)
	}
	first := cells[0]
	args := []string{
		"mcpcompat run", "--client " + shellQuote(first.Client), "--deployment " + shellQuote(strings.Join(deployments, ",")),
	}
	if first.Basis != "" {
		args = append(args, "--basis "+shellQuote(first.Basis))
	}
	if r.Revision != "" {
		args = append(args, "--revision "+shellQuote(r.Revision))
	}
	if first.Consent != "" {
		args = append(args, "--consent "+shellQuote(first.Consent))
	}
	return append(args, "--seed "+strconv.FormatInt(r.Seed, 10))
}

// shellQuote leaves words of safe characters as they are, so that the command
// is easy to read, and quotes the others.
func shellQuote(s string) string {
	safe := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("@+._/,-", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !safe(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// Find returns the cells with the name client@version/deployment. There can be
// several: one for each basis.
func (r *Results) Find(name string) []Cell {
	var found []Cell
	for _, c := range r.Cells {
		if c.Name() == name {
			found = append(found, c)
		}
	}
	return found
}

// Counts returns how many cells ended with each verdict.
func (r *Results) Counts() map[Verdict]int {
	n := map[Verdict]int{}
	for _, c := range r.Cells {
		n[c.Verdict]++
	}
	return n
}

// count is a number with its noun, which takes an s in the plural.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
