package report

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// maxDetail is the longest text shown of a header, parameter or body, in
// characters.
const maxDetail = 300

// recording writes the exchanges and events in time order; » points at those
// that the finding rests on.
func (e *explainer) recording(rec *trace.Recording, telling map[int]bool) {
	e.Heading("What happened")
	if len(rec.Exchanges) == 0 {
		e.Text("Nothing was exchanged.")
	}
	events, others := rec.Events, 0
	for _, x := range rec.Exchanges {
		if _, own := slices.BinarySearch(e.look.Flow, x.ID); !own && e.look.Flow != nil {
			others++
			continue
		}
		for len(events) > 0 && events[0].After < x.ID {
			e.event(events[0])
			events = events[1:]
		}
		e.exchange(x, telling[x.ID])
	}
	for _, ev := range events {
		e.event(ev)
	}
	e.omitted(others)
	if rec.Incomplete != "" {
		e.Text("The recording ends early: " + rec.Incomplete)
	}
}

// omitted counts the exchanges that are not shown.
func (e *explainer) omitted(n int) {
	switch {
	case n == 1:
		e.Text("1 other exchange in this file is left out; --all shows it.")
	case n > 1:
		e.Text(grouped(n) + " other exchanges in this file are left out; --all shows them.")
	}
}

// grouped is a number with a comma before each three digits.
func grouped(n int) string {
	const thousand = 1000
	if n < thousand {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", grouped(n/thousand), n%thousand)
}

func (e *explainer) exchange(x trace.Exchange, telling bool) {
	pointer := " "
	if telling {
		pointer = "»"
	}
	target, _, _ := strings.Cut(x.Request.URL, "?")
	const indent = "                 " // as wide as what stands before the head
	head := fmt.Sprintf("%s → %s %s %s → %s", x.From, x.To, x.Request.Method, target, reading.AnswerWords(x))
	head = fmt.Sprintf("%s%3d %s ", pointer, x.ID, millis(x.At)) +
		strings.TrimLeft(wrap(readable(head), indent, e.o.Width), " ")
	if telling {
		head = e.o.paint(bold, head)
	}
	e.line(head)
	for _, d := range details(x) {
		e.line(wrapHard(clip(readable(d), maxDetail), indent, e.o.Width))
	}
}

func (e *explainer) event(ev trace.Event) {
	keys := make([]string, 0, len(ev.Detail))
	for k := range ev.Detail {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	parts := make([]string, 0, len(keys))
	for _, k := range keys {
		parts = append(parts, k+"="+clip(trace.Readable(oneLine(ev.Detail[k])), maxDetail))
	}
	const indent = "                   "
	line := fmt.Sprintf("     · %s ", millis(ev.At)) +
		strings.TrimLeft(wrapHard(readable(strings.TrimSpace(string(ev.Kind)+" "+strings.Join(parts, " "))), indent, e.o.Width), " ")
	e.line(e.o.paint(dim, line))
}

func millis(d time.Duration) string {
	return fmt.Sprintf("%8.1f ms", float64(d)/float64(time.Millisecond))
}

// details are the headers and parameters of an exchange that tell what it was
// about.
func details(x trace.Exchange) []string {
	var out []string
	for _, name := range []string{"Authorization", "DPoP", "MCP-Protocol-Version", "Origin"} {
		for _, v := range x.Request.Header.Values(name) {
			out = append(out, "> "+name+": "+v)
		}
	}
	for _, p := range reading.QueryOf(x) {
		out = append(out, "> ?"+p.Name+"="+p.Value)
	}
	out = append(out, bodyDetails(x)...)
	if x.Response == nil {
		return out
	}
	for _, name := range []string{"WWW-Authenticate", "Location", "DPoP-Nonce", "Retry-After"} {
		for _, v := range x.Response.Header.Values(name) {
			out = append(out, "< "+name+": "+v)
		}
	}
	if text := x.Response.Body.Text; text != "" && tellingBody(x) {
		out = append(out, "< "+text)
	}
	return out
}

func bodyDetails(x trace.Exchange) []string {
	if m, ok := reading.RPCOf(x); ok {
		return []string{"> " + strings.TrimSpace(m.Method+" "+m.Params.Name)}
	}
	if params := reading.FormOf(x); params != nil {
		out := make([]string, 0, len(params))
		for _, p := range params {
			out = append(out, "> "+p.Name+"="+p.Value)
		}
		return out
	}
	if x.Request.Body.Text != "" && json.Valid([]byte(x.Request.Body.Text)) {
		return []string{"> " + x.Request.Body.Text}
	}
	return nil
}

// tellingBody says whether the response is worth showing: every JSON document
// of the authorization flow, but of the MCP server only what went wrong.
func tellingBody(x trace.Exchange) bool {
	if x.To == trace.MCPServer && !strings.Contains(reading.PathOf(x.Request.URL), "/.well-known/") {
		return reading.StatusOf(x) >= http.StatusBadRequest
	}
	return reading.MediaType(x.Response.Header) != "text/html" || reading.StatusOf(x) >= http.StatusBadRequest
}
