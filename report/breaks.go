package report

import (
	"fmt"
	"hash/fnv"
	"io"
	"slices"
	"strings"
)

// breakage is one and the same break in one or more cells: the same door, the
// same culprit, the same law.
type breakage struct {
	cells []*Cell
	// finding is the one by which the judge decided, nil where none did.
	finding *Finding
	seen    string // what was observed, or what stood in the way
	varied  bool   // not in all cells the same
}

// breaks puts cells that did not end well together by what they have in
// common, in the order of the doors.
func (v *view) breaks(cells []*Cell) []breakage {
	var out []*breakage
	byKey := map[string]*breakage{}
	for _, c := range cells {
		if !tellsStory(*c) || c.servers() {
			continue
		}
		f, seen := whyBroken(c)
		key := c.breakKey()
		b := byKey[key]
		if b == nil {
			b = &breakage{finding: f, seen: seen}
			byKey[key] = b
			out = append(out, b)
		}
		b.varied = b.varied || seen != b.seen
		b.cells = append(b.cells, c)
	}
	slices.SortStableFunc(out, func(a, b *breakage) int { return a.door() - b.door() })
	sorted := make([]breakage, 0, len(out))
	for _, b := range out {
		sorted = append(sorted, *b)
	}
	return sorted
}

// door orders by the door: breaks of a rule that shut none come after, what
// was not tested last.
func (b breakage) door() int {
	c := b.cells[0]
	if i := slices.Index(Stages(), c.Stage); i >= 0 {
		return i
	}
	if c.Verdict == Untested || c.Verdict == HarnessError {
		return len(Stages()) + 1
	}
	return len(Stages())
}

// breakKey is what cells of one breakage have in common.
func (c *Cell) breakKey() string {
	f, seen := whyBroken(c)
	what := seen + "\n" + c.Missing
	switch {
	case f != nil:
		what = f.Requirement + " " + f.Check
	case len(c.Collision) > 0:
		what = strings.Join(c.Collision, " ")
	}
	return strings.Join([]string{string(c.Verdict), c.Stage, c.Culprit, what}, "\n")
}

func tellsStory(c Cell) bool { return c.Verdict.Red() || c.Verdict == Known }

// whyBroken returns the finding by which the judge decided, nil for none, and
// what was seen: its observation, else what stood in the way, else the summary
// and what is not on the recording.
func whyBroken(c *Cell) (f *Finding, seen string) {
	if _, f, ok := c.Telling(); ok {
		return &f, steady(f.Observed)
	}
	if c.Obstacle != nil {
		return nil, steady(c.Obstacle.String())
	}
	said := c.reason()
	if c.Verdict == Untested {
		said = strings.Trim(strings.TrimSuffix(said, ".")+"; "+c.unseen(), "; ")
	}
	return nil, cmpOr(steady(said), "no reason is on the recording")
}

// unseen names the scenarios that the recording does not show, each with its
// reason.
func (c *Cell) unseen() string {
	var out []string
	for _, s := range c.Scenarios {
		if s.Verdict == Untested {
			out = append(out, strings.TrimSuffix(s.ID+" "+s.Name+": "+s.Reason, ": "))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return notRecorded + ": " + strings.Join(out, ", ")
}

// breakAnchor is the id of the sentence about a break, on the page of the matrix.
func (c *Cell) breakAnchor() string {
	words := []string{cmpOr(c.Stage, string(c.Verdict)), c.Culprit}
	if _, f, ok := c.Telling(); ok {
		words = append(words, f.Requirement)
	}
	h := fnv.New32a()
	_, _ = io.WriteString(h, c.breakKey()) // a hash never fails
	return slug(fmt.Sprintf("%s-%x", strings.Join(words, "-"), h.Sum32()&0xffff))
}

// sentences writes breaks as a list, each with who in the words of who.
func (v *view) sentences(b *strings.Builder, breaks []breakage, anchors bool, who func([]*Cell) []string) {
	if len(breaks) == 0 {
		b.WriteString("Nothing broke.\n\n")
		return
	}
	last := ""
	for _, x := range breaks {
		if head := x.head(); head != last {
			if last != "" {
				b.WriteString("\n")
			}
			fmt.Fprintf(b, "**%s**\n\n", head)
			last = head
		}
		b.WriteString("- ")
		if anchors {
			seen := map[string]bool{}
			for _, c := range x.cells {
				if a := c.breakAnchor(); !seen[a] {
					seen[a] = true
					fmt.Fprintf(b, "<a id=\"%s\"></a>", a)
				}
			}
		}
		lines := who(x.cells)
		if len(lines) == 1 {
			b.WriteString(v.sentence(x) + " **" + x.whereLabel() + ":** " + lines[0] + ".\n")
			continue
		}
		b.WriteString(v.sentence(x) + "\n")
		for _, line := range lines {
			b.WriteString("  - " + line + "\n")
		}
	}
	b.WriteString("\n")
}

// whereLabel is the label of the clients and deployments.
func (b breakage) whereLabel() string {
	if v := b.cells[0].Verdict; v == Untested || v == HarnessError {
		return "Where"
	}
	return "Broke"
}

// head is the door, as a heading of the list.
func (b breakage) head() string {
	c := b.cells[0]
	switch {
	case c.Stage != "":
		return "At the door " + c.Stage
	case c.Verdict == Untested:
		return "Not on the recording"
	case c.Verdict == HarnessError:
		return "The harness failed"
	default:
		return "Connects, but breaks a rule"
	}
}

// sentence says whose fault a break is, by which law or between which two, what
// was seen, what would show more, and what may help.
func (v *view) sentence(x breakage) string {
	c := x.cells[0]
	var parts []string
	if c.Culprit != "" {
		parts = append(parts, "At fault: **"+culpritWords(c.Culprit)+"**.")
	}
	label := "Seen: "
	switch {
	case x.finding != nil:
		parts = append(parts, v.law(*x.finding))
	case c.Obstacle != nil:
		label = "In the way: "
	default:
		label = ""
	}
	if x.seen != "" {
		if x.varied {
			label = cmpOr(strings.TrimSuffix(label, ": "), "Seen") + ", for example: "
		}
		seen := x.seen
		if label == "" {
			seen = capital(seen)
		}
		parts = append(parts, label+markdownSaid(seen))
	}
	if len(c.Collision) > 0 {
		parts = append(parts, v.collision(c))
	}
	if c.Missing != "" {
		parts = append(parts, "Would show it: "+markdownSaid(c.Missing))
	}
	if r := v.remedies(x.cells); r != "" {
		parts = append(parts, r)
	}
	return strings.Join(parts, " ")
}

// law is the sentence of law behind a finding, with its link.
func (v *view) law(f Finding) string {
	row, ok := v.o.law(f.Requirement)
	if !ok {
		return mdText(sentence(f.Requirement + " (" + strings.Trim(f.Party+" "+f.Level, " ") + ")"))
	}
	return mdLink(mdText(f.Requirement), row.Source) + ": " + mdText(LawSentence(row, f.Level))
}

// collision names the rows by which each side may do what it does.
func (v *view) collision(c *Cell) string {
	names := make([]string, 0, len(c.Collision))
	for _, id := range c.Collision {
		name := mdText(id)
		if row, ok := v.o.law(id); ok {
			name = mdLink(name, row.Source) + " (" + mdText(strings.TrimSuffix(c.permission(row), ".")) + ")"
		}
		names = append(names, name)
	}
	return "Both keep the law: " + joinAnd(names) + "."
}

// remedies says what was seen to help, else what all deployments of the break
// name as worth trying.
func (v *view) remedies(cells []*Cell) string {
	proven, try := slices.Clone(cells[0].Remedies), slices.Clone(v.deployments[cells[0].Deployment].Remedies)
	for _, c := range cells[1:] {
		proven = slices.DeleteFunc(proven, func(r string) bool { return !slices.Contains(c.Remedies, r) })
		try = slices.DeleteFunc(try, func(r string) bool { return !slices.Contains(v.deployments[c.Deployment].Remedies, r) })
	}
	switch {
	case len(proven) > 0:
		return "Remedy: " + codeList(proven) + "."
	case len(try) > 0 && cells[0].Verdict != HarnessError && cells[0].Culprit != "client":
		return "Worth trying: " + codeList(try) + "."
	default:
		return ""
	}
}

// markdownSaid is what the judge or a server said, without what differs from
// run to run, and no longer than a reader wants it: explain shows all.
func markdownSaid(s string) string {
	return mdText(sentence(clip(oneLine(steady(s)), maxDetail)))
}

func capital(s string) string {
	if s == "" {
		return s
	}
	r := []rune(s)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

func codeList(names []string) string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		out = append(out, code(n))
	}
	return joinAnd(out)
}

// joinAnd is a list in a sentence.
func joinAnd(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
