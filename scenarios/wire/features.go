package wire

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// Features lists what a recording shows, in the order of the doors. What the
// client never came to is not in the list: it is no feature to have been turned
// away before.
func Features(rec *trace.Recording) []report.Feature {
	if rec == nil {
		return nil
	}
	return FeaturesOf(reading.NewView(rec))
}

// FeaturesOf lists what one flow of a recording shows.
func FeaturesOf(v *reading.View) []report.Feature {
	r := &reader{view: v, setting: v.Rec.Setting}
	r.discovery()
	r.registration()
	r.authorization()
	r.token()
	r.refresh()
	r.stepUp()
	r.protocol()
	return r.out
}

// reader collects the features of one recording.
type reader struct {
	view    *reading.View
	setting trace.Setting
	out     []report.Feature
}

func (r *reader) add(path, value string) {
	if value == "" {
		value = "none"
	}
	r.out = append(r.out, report.Feature{Path: path, Value: value})
}

// list writes values in their order.
func list(values []string) string { return strings.Join(values, ", ") }

// runs leaves out what repeats the one before: how often a client asks again
// depends on the machine.
func runs(values []string) []string { return slices.Compact(values) }

// within reports whether the exchange belongs to one of the attempts of the
// scenario; without any attempt on the recording (a HAR file) nothing does.
func (r *reader) within(scenario string, id int) bool {
	return slices.ContainsFunc(r.view.Attempts, func(a reading.Attempt) bool {
		return a.Scenario == scenario && a.Within(id)
	})
}

// first is the id of the last exchange that belongs to the first login and
// call. Later scenarios provoke the client; what it does then is told by their
// own features.
func (r *reader) first() int {
	last := len(r.view.Rec.Exchanges)
	for _, a := range r.view.Attempts {
		if a.Scenario != "C.1" && a.Scenario != "C.8" {
			return min(last, a.First-1)
		}
	}
	return last
}
