package report

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var release = regexp.MustCompile(`^v\d+\.\d+\.\d+$`)

// matrixPage is compat-matrix.md.
func (v *view) matrixPage() string {
	var b strings.Builder
	b.WriteString(generatedNote + "# MCP client compatibility\n\n")
	v.head(&b)
	if len(v.r.Cells) == 0 {
		b.WriteString("Nothing was measured.\n\n")
	} else {
		b.WriteString(symbolLegend + v.legend())
		b.WriteString("## The matrix\n\n")
		v.matrix(&b, v.rowsThat(isCurrent), true)
	}
	main := v.cellsOf(v.rowsThat(isCurrent), columnIDs(v.main()))
	b.WriteString("## Where it breaks, and whose rule is broken\n\n")
	b.WriteString("Current clients at the deployments above; a break that several share is listed once. Rules that were broken without\n" +
		"deciding a result are on the clients' pages, under *Other rules*.\n\n")
	v.sentences(&b, v.breaks(main), true, v.whoAndWhere)
	if old := v.rowsThat(isHistorical); len(old) > 0 {
		b.WriteString("## Historical variants\n\n" +
			"Other versions, and current ones under other circumstances. Their breaks are on the clients' pages.\n\n")
		v.matrix(&b, old, false)
	}
	v.skipped(&b)
	v.made(&b)
	return b.String()
}

func (v *view) head(b *strings.Builder) {
	facts := []string{"Measured " + v.r.Date, "specification revision " + v.r.Revision, fmt.Sprintf("seed %d", v.r.Seed)}
	// The version of a clone names a commit, which would make every commit
	// outdate the page.
	if release.MatchString(v.r.Tool.Version) {
		facts = append(facts, "mcpcompat "+v.r.Tool.Version)
	}
	cells, browser := 0, 0
	for i := range v.r.Cells {
		c := &v.r.Cells[i]
		cells++
		if c.Consent == "browser" {
			browser++
		}
	}
	fmt.Fprintf(b, "%s.\n\n", mdText(strings.Join(facts, " · ")))
	clients := len(v.rowsThat(isCurrent))
	fmt.Fprintf(b, "%s: %s and %s of them at %s (%d legal or deviant, %d hostile). "+
		"Consent was given in a real browser in %s, over plain HTTP in the others.\n\n",
		count(cells, "cell"), count(clients, "current client"), count(len(v.rowsThat(isHistorical)), "variant"),
		count(len(v.cols), "deployment"), len(v.columns(false)), len(v.columns(true)), count(browser, "cell"))
}

// legend says what the columns are, and where the rest is.
func (v *view) legend() string {
	return "A client's name leads to its page (behaviour, and the result at every deployment), a column's head to the deployment's page,\n" +
		"a symbol with a door to the reason. *Evidence* is the best evidence behind an emulation (`real` and `sdk` are the released\n" +
		"programs themselves); *n unknown* counts behaviours without evidence, which the emulation plays as the specification says.\n" +
		"*All* counts the deployments of the whole [collection](" + deploymentDir + "/" + indexPage +
		") at which the client reaches a\ntool, *attacks* those that it rightly refuses. The doors, in order, with their short forms:\n" +
		doors() + ".\n\n"
}

// matrix writes a table of rows at the main columns, for a page at the root of
// the project; sentences says that the page has the sentences about the breaks.
func (v *view) matrix(b *strings.Builder, rows []Cell, sentences bool) {
	heads, kinds := []string{"Client", "Evidence"}, []string{"", ""}
	for _, col := range v.main() {
		heads = append(heads, mdLink(mdText(cmpOr(col.Head, col.ID)), deploymentDir+"/"+col.ID+".md"))
		kinds = append(kinds, "*"+v.deployments[col.ID].Kind+"*")
	}
	hostile := v.columns(true)
	last := "all"
	if len(hostile) > 0 {
		last += ", attacks"
	}
	heads, kinds = append(heads, last), append(kinds, "")
	tableHead(b, heads...)
	tableRow(b, kinds...)
	if row, ok := v.servers(); ok && sentences {
		v.serversRow(b, row)
	}
	for _, row := range rows {
		page := clientFolder + "/" + clientID(row) + ".md"
		line := []string{mdLink(mdText(row.Label()), page), mdText(v.evidenceShort(row))}
		for _, col := range v.main() {
			c := v.at(row, col.ID)
			line = append(line, symbol(c, shortDoor, func(words string) string {
				if c.Verdict == Warn || !sentences {
					return mdLink(words, page+"#"+rowAnchor(row))
				}
				return mdLink(words, "#"+c.breakAnchor())
			}))
		}
		all := v.cellsOf([]Cell{row}, v.columns(false))
		connected, _ := tally(all)
		numbers := ratio(connected, len(all))
		if attacks := v.cellsOf([]Cell{row}, hostile); len(attacks) > 0 {
			_, refused := tally(attacks)
			numbers += ", " + ratio(refused, len(attacks))
		}
		tableRow(b, append(line, numbers)...)
	}
	b.WriteString("\n")
}

func (v *view) serversRow(b *strings.Builder, row Cell) {
	line := []string{"*" + mdText(row.Label()) + "*", "probed"}
	for _, col := range v.main() {
		line = append(line, serversSymbol(v.at(row, col.ID), func(words string) string {
			return mdLink(words, deploymentDir+"/"+col.ID+".md#the-servers-themselves")
		}))
	}
	tableRow(b, append(line, "")...)
}

func ratio(n, of int) string {
	if of == 0 {
		return "·"
	}
	return fmt.Sprintf("%d/%d", n, of)
}

// evidenceOf is the best evidence for a client, and how much is unknown.
func (v *view) evidenceOf(row Cell) string {
	best := v.bestEvidence(row)
	if n := v.unknowns(row); n > 0 {
		best += "; " + count(n, "behaviour") + " unknown"
	}
	return best
}

// evidenceShort is evidenceOf in a narrow column.
func (v *view) evidenceShort(row Cell) string {
	best := v.bestEvidence(row)
	if n := v.unknowns(row); n > 0 {
		best += fmt.Sprintf("; %d unknown", n)
	}
	return best
}

// unknowns is how many behaviours of an emulated client nobody knows.
func (v *view) unknowns(row Cell) int {
	if row.Basis != "emulated" && row.Basis != "" {
		return 0
	}
	return len(v.clients[rowKey(row)].Unknown)
}

func (v *view) bestEvidence(row Cell) string {
	if row.Basis != "emulated" && row.Basis != "" {
		if date := v.measured(row); date != "" {
			return row.Basis + ", " + date
		}
		return row.Basis
	}
	info := v.clients[rowKey(row)]
	best := cmpOr(info.KnownFrom, "emulated")
	for basis, short := range map[string]string{"vendor-doc": "docs", "third-party": "others", "specification": "spec"} {
		if best == basis {
			best = short
		}
	}
	return best
}

// measured is the oldest date of what was measured of a row on other days; ""
// means that it was all measured with the rest.
func (v *view) measured(row Cell) string {
	oldest := ""
	for _, col := range v.cols {
		if c := v.at(row, col.Deployment); c != nil && c.Measured != "" && (oldest == "" || c.Measured < oldest) {
			oldest = c.Measured
		}
	}
	return oldest
}

// whoAndWhere says which clients broke at which deployments, those with the
// same clients together.
func (v *view) whoAndWhere(cells []*Cell) []string {
	type place struct {
		deployments, clients []string
	}
	var places []place
	for _, d := range v.cols {
		var clients []string
		for _, c := range cells {
			if c.Deployment == d.Deployment {
				clients = append(clients, mdText(c.Label()))
			}
		}
		if len(clients) == 0 {
			continue
		}
		if i := slices.IndexFunc(places, func(p place) bool { return slices.Equal(p.clients, clients) }); i >= 0 {
			places[i].deployments = append(places[i].deployments, d.Deployment)
			continue
		}
		places = append(places, place{[]string{d.Deployment}, clients})
	}
	out := make([]string, 0, len(places))
	for _, p := range places {
		out = append(out, "at "+codeList(p.deployments)+": "+v.many(p.clients, p.deployments[0]))
	}
	return out
}

// many shortens a list that has nearly every current client.
func (v *view) many(clients []string, deployment string) string {
	var others []string
	for _, row := range v.rowsThat(isCurrent) {
		if label := mdText(row.Label()); v.at(row, deployment) != nil && !slices.Contains(clients, label) {
			others = append(others, label)
		}
	}
	switch {
	case len(clients) > 4 && len(others) == 0:
		return "every client"
	case len(clients) > 8 && len(others) < 5:
		return "every client but " + joinAnd(others)
	default:
		return strings.Join(clients, ", ")
	}
}

func (v *view) skipped(b *strings.Builder) {
	if len(v.r.Skipped) == 0 {
		return
	}
	b.WriteString("## Not measured\n\n")
	skipped := slices.Clone(v.r.Skipped)
	slices.SortFunc(skipped, func(x, y Skipped) int { return strings.Compare(x.What+x.Why, y.What+y.Why) })
	for _, s := range skipped {
		fmt.Fprintf(b, "- %s: %s\n", mdText(s.What), mdText(sentence(s.Why)))
	}
	b.WriteString("\n")
}

func (v *view) made(b *strings.Builder) {
	b.WriteString("## How this was made\n\n" +
		"`make matrix` ran every cell: it started the deployment, gave the client what a user would give it, gave consent as a\n" +
		"user would, and recorded every exchange. The judge read the results off the recordings afterwards; nothing here was\n" +
		"written by hand. The cells of this page are measured in full, with consent in a real browser where there is one; the\n" +
		"others in brief, with consent over plain HTTP. Released programs, SDKs and containers cost seconds and are measured\n" +
		"at the deployments of this page only.\n\n")
	fmt.Fprintf(b, "To repeat it: `mcpcompat matrix --revision %s --seed %d`. One cell, with its exchanges:\n", v.r.Revision, v.r.Seed)
	b.WriteString("`mcpcompat run --client CLIENT@VERSION --deployment DEPLOYMENT`, then `mcpcompat explain CLIENT@VERSION/DEPLOYMENT`.\n")
}

// slug keeps letters, digits and dots of a name, in lower case.
func slug(s string) string {
	f := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '.'
	})
	return strings.Join(f, "-")
}

// rowAnchor is the id of a row on its client's page.
func rowAnchor(row Cell) string { return slug(row.Client + "-" + cmpOr(row.Basis, "emulated")) }

// mdText escapes text so that Markdown shows it as it is.
func mdText(s string) string {
	return strings.NewReplacer(
		`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "|", `\|`, "#", `\#`,
		"<", "&lt;", ">", "&gt;", "&", "&amp;", "~", `\~`,
	).Replace(oneLine(s))
}

// cmpOr is cmp.Or for the common case of a word with a default.
func cmpOr(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
