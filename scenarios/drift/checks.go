package drift

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/wire"
)

// checkWord begins the path of a check.
const checkWord = "check "

// onWire reports whether a path is that of a feature.
func onWire(path string) bool { return path != verdict && !strings.HasPrefix(path, checkWord) }

// judgements lists the checks of which one of two cells fails and the other does
// not, by name. A cell that fails for one reason hides all others in its verdict,
// and no feature of the wire tells for example that a client_id was used at a
// server that had not given it.
func judgements(profile, release report.Cell) []wire.Difference {
	says, sent := checks(profile), checks(release)
	var out []wire.Difference
	for id, was := range says {
		if is, judged := sent[id]; judged && was != is && (was == report.Fail) != (is == report.Fail) {
			out = append(out, wire.Difference{Path: checkWord + id, Was: string(was), Is: string(is)})
		}
	}
	slices.SortFunc(out, func(a, b wire.Difference) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// checks are the worst answers of those checks that found something out.
func checks(c report.Cell) map[string]report.Verdict {
	out := map[string]report.Verdict{}
	for _, s := range c.Scenarios {
		for _, f := range s.Findings {
			if (f.Verdict.Good() || f.Verdict == report.Fail) && (out[f.Check] == "" || f.Verdict.WorseThan(out[f.Check])) {
				out[f.Check] = f.Verdict
			}
		}
	}
	return out
}
