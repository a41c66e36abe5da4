package report

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// readableMask is a masked secret as trace.Readable writes it.
var readableMask = regexp.MustCompile(`‹\d+ characters?, [0-9a-f]+›`)

// loopbackPort is a port of this machine in a URL, perhaps form-encoded.
var loopbackPort = regexp.MustCompile(`(127\.0\.0\.1|localhost|\[::1\])(:|%3A)(\d{4,5})\b((?:/|%2F)oauth(?:/|%2F)callback)?`)

// callbackHash is a redirect path that a client makes of the address of the
// authorization server, port included, as Codex does.
var callbackHash = regexp.MustCompile(`(/callback/)[A-Za-z0-9_-]{12}([^A-Za-z0-9_-]|$)`)

// steady takes out what differs from one measurement to the next, for a
// generated page must not: the marks of masked secrets, loopback ports that a
// machine assigns, and what clients make of such a port: mcp-remote, whose path
// is /oauth/callback, hashes the MCP server's URL to a port of its own.
func steady(s string) string {
	s = readableMask.ReplaceAllString(trace.Readable(s), "‹secret›")
	s = callbackHash.ReplaceAllString(s, "${1}‹hash›${2}")
	return loopbackPort.ReplaceAllStringFunc(s, func(m string) string {
		part := loopbackPort.FindStringSubmatch(m)
		port, err := strconv.Atoi(part[3])
		if err != nil || chosen(port) || port < firstAssigned && (part[4] == "" || part[1] != "localhost") {
			return m
		}
		return part[1] + part[2] + "‹port›" + part[4]
	})
}

// firstAssigned is where the range begins from which Linux assigns ports; that
// of RFC 6335 section 6, which others use, begins later.
const firstAssigned = 32768

// chosen reports whether a port is one that a client of the collection, or the
// prober, always comes from, although a machine could have assigned it, or
// although its path is that of mcp-remote.
func chosen(port int) bool {
	return slices.Contains([]int{33418, 33428, 43118, 6274, 6276, 7777, 7778, 8080, 8085}, port)
}

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
