package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// clientIndex is docs/clients/README.md.
func (v *view) clientIndex() string {
	var b strings.Builder
	b.WriteString(generatedNote + "# The clients\n\n")
	b.WriteString("Every measured client, with a page on its behaviour and its results. Back to\n" +
		"[the matrix](../../" + MatrixPage + ").\n\n")
	tableHead(&b, "Client", "Name on the command line", "Evidence", "Reaches a tool", "Refuses attacks", "Variants")
	for _, row := range v.rowsThat(isCurrent) {
		all, attacks := v.cellsOf([]Cell{row}, v.columns(false)), v.cellsOf([]Cell{row}, v.columns(true))
		connected, _ := tally(all)
		_, refused := tally(attacks)
		old := 0
		for _, o := range v.rowsThat(isHistorical) {
			if clientID(o) == clientID(row) && o.Basis == row.Basis {
				old++
			}
		}
		tableRow(&b, mdLink(mdText(row.Label()), clientID(row)+".md#"+rowAnchor(row)), code(row.Client), mdText(v.evidenceShort(row)),
			ratio(connected, len(all)), ratio(refused, len(attacks)), strconv.Itoa(old))
	}
	b.WriteString("\n")
	return b.String()
}

// deploymentIndex is docs/deployments/README.md.
func (v *view) deploymentIndex() string {
	var b strings.Builder
	b.WriteString(generatedNote + "# The deployments\n\n")
	b.WriteString("Authorization server and MCP server, configured in one particular way. *Legal* ones are odd but allowed, *deviant* ones\n" +
		"differ from the specification as products do, *hostile* ones attack. Back to [the matrix](../../" + MatrixPage + ").\n\n")
	for _, kind := range []string{"legal", "deviant", "hostile"} {
		cols := slices.DeleteFunc(slices.Clone(v.cols), func(c Cell) bool { return v.deployments[c.Deployment].Kind != kind })
		if len(cols) == 0 {
			continue
		}
		fmt.Fprintf(&b, "## %s\n\n", capital(kind))
		head := "clients that connect"
		if kind == "hostile" {
			head = "clients that refuse"
		}
		tableHead(&b, "Deployment", "What it is", head, "rules that its servers break")
		for _, c := range cols {
			info := v.deployments[c.Deployment]
			cells := v.cellsOf(v.rowsThat(isCurrent), []string{c.Deployment})
			n, refused := tally(cells)
			if kind == "hostile" {
				n = refused
			}
			broken := "·"
			if row, ok := v.servers(); ok {
				broken = serversSymbol(v.at(row, c.Deployment), plain)
			}
			tableRow(&b, mdLink(code(c.Deployment), c.Deployment+".md"),
				mdText(info.Name+": "+firstOf(info.Description)), ratio(n, len(cells)), broken)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// firstOf is the first sentence of a text.
func firstOf(text string) string {
	first, _, _ := strings.Cut(oneLine(text), ". ")
	return sentence(first)
}
