package quirk

import (
	"regexp"
	"strings"
)

// Means is what the field's documentation says of a value, "" where it says
// nothing in particular. The zero value is "".
func (f Field) Means(value string) string {
	marks := []string{`"` + value + `"`}
	if value == "" {
		marks = []string{`""`, "nil means", "0 means"}
	}
	doc := strings.Join(strings.Fields(f.Doc), " ")
	for _, mark := range marks {
		if _, rest, ok := strings.Cut(doc, mark); ok {
			return clause(rest)
		}
	}
	return ""
}

// clause is the text up to the end of the statement about one value.
func clause(text string) string {
	// A full stop ends it where a new sentence begins; one in a number does not.
	end := regexp.MustCompile(`;|\.(?: |$)| or "`)
	if at := end.FindStringIndex(text); at != nil {
		text = text[:at[0]]
	}
	text = strings.TrimLeft(text, " :,")
	text = strings.TrimSpace(strings.TrimPrefix(text, "means "))
	// Examples of who does it do not belong to what it means; sections do.
	if i := strings.LastIndex(text, " ("); i >= 0 && strings.HasSuffix(text, ")") && !strings.Contains(text[i:], "section") {
		text = text[:i]
	}
	if strings.HasPrefix(text, `"`) || strings.HasPrefix(text, "(") {
		return "" // a list of values, of which this one has no words of its own
	}
	return text
}
