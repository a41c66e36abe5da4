package report

import (
	"fmt"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// Door is how far a client came at one stage of the flow.
type Door struct {
	Stage string
	// Passed says that the stage was completed at least once.
	Passed bool
	// Exchange is the exchange that shows it, 0 when the stage was not seen.
	Exchange int
	// Note says what was seen, or what the last failure was.
	Note string
}

// Seen reports whether the recording shows anything of the stage.
func (d Door) Seen() bool { return d.Exchange > 0 }

// doors draws the journey, one line for each door that was seen.
func (e *explainer) doors(doors []Door) {
	e.Heading("Doors")
	for _, d := range doors {
		word, verdict := "not seen", NotApplicable
		switch {
		case d.Passed:
			word, verdict = "passed", Pass
		case d.Seen():
			word, verdict = "not passed", Fail
		}
		line := "  " + e.o.verdict(verdict, mark(verdict)+" "+pad(word, 11)) + pad(d.Stage, 18)
		if d.Seen() {
			line += clip(fmt.Sprintf("exchange %d: %s", d.Exchange, trace.Readable(oneLine(d.Note))), room(e.o.Width, 32))
		}
		e.line(strings.TrimRight(line, " "))
	}
}

// room is what is left of a width; 0 stays "any width".
func room(width, used int) int {
	if width == 0 {
		return 0
	}
	return max(width-used, 20)
}
