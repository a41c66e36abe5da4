package report

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// readableMask is a masked secret as trace.Readable writes it.
var readableMask = regexp.MustCompile(`‹\d+ characters?, [0-9a-f]+›`)

// steady takes out the marks of masked secrets, which differ from one
// measurement to the next.
func steady(s string) string { return readableMask.ReplaceAllString(trace.Readable(s), "‹secret›") }

// oneLine joins lines and drops control characters, so that no text from the
// wire can steer a terminal or break a table.
func oneLine(s string) string { return strings.Join(strings.Fields(printable(s)), " ") }

// printable replaces each control character, those that turn the direction of
// writing included, by a blank and keeps the columns.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
}

// clip shortens a line to width characters; 0 means that any width will do.
func clip(s string, width int) string {
	if width <= 0 || utf8.RuneCountInString(s) <= width {
		return s
	}
	if width == 1 {
		return "…"
	}
	return strings.TrimRight(string([]rune(s)[:width-1]), " ") + "…"
}

// wrap breaks text at blanks into lines of at most width characters, each
// beginning with indent; 0 means one line. Words longer than a line are kept
// whole: a broken URL helps nobody.
func wrap(text, indent string, width int) string {
	var b strings.Builder
	room := width - utf8.RuneCountInString(indent)
	used := 0
	for word := range strings.FieldsSeq(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case used == 0:
			b.WriteString(indent + word)
			used = n
		case width > 0 && used+1+n > room:
			b.WriteString("\n" + indent + word)
			used = n
		default:
			b.WriteString(" " + word)
			used += 1 + n
		}
	}
	return b.String()
}

// wrapHard is wrap that breaks words which fit in no line, for what is quoted
// from the wire.
func wrapHard(text, indent string, width int) string {
	room := width - utf8.RuneCountInString(indent)
	if width <= 0 || room <= 0 {
		return wrap(text, indent, width)
	}
	var lines []string
	var line []rune
	for word := range strings.FieldsSeq(text) {
		r := []rune(word)
		switch {
		case len(line) == 0:
		case len(line)+1+len(r) <= room, len(r) > room && len(line)+1 < room:
			line = append(line, ' ')
		default:
			lines, line = append(lines, indent+string(line)), nil
		}
		for len(line)+len(r) > room {
			cut := room - len(line)
			lines, line, r = append(lines, indent+string(line)+string(r[:cut])), nil, r[cut:]
		}
		line = append(line, r...)
	}
	return strings.Join(append(lines, indent+string(line)), "\n")
}

// sentence makes sure that text ends like one.
func sentence(text string) string {
	text = oneLine(text)
	if text == "" || strings.ContainsRune(".!?…", lastRune(text)) {
		return text
	}
	return text + "."
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// pad fills s with blanks to width characters.
func pad(s string, width int) string {
	if n := utf8.RuneCountInString(s); n < width {
		return s + strings.Repeat(" ", width-n)
	}
	return s
}
