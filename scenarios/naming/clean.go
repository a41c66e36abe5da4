package naming

import (
	"regexp"
	"strings"
	"unicode"
)

// Bounds on what a stranger's recording may put into a name.
const (
	maxName    = 80 // characters of a name
	maxVersion = 40 // characters of a version
	maxClaims  = 24 // different names of one source that are looked at
	maxOthers  = 4  // names that disagree and are listed
	maxBody    = 256 << 10
	maxBatch   = 16 // messages of a JSON-RPC batch
)

// clean is text on one line: without control, format (bidirectional, zero
// width), private-use and unassigned characters, and cut to width.
func clean(text string, width int) string {
	var b strings.Builder
	n, blank := 0, false
	for _, r := range text {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			blank = b.Len() > 0
			continue
		}
		if !unicode.IsGraphic(r) || unicode.Is(unicode.Cf, r) {
			continue
		}
		if blank {
			b.WriteByte(' ')
			n, blank = n+1, false
		}
		if n >= width-1 {
			return strings.TrimSpace(b.String()) + "…"
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}

// versionForm is what versions look like: they have a digit, and no blanks.
const versionForm = `^[vV]?[0-9A-Za-z._+-]*[0-9][0-9A-Za-z._+-]*$`

// version is a version as it may be shown; "" for what is none.
func version(text string) string {
	text = strings.TrimSpace(text)
	if len(text) > maxVersion || !regexp.MustCompile(versionForm).MatchString(text) {
		return ""
	}
	return strings.TrimLeft(text, "vV")
}

// plain is a name by which two spellings of it are compared: letters and digits
// in lower case, without a trailing remark in brackets and the words that every
// client uses.
func plain(name string) string {
	name, _, _ = strings.Cut(name, " (")
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	var kept []string
	for _, w := range words {
		if w != "mcp" && w != "client" {
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		kept = words
	}
	return strings.Join(kept, "")
}
