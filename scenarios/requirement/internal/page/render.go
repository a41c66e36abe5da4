package main

import (
	"fmt"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// render is the page: how much is covered, then a table for each document.
func render(book *requirement.Book) string {
	var b strings.Builder
	b.WriteString(`<!-- Generated from scenarios/requirement/data by go generate ./scenarios/requirement; do not edit. -->

# The law book

One row for each normative sentence by which clients, authorization servers and MCP servers are judged. The sentences
are in our own words; the link leads to the source. A row is judged by the checks that it names (those that begin with
` + "`probe/`" + ` look at what the prober tries at a deployment's servers, the others at what a client does there), or it says
why nothing of it shows on the wire.

## Coverage

Rows that are judged, of all rows that bind a party in a revision.

`)
	coverage(&b, book)
	file := ""
	for _, r := range book.Rows() {
		if r.File() != file {
			file = r.File()
			fmt.Fprintf(&b, "\n## %s\n\n| id | party | %s | says | judged by |\n|---|---|%s---|---|\n", title(file),
				strings.Join(requirement.Revisions(), " | "), strings.Repeat("---|", len(requirement.Revisions())))
		}
		b.WriteString(line(r))
	}
	return b.String()
}

func coverage(b *strings.Builder, book *requirement.Book) {
	fmt.Fprintf(b, "| party | %s |\n|---|%s\n", strings.Join(requirement.Revisions(), " | "),
		strings.Repeat("---|", len(requirement.Revisions())))
	counts := requirement.Coverage(book)
	for i, c := range counts {
		if i%len(requirement.Revisions()) == 0 {
			fmt.Fprintf(b, "| %s |", c.Party)
		}
		fmt.Fprintf(b, " %d of %d |", c.Judged, c.Judged+c.Unobservable)
		if (i+1)%len(requirement.Revisions()) == 0 {
			b.WriteString("\n")
		}
	}
}

func line(r requirement.Row) string {
	cells := []string{"`" + r.ID + "`", string(r.Party)}
	for _, revision := range requirement.Revisions() {
		level, ok := r.In(revision)
		if !ok {
			level = "–"
		}
		cells = append(cells, string(level))
	}
	judged := "not on the wire: " + r.Unobservable
	if len(r.Check) > 0 {
		judged = "`" + strings.Join(r.Check, "` `") + "`"
	}
	cells = append(cells, "["+escape(strings.TrimSuffix(r.Says, "."))+"]("+r.Source+")", escape(judged))
	return "| " + strings.Join(cells, " | ") + " |\n"
}

// escape keeps a cell in its column.
func escape(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// title names the document of a file.
func title(file string) string {
	name := strings.TrimSuffix(file, ".yaml")
	if number, ok := strings.CutPrefix(name, "rfc-"); ok {
		return "RFC " + number
	}
	titles := map[string]string{
		"oauth-client-id-metadata-document": "OAuth Client ID Metadata Document (draft)",
		"sep-extensions":                    "MCP authorization extensions",
		"mcp-authorization":                 "MCP authorization",
		"mcp-security-best-practices":       "MCP security best practices",
	}
	if t := titles[name]; t != "" {
		return t
	}
	return name
}
