package report

import (
	"fmt"
	"slices"
	"strings"
)

// story is a sentence about one or more cells of a client that ended alike.
type story struct {
	cells []Cell
	text  string // what the cells have in common
}

// markdownBreaks writes a sentence for each cell that did not end well.
func markdownBreaks(b *strings.Builder, r *Results, look Lookups) {
	b.WriteString("## Where it breaks, and whose rule is broken\n\n")
	none := true
	for _, row := range r.rows() {
		stories := r.stories(row, look)
		if len(stories) == 0 {
			continue
		}
		none = false
		fmt.Fprintf(b, "### %s\n\n", mdText(row.Label()))
		for _, s := range stories {
			for _, c := range s.cells {
				fmt.Fprintf(b, "<a id=\"%s\"></a>", anchor(c))
			}
			fmt.Fprintf(b, "At %s: **%s**.%s", deploymentList(s.cells), s.cells[0].Outcome(), s.text)
			fmt.Fprintf(b, "- Measure it again: `%s`\n\n", r.Rerun(s.cells...))
		}
	}
	if none {
		b.WriteString("Nothing broke.\n\n")
	}
}

// stories groups the cells of a row that ended for one and the same reason.
func (r *Results) stories(row Cell, look Lookups) []story {
	var out []story
	for _, c := range r.ordered() {
		if rowKey(c) != rowKey(row) || !tellsStory(c) {
			continue
		}
		text := storyText(c, look)
		same := func(s story) bool { return s.text == text && s.cells[0].Outcome() == c.Outcome() }
		if i := slices.IndexFunc(out, same); i >= 0 {
			out[i].cells = append(out[i].cells, c)
			continue
		}
		out = append(out, story{cells: []Cell{c}, text: text})
	}
	return out
}

func tellsStory(c Cell) bool { return c.Verdict.Red() || c.Verdict == Known }

func storyText(c Cell, look Lookups) string {
	var b strings.Builder
	if reason := c.reason(); reason != "" {
		b.WriteString(" " + markdownSaid(reason))
	}
	b.WriteString("\n\n")
	if c.Culprit != "" {
		fmt.Fprintf(&b, "- At fault: %s.\n", culpritWords(c.Culprit))
	}
	scenario, f, ok := c.Telling()
	if ok {
		fmt.Fprintf(&b, "- The law: %s\n", markdownLaw(f, look))
		if f.Expected != "" {
			fmt.Fprintf(&b, "- Expected: %s\n", markdownSaid(f.Expected))
		}
		if f.Observed != "" {
			fmt.Fprintf(&b, "- Observed: %s\n", markdownSaid(f.Observed))
		}
		fmt.Fprintf(&b, "- Found by: check `%s` in %s %s\n", f.Check, scenario.ID, mdText(scenario.Name))
	} else if reason := firstReason(c); reason != "" && !strings.Contains(c.Summary, reason) {
		fmt.Fprintf(&b, "- Why: %s\n", markdownSaid(reason))
	}
	if len(c.Remedies) > 0 {
		fmt.Fprintf(&b, "- Remedies: `%s`\n", strings.Join(c.Remedies, "`, `"))
	}
	return b.String()
}

// markdownSaid is what the judge or a server said, without what differs from
// run to run, and no longer than a reader wants it: explain shows all.
func markdownSaid(s string) string {
	return mdText(sentence(clip(oneLine(steady(s)), maxDetail)))
}

// firstReason is why the first of the worst scenarios has no findings.
func firstReason(c Cell) string {
	for _, s := range c.Scenarios {
		if s.Verdict == c.Verdict && s.Reason != "" {
			return s.Reason
		}
	}
	return ""
}

// markdownLaw is the sentence of law behind a finding, with its link.
func markdownLaw(f Finding, look Lookups) string {
	head := mdText(f.Requirement)
	row, ok := look.law(f.Requirement)
	if ok {
		head = "[" + head + "](" + row.Source + ")"
	}
	if ok {
		return head + ": " + mdText(LawSentence(row, f.Level))
	}
	return head + " (" + strings.Trim(f.Party+" "+f.Level, " ") + ")"
}

func deploymentList(cells []Cell) string {
	names := make([]string, 0, len(cells))
	for _, c := range cells {
		names = append(names, "`"+c.Deployment+"`")
	}
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// markdownWarnings writes, per client, the SHOULDs that it or its servers
// missed, and where.
func markdownWarnings(b *strings.Builder, r *Results, look Lookups) {
	var out strings.Builder
	for _, row := range r.rows() {
		type warning struct {
			finding Finding
			cells   []Cell
		}
		var list []warning
		for _, c := range r.ordered() {
			if rowKey(c) != rowKey(row) {
				continue
			}
			for _, f := range c.warnings() {
				i := slices.IndexFunc(list, func(w warning) bool { return w.finding.Check == f.Check })
				if i < 0 {
					list = append(list, warning{finding: f})
					i = len(list) - 1
				}
				list[i].cells = append(list[i].cells, c)
			}
		}
		if len(list) == 0 {
			continue
		}
		fmt.Fprintf(&out, "<a id=\"%s\"></a>**%s**\n\n", warningAnchor(row), mdText(row.Label()))
		for _, w := range list {
			fmt.Fprintf(&out, "- %s Seen at %s.\n", sentenceOf(markdownLaw(w.finding, look)), deploymentList(w.cells))
		}
		out.WriteString("\n")
	}
	if out.Len() > 0 {
		b.WriteString("## SHOULDs that were missed\n\n" + out.String())
	}
}

// sentenceOf ends Markdown text with a full stop.
func sentenceOf(s string) string {
	if strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

// warnings returns the findings of the cell that warn, one for each check.
func (c *Cell) warnings() []Finding {
	var out []Finding
	for _, s := range c.Scenarios {
		for _, f := range s.Findings {
			if f.Verdict == Warn && !slices.ContainsFunc(out, func(o Finding) bool { return o.Check == f.Check }) {
				out = append(out, f)
			}
		}
	}
	return out
}

func markdownSkipped(b *strings.Builder, r *Results) {
	if len(r.Skipped) == 0 {
		return
	}
	b.WriteString("## Not measured\n\n")
	skipped := slices.Clone(r.Skipped)
	slices.SortFunc(skipped, func(x, y Skipped) int { return strings.Compare(x.What+x.Why, y.What+y.Why) })
	for _, s := range skipped {
		fmt.Fprintf(b, "- %s: %s\n", mdText(s.What), mdText(sentence(s.Why)))
	}
	b.WriteString("\n")
}

func markdownMade(b *strings.Builder, r *Results) {
	b.WriteString("## How this was made\n\n" +
		"`make matrix` ran every cell: a deployment was started, the client was told what a user would tell it, consent was\n" +
		"given as a user would give it, and every exchange was recorded. The verdicts were read off the recordings\n" +
		"afterwards; nothing here was written by hand. The same recordings, with the exchanges of each cell in time order,\n" +
		"are shown by `mcpcompat explain CLIENT@VERSION/DEPLOYMENT` after a run.\n\n")
	fmt.Fprintf(b, "To repeat it: `mcpcompat matrix --revision %s --seed %d`.\n", r.Revision, r.Seed)
}
