package report

// TextOptions says how text for a terminal is laid out.
type TextOptions struct {
	// Width is the number of columns; 0 means that lines are not broken.
	Width int
	// Colour marks verdicts with ANSI colours.
	Colour bool
}

// The colours of verdicts and headings.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
)

func (o TextOptions) paint(code, s string) string {
	if !o.Colour || code == "" || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// verdict paints a word about a verdict.
func (o TextOptions) verdict(v Verdict, word string) string {
	switch v {
	case Pass, RefusedRight:
		return o.paint(green, word)
	case Warn, Known, Untested:
		return o.paint(yellow, word)
	case Fail, HarnessError:
		return o.paint(red, word)
	default:
		return o.paint(dim, word)
	}
}

// mark is one character for a verdict.
func mark(v Verdict) string {
	switch v {
	case Pass, RefusedRight:
		return "✓"
	case Warn:
		return "⚠"
	case Fail, Known:
		return "✗"
	case Untested:
		return "◌"
	case HarnessError:
		return "!"
	default:
		return "–"
	}
}
