package report

import (
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// fieldColumn is where the text of a field begins, after the margin.
const fieldColumn = 18

// Page is text for a terminal: headings, fields and paragraphs. Whatever is
// put on it, masked secrets are shown as people read them, and control
// characters are not shown at all.
type Page struct {
	b strings.Builder
	o TextOptions
}

// NewPage returns an empty page.
func NewPage(o TextOptions) *Page { return &Page{o: o} }

// String is the page so far.
func (p *Page) String() string { return p.b.String() }

// Heading begins a part of the page.
func (p *Page) Heading(s string) {
	if p.b.Len() > 0 {
		p.line("")
	}
	p.line(p.o.paint(bold, readable(s)))
}

// Text writes a paragraph.
func (p *Page) Text(s string) { p.line(wrap(readable(s), "  ", p.o.Width)) }

// Field writes a name and a text beside it.
func (p *Page) Field(name, text string) {
	text = wrap(readable(text), strings.Repeat(" ", fieldColumn+2), p.o.Width)
	p.line("  " + pad(readable(name), fieldColumn) + strings.TrimLeft(text, " "))
}

func (p *Page) line(s string) { p.b.WriteString(s + "\n") }

// readable is one line of text that can neither steer the terminal nor show a
// mask in the form of the wire.
func readable(s string) string { return trace.Readable(oneLine(s)) }
