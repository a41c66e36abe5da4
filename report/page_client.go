package report

import (
	"fmt"
	"slices"
	"strings"
)

// clientPage is docs/clients/ID.md: what one client does on the wire, and its
// result at each deployment.
func (v *view) clientPage(id string) string {
	var b strings.Builder
	rows := slices.DeleteFunc(v.rowsThat(func(ClientInfo) bool { return true }), func(c Cell) bool { return clientID(c) != id })
	slices.SortStableFunc(rows, func(x, y Cell) int { return v.age(x) - v.age(y) })
	first := v.clients[rowKey(rows[0])]
	b.WriteString(generatedNote)
	fmt.Fprintf(&b, "# %s\n\n", mdText(cmpOr(first.Name, id)))
	var about []string
	if first.Archetype {
		about = append(about, "An archetype that shows one behaviour; nobody ships it.")
	}
	if first.Vendor != "" {
		about = append(about, mdText(sentence("By "+first.Vendor)))
	}
	if first.Homepage != "" {
		about = append(about, "<"+first.Homepage+">")
	}
	about = append(about, mdText(first.Notes))
	if first.Skipped != "" {
		about = append(about, mdText(sentence("The released program is not measured: "+first.Skipped)))
	}
	about = append(about, "Back to [the matrix](../../"+MatrixPage+") or [all clients]("+indexPage+").")
	b.WriteString(strings.TrimSpace(strings.Join(about, " ")) + "\n\n")
	b.WriteString("Measured " + v.r.Date + ", revision " + v.r.Revision + ".\n\n")
	var old []Cell
	for _, row := range rows {
		if !v.clients[rowKey(row)].Current {
			old = append(old, row)
			continue
		}
		v.clientRow(&b, row)
	}
	v.overTime(&b, rows)
	for _, row := range old {
		v.variant(&b, row, rows)
	}
	return b.String()
}

// age orders the rows of a page: what is current first, emulations before
// released programs.
func (v *view) age(c Cell) int {
	n := 0
	if !v.clients[rowKey(c)].Current {
		n += 2
	}
	if c.Basis != "emulated" {
		n++
	}
	return n
}

// title is the heading of a row, with the anchor that the matrix leads to.
func (v *view) title(b *strings.Builder, row Cell) {
	info := v.clients[rowKey(row)]
	title := row.Label()
	if info.Title != "" && info.Title != "current" {
		title += ": " + info.Title
	}
	fmt.Fprintf(b, "<a id=\"%s\"></a>\n\n## %s\n\n", rowAnchor(row), mdText(title))
}

// clientRow writes a current row in full.
func (v *view) clientRow(b *strings.Builder, row Cell) {
	info := v.clients[rowKey(row)]
	v.title(b, row)
	all, attacks := v.cellsOf([]Cell{row}, v.columns(false)), v.cellsOf([]Cell{row}, v.columns(true))
	connected, _ := tally(all)
	_, refused := tally(attacks)
	fmt.Fprintf(b, "Reaches a tool at %d of %s", connected, count(len(all), "deployment"))
	if len(attacks) > 0 {
		fmt.Fprintf(b, ", rightly refuses %d of %s", refused, count(len(attacks), "attack"))
	}
	fmt.Fprintf(b, ". %s\n\n", mdText(sentence("Evidence: "+v.evidenceOf(row))))
	if len(info.Register) > 0 {
		fmt.Fprintf(b, "Redirect URIs to register by hand: %s.\n\n", codeList(info.Register))
	}
	v.capabilities(b, info)
	b.WriteString("### At each deployment\n\n" + v.scenarioLegend())
	v.scenarioTable(b, row)
	b.WriteString("### Where it breaks\n\n")
	cells := slices.Concat(all, attacks)
	v.sentences(b, v.breaks(cells), false, where)
	v.rules(b, "###", cells, where, nil)
}

// where says at which deployments one client broke.
func where(cells []*Cell) []string {
	var names []string
	for _, c := range cells {
		names = append(names, c.Deployment)
	}
	return []string{"at " + codeList(names)}
}

func (v *view) capabilities(b *strings.Builder, info ClientInfo) {
	if len(info.Capabilities) == 0 {
		if info.Basis != "emulated" && info.Basis != "" {
			b.WriteString("The released program itself: its behaviour was recorded, not emulated.")
			if info.Limits != "" {
				b.WriteString(" " + mdText(info.Limits))
			}
			b.WriteString("\n\n")
		}
		return
	}
	b.WriteString("### On the wire\n\n" +
		"Differences from the specification; in italics, what follows it and is worth knowing.\n\n")
	tableHead(b, "", "behaviour", "evidence")
	var assumed []string
	for _, c := range info.Capabilities {
		var does []string
		for _, s := range c.Settings {
			does = append(does, settingText(s))
		}
		switch {
		case len(does)+len(c.Sources) == 0:
			assumed = append(assumed, c.Name)
			continue
		case len(does) == 0:
			does = append(does, "*as the specification says*")
		}
		tableRow(b, capital(c.Name), strings.Join(does, "<br>"), sourceList(c.Sources))
	}
	b.WriteString("\n")
	if len(assumed) > 0 {
		fmt.Fprintf(b, "Assumed to follow the specification, without evidence: %s.\n\n", joinAnd(assumed))
	}
	if len(info.Unknown) > 0 {
		b.WriteString("**Unknown**; the emulation plays a default:\n\n")
		for _, u := range info.Unknown {
			fmt.Fprintf(b, "- `%s`: %s\n", u.Name, mdText(u.Used))
		}
		b.WriteString("\n")
	}
}

// settingText is a setting in a table.
func settingText(s Setting) string {
	if s.Default {
		return fmt.Sprintf("*%s: %s*", mdText(s.Name), mdText(s.Value))
	}
	text := fmt.Sprintf("%s: **%s**", mdText(s.Name), mdText(strings.Trim(clip(s.Value, 240), "[]")))
	if s.Meaning != "" {
		text += " — " + mdText(s.Meaning)
	}
	return text
}

// sourceList names the sources, the newest of each basis with its date.
func sourceList(sources []Source) string {
	if len(sources) == 0 {
		return "assumed"
	}
	var out []string
	for _, s := range sources {
		words := mdText(s.Basis + " " + s.Date)
		if to := sourceLink(s.Source); to != "" {
			words = mdLink(words, to)
		}
		if !slices.Contains(out, words) {
			out = append(out, words)
		}
	}
	return strings.Join(out, "<br>")
}

// sourceLink is where a source can be read, "" for the name of a recording.
func sourceLink(source string) string {
	if strings.HasPrefix(source, "https://") {
		return source
	}
	if repo, number, ok := strings.Cut(source, "#"); ok && strings.Count(repo, "/") == 1 && !strings.ContainsAny(source, " @:") {
		return "https://github.com/" + repo + "/issues/" + number
	}
	return ""
}

// scenarioTable has a line for each deployment.
func (v *view) scenarioTable(b *strings.Builder, row Cell) {
	tableHead(b, append([]string{"Deployment", "Kind", "Result"}, scenarioIDs()...)...)
	for _, col := range v.cols {
		c := v.at(row, col.Deployment)
		if c == nil {
			continue
		}
		line := []string{mdLink(code(col.Deployment), "../deployments/"+col.Deployment+".md"), v.deployments[col.Deployment].Kind, v.result(c)}
		for _, id := range scenarioIDs() {
			line = append(line, scenarioSymbol(c, id))
		}
		tableRow(b, line...)
	}
	b.WriteString("\n")
}

// scenarioLegend names the columns of a table of scenarios.
func (v *view) scenarioLegend() string {
	names := map[string]string{}
	for i := range v.r.Cells {
		for _, s := range v.r.Cells[i].Scenarios {
			names[s.ID] = s.Name
		}
	}
	var list []string
	for _, id := range scenarioIDs() {
		if names[id] != "" {
			list = append(list, id+" "+names[id])
		}
	}
	return mdText(sentence(joinAnd(list))) + " The symbols are those of [the matrix](../../" + MatrixPage + ").\n\n"
}

// result is a symbol with the words that fit a wider table.
func (v *view) result(c *Cell) string {
	s := symbol(c, func(stage string) string { return stage }, plain)
	if c.Verdict == RefusedRight {
		s += " refuses"
	}
	if c.Culprit != "" && tellsStory(*c) {
		s += " (" + culpritLabel(c.Culprit) + ")"
	}
	return s
}

// variant writes a historical row: what is special about it, where its result
// differs from the current one's, and the rules that it alone breaks.
func (v *view) variant(b *strings.Builder, row Cell, rows []Cell) {
	info := v.clients[rowKey(row)]
	v.title(b, row)
	all, attacks := v.cellsOf([]Cell{row}, v.columns(false)), v.cellsOf([]Cell{row}, v.columns(true))
	connected, _ := tally(all)
	_, refused := tally(attacks)
	fmt.Fprintf(b, "Reaches a tool at %d of %s, rightly refuses %d of %s. %s\n\n", connected, count(len(all), "deployment"),
		refused, count(len(attacks), "attack"), mdText(sentence("Evidence: "+v.evidenceOf(row))))
	now := rows[0]
	was := map[string]Setting{}
	for _, c := range v.clients[rowKey(now)].Capabilities {
		for _, s := range c.Settings {
			was[s.Name] = s
		}
	}
	var changed []string
	for _, c := range info.Capabilities {
		for _, s := range c.Settings {
			if was[s.Name] != s {
				changed = append(changed, "- "+capital(c.Name)+": "+settingText(s)+" ("+strings.ReplaceAll(sourceList(c.Sources), "<br>", ", ")+")\n")
			}
		}
	}
	if len(changed) > 0 {
		fmt.Fprintf(b, "Differences from %s:\n\n%s\n", mdText(now.Label()), strings.Join(changed, ""))
	}
	var differs []*Cell
	for _, c := range slices.Concat(all, attacks) {
		if o := v.at(now, c.Deployment); o == nil || !sameEnd(c, o) {
			differs = append(differs, c)
		}
	}
	if len(differs) == 0 {
		b.WriteString("Same results as " + mdText(now.Label()) + " everywhere.\n\n")
	} else {
		v.differences(b, differs, now)
	}
	v.rules(b, "###", slices.Concat(all, attacks), where, func(c *Cell, r brokenRule) bool {
		o := v.at(now, c.Deployment)
		return o != nil && slices.ContainsFunc(o.otherRules(), r.same)
	})
}

// differences is a line for each cell that ended otherwise than the current
// row's, and the sentences about them.
func (v *view) differences(b *strings.Builder, differs []*Cell, now Cell) {
	tableHead(b, "Deployment", "this variant", mdText(now.Label()))
	for _, c := range differs {
		other := "·"
		if o := v.at(now, c.Deployment); o != nil {
			other = v.result(o)
		}
		tableRow(b, mdLink(code(c.Deployment), "../deployments/"+c.Deployment+".md"), v.result(c), other)
	}
	b.WriteString("\n")
	v.sentences(b, v.breaks(differs), false, where)
}

func sameEnd(a, b *Cell) bool {
	return a.Verdict == b.Verdict && a.Stage == b.Stage && a.Culprit == b.Culprit
}
