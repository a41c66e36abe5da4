package server

import (
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// probed judges every attempt of a probe that was tried: the first one that is
// wrong decides, and its case is named.
func probed(id string, fn func(v *reading.View, p reading.Probe) check.Result) func(v *reading.View) check.Result {
	return func(v *reading.View) check.Result {
		return check.Each(v.Probe(id), func(p reading.Probe) check.Result {
			if p.Status != reading.ProbeTried && p.Status != "" {
				return check.Unseen()
			}
			r := fn(v, p)
			if r.State == check.Broken && p.Case != "" {
				r.Observed += " (" + p.Case + ")"
			}
			return r
		})
	}
}
