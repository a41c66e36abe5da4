package judge

import (
	"fmt"
	"slices"
)

// Check judges one requirement from a recording.
type Check struct {
	// ID is area/behaviour, made of words, and never reused.
	ID string
	// Scenario is the scenario under which the finding is reported.
	Scenario string
	// Stage is the door at which the behaviour is seen.
	Stage Stage
	// Breaks are the doors that stay shut because of a violation; nil means
	// that a violation alone stops nobody.
	Breaks []Stage
	// Codes are the OAuth error codes with which a server turns somebody away
	// for this violation; a refusal with another code is about something else.
	// nil means any refusal.
	Codes []string
	// Guards are the doors at which it judges how the client took an attack:
	// there good means that it saw one and did not act on it. nil means that it
	// is no such check.
	Guards []Stage
	// Needs says in words what the recording must show before the check may
	// speak. Until then its result is Unseen, never a pass.
	Needs string
	// Judge is pure.
	Judge func(v *View) Result
}

// State is what a check has to say.
type State int

// The states.
const (
	Unseen State = iota // what it needs was not seen
	Good
	Bad
)

// Result is the answer of a check.
type Result struct {
	State     State
	Expected  string
	Observed  string
	Exchanges []int
}

func unseen() Result { return Result{} }

// good says that everything that was looked at is right.
func good(observed string, exchanges ...int) Result {
	return Result{State: Good, Observed: observed, Exchanges: compact(exchanges)}
}

// bad says what is wrong and where it shows.
func bad(expected, observed string, exchanges ...int) Result {
	return Result{State: Bad, Expected: expected, Observed: observed, Exchanges: compact(exchanges)}
}

func compact(ids []int) []int {
	out := slices.Clone(ids)
	out = slices.DeleteFunc(out, func(id int) bool { return id == 0 })
	slices.Sort(out)
	return slices.Compact(out)
}

// mostShown is how many exchanges a finding about many names at least before it
// names no further ones: a client that refreshes without end sends thousands.
const mostShown = 50

// each judges every element: the first one that is wrong decides, else the
// last good answer, else Unseen. fn returns Unseen for an element that is none
// of its business.
func each[T any](list []T, fn func(T) Result) Result {
	out := unseen()
	var seen []int
	for _, e := range list {
		switch r := fn(e); r.State {
		case Bad:
			return r
		case Good:
			if len(seen) < mostShown {
				seen = append(seen, r.Exchanges...)
			}
			out = r
		case Unseen:
		}
	}
	out.Exchanges = compact(seen)
	return out
}

// Checks returns every check, in the order of the doors.
func Checks() []Check {
	return slices.Concat(
		discoveryChecks(), metadataChecks(), networkChecks(), registrationChecks(), registrationURIChecks(), metadataDocumentChecks(),
		pkceChecks(), authorizeChecks(), redirectChecks(), issuerChecks(), tokenChecks(), tokenServerChecks(),
		callChecks(), callServerChecks(), stepUpChecks(), refreshChecks(), errorChecks(), persistenceChecks(), sessionChecks(),
		ownServerChecks(), moreRequestChecks(), robustnessChecks(),
	)
}

func quote(s string) string { return fmt.Sprintf("%q", s) }
