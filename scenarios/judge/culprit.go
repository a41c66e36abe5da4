package judge

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// Whose fault a broken door is, besides the parties of the law book.
const (
	BothWithinSpec = "both-within-spec"
	Harness        = "harness"
)

// judged is a finding with the check that made it.
type judged struct {
	report.Finding

	check check.Check
}

// culprit names who keeps a door shut, and the finding that says so:
//
//  1. the MUST whose violation shuts this very door;
//  2. else the SHOULD whose violation does;
//  3. else the first MUST on the way whose violation shuts another door, unless
//     the refusal is plainly about something else;
//  4. else nobody: both sides are within the specification.
//
// Within a rule the door nearest the start of the path comes first. A client's
// violation that shuts only doors which it has passed was let pass and is
// harmless here; a server's may have led the client astray. code is the error
// code of the refusal at the door, "" when there was none.
func culprit(found []judged, broken reading.Door, code string) (string, *judged) {
	byPath := slices.Clone(found)
	byPath = slices.DeleteFunc(byPath, func(j judged) bool {
		return j.Verdict != report.Fail && j.Verdict != report.Warn || reading.Door(j.Stage).Index() > broken.Index()
	})
	slices.SortStableFunc(byPath, func(a, b judged) int {
		return cmp.Compare(reading.Door(a.Stage).Index(), reading.Door(b.Stage).Index())
	})
	shuts := func(j judged) bool {
		return slices.Contains(j.check.Breaks, broken) && (j.check.Codes == nil || slices.Contains(j.check.Codes, code))
	}
	must := func(j judged) bool { return requirement.Level(j.Level).Mandatory() }
	letPass := func(j judged) bool {
		return j.Party == "client" && !slices.ContainsFunc(j.check.Breaks, func(s reading.Door) bool { return s.Index() >= broken.Index() })
	}
	for _, rule := range []func(judged) bool{
		func(j judged) bool { return shuts(j) && must(j) },
		shuts,
		func(j judged) bool {
			return must(j) && len(j.check.Breaks) > 0 && !letPass(j) && !aboutSomethingElse(j.check, code)
		},
	} {
		if i := slices.IndexFunc(byPath, rule); i >= 0 {
			return byPath[i].Party, &byPath[i]
		}
	}
	return BothWithinSpec, nil
}

// aboutSomethingElse tells whether an error code is too telling to be blamed on
// a violation that is known to be answered with others.
func aboutSomethingElse(c check.Check, code string) bool {
	telling := []string{
		"invalid_scope", "insufficient_scope", "invalid_target", "invalid_dpop_proof", "use_dpop_nonce", "invalid_client",
		"invalid_redirect_uri", "invalid_client_metadata", "unsupported_grant_type", "unsupported_response_type",
	}
	_, notCode := strconv.Atoi(code) // a status such as 404 tells that nobody looked at the request
	return c.Codes != nil && !slices.Contains(c.Codes, code) && (slices.Contains(telling, code) || notCode == nil)
}
