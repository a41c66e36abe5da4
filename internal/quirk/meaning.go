package quirk

import (
	"slices"
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
	text = text[:length(text)]
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

// length is where the statement at the beginning ends. What stands in brackets
// ends nothing.
func length(text string) int {
	depth := 0
	for i, r := range text {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case depth == 0 && ends(text[i:]):
			return i
		}
	}
	return len(text)
}

// ends reports whether a statement ends here: at a semicolon, where the next
// sentence begins (a full stop in a number ends nothing), or where the next
// value is named.
func ends(rest string) bool {
	return rest == "." || slices.ContainsFunc([]string{";", ". ", ` or "`, ` and "`, `, "`}, func(end string) bool {
		return strings.HasPrefix(rest, end)
	})
}
