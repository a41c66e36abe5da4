package report

import (
	"fmt"
	"slices"
	"strings"
)

// deploymentPage is docs/deployments/ID.md: what is special about a
// deployment, its evidence, and which clients connect.
func (v *view) deploymentPage(id string) string {
	var b strings.Builder
	info := v.deployments[id]
	b.WriteString(generatedNote)
	fmt.Fprintf(&b, "# %s\n\n", mdText(cmpOr(info.Name, id)))
	fmt.Fprintf(&b, "`%s`: %s. %s\n\n", id, kindWords(info), mdText(sentence(info.Description)))
	fmt.Fprintf(&b, "Back to [the matrix](../../%s) or [all deployments](%s). Measured %s, revision %s.\n\n",
		MatrixPage, indexPage, v.r.Date, v.r.Revision)
	if len(info.Settings) > 0 {
		b.WriteString("## What it sets\n\n")
		tableHead(&b, "setting", "value", "meaning", "evidence")
		for _, s := range info.Settings {
			tableRow(&b, code(s.Name), "**"+mdText(clip(s.Value, 240))+"**", mdText(clip(s.Meaning, 200)),
				sourceList(sourcesOf(info.Sources, s.Name)))
		}
		b.WriteString("\n")
	}
	v.evidence(&b, info)
	if len(info.Remedies) > 0 {
		fmt.Fprintf(&b, "Worth trying, so that more clients connect: %s.\n\n", codeList(info.Remedies))
	}
	now, old := v.rowsThat(isCurrent), v.rowsThat(isHistorical)
	cells := v.cellsOf(now, []string{id})
	connected, refused := tally(cells)
	b.WriteString("## The clients\n\n")
	if info.Kind == "hostile" {
		fmt.Fprintf(&b, "%d of %s rightly refuse it.\n\n", refused, count(len(cells), "current client"))
	} else {
		fmt.Fprintf(&b, "%d of %s reach a tool.\n\n", connected, count(len(cells), "current client"))
	}
	b.WriteString(v.scenarioLegend())
	v.clientTable(&b, now, id)
	b.WriteString("## Where they break\n\n")
	labels := func(broken []*Cell) []string {
		names := make([]string, 0, len(broken))
		for _, c := range broken {
			names = append(names, mdText(c.Label()))
		}
		return []string{v.many(names, id)}
	}
	v.sentences(&b, v.breaks(cells), false, labels)
	v.rules(&b, "##", cells, labels, nil)
	v.serversPart(&b, id)
	if len(v.cellsOf(old, []string{id})) > 0 {
		b.WriteString("## Historical variants\n\n")
		v.clientTable(&b, old, id)
	}
	return b.String()
}

func kindWords(info DeploymentInfo) string {
	words := map[string]string{
		"legal":   "legal: unusual, but allowed; a client must cope",
		"deviant": "deviant: differs from the specification, as products do",
		"hostile": "hostile: an attack, which a client must refuse",
	}[info.Kind]
	if info.RefuseAt != "" {
		words += " at the door " + info.RefuseAt + " at the latest"
	}
	if info.Provider != "" && info.Provider != "embedded" {
		words += "; provider " + info.Provider
	}
	return cmpOr(words, info.Kind)
}

// sourcesOf are the sources that speak of a setting.
func sourcesOf(sources []Source, name string) []Source {
	return slices.DeleteFunc(slices.Clone(sources), func(s Source) bool {
		return !slices.ContainsFunc(s.Claims, func(c string) bool { return c == name || strings.HasPrefix(name, c+".") })
	})
}

func (v *view) evidence(b *strings.Builder, info DeploymentInfo) {
	if len(info.Sources) == 0 {
		return
	}
	b.WriteString("Evidence:\n\n")
	for _, s := range info.Sources {
		words := mdText(s.Source)
		if to := sourceLink(s.Source); to != "" {
			words = mdLink(words, to)
		}
		line := fmt.Sprintf("%s (%s, %s)", words, mdText(s.Basis), s.Date)
		if s.Says != "" {
			line += ": " + mdText(sentence(s.Says))
		}
		b.WriteString("- " + line + "\n")
	}
	b.WriteString("\n")
}

// clientTable has a line for each client.
func (v *view) clientTable(b *strings.Builder, rows []Cell, deployment string) {
	tableHead(b, append([]string{"Client", "Result"}, scenarioIDs()...)...)
	for _, row := range rows {
		c := v.at(row, deployment)
		if c == nil {
			continue
		}
		line := []string{mdLink(mdText(row.Label()), "../clients/"+clientID(row)+".md#"+rowAnchor(row)), v.result(c)}
		for _, id := range scenarioIDs() {
			line = append(line, scenarioSymbol(c, id))
		}
		tableRow(b, line...)
	}
	b.WriteString("\n")
}

// serversPart says which rules the deployment's own servers break.
func (v *view) serversPart(b *strings.Builder, deployment string) {
	row, ok := v.servers()
	if !ok {
		return
	}
	c := v.at(row, deployment)
	if c == nil {
		return
	}
	b.WriteString("## The servers themselves\n\n")
	fmt.Fprintf(b, "A prober tried what must work and what must be refused. The servers %s.\n\n", c.Outcome())
	for _, s := range c.Scenarios {
		for _, f := range s.Findings {
			if worthTelling(f) {
				fmt.Fprintf(b, "- %s %s Seen: %s\n", mark(f.Verdict), v.law(f), markdownSaid(f.Observed))
			}
		}
	}
	b.WriteString("\n")
}
