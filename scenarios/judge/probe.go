package judge

import "github.com/mcpcompat/mcpcompat/scenarios/reading"

// untried says why nothing was seen of a probe, and with which status.
func untried(v *reading.View, id string) (status, why string) {
	status = reading.ProbeUntested
	for _, p := range v.Probe(id) {
		if p.Words != "" && (why == "" || p.Status == reading.ProbeUntested) {
			status, why = p.Status, p.Words
		}
	}
	if why == "" {
		why = "not attempted, or no answer that could be judged"
	}
	return status, why
}
