package report

import (
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// Lookups are the facts that the renderers need besides the results. Its zero
// value is usable: ids are then shown without their sentences.
type Lookups struct {
	// Law finds the sentence behind a requirement id; nil means that ids are
	// shown alone.
	Law *requirement.Book
	// Deployments says in one sentence what a deployment is, by id; nil means
	// that ids are shown alone.
	Deployments map[string]string
	// Who says in lines who the client of a recording was, the name first; nil
	// means that only the recording's own label and words are shown.
	Who []string
	// Says is what a recording holds, in a sentence, where that is not a whole
	// flow; "" for a whole one.
	Says string
	// Flow are the IDs of the exchanges to show, in order; the others are counted.
	// nil means that all are shown.
	Flow []int
}

// LawSentence writes a row of the law book as a sentence: "The client MUST
// …". level is that of the revision that was judged by.
func LawSentence(row requirement.Row, level string) string {
	party := strings.ReplaceAll(string(row.Party), "-", " ")
	if row.Party == requirement.MCPServer {
		party = "MCP server"
	}
	return sentence("The " + party + " " + level + " " + row.Says)
}

// permission is the sentence of a row at the level of the revision that the cell
// was judged by; a row that the revision does not have stands without its level.
func (c *Cell) permission(row requirement.Row) string {
	if level, ok := row.In(c.JudgedBy); ok {
		return LawSentence(row, string(level))
	}
	return sentence(strings.ReplaceAll(string(row.Party), "-", " ") + ": " + row.Says)
}

// law returns the row behind a requirement id.
func (l Lookups) law(id string) (requirement.Row, bool) {
	if l.Law == nil || id == "" {
		return requirement.Row{}, false
	}
	return l.Law.Find(id)
}
