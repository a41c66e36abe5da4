package check

import (
	"slices"

	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// Check judges one requirement from a recording.
type Check struct {
	// ID is area/behaviour, made of words, and never reused.
	ID string
	// Scenario is the scenario under which the finding is reported.
	Scenario string
	// Stage is the door at which the behaviour is seen.
	Stage reading.Door
	// Breaks are the doors that stay shut because of a violation; nil means
	// that a violation alone stops nobody.
	Breaks []reading.Door
	// Codes are the OAuth error codes with which a server turns somebody away
	// for this violation; a refusal with another code is about something else.
	// nil means any refusal.
	Codes []string
	// About are the topics of the requirement. A refusal that names topics can be
	// explained only by a finding that shares one of them; nil means that any
	// refusal at the doors that it breaks can be.
	About []Topic
	// Guards are the doors at which it judges how the client took an attack:
	// there good means that it saw one and did not act on it. nil means that it
	// is no such check.
	Guards []reading.Door
	// Needs says in words what the recording must show before the check may
	// speak. Until then its result is Unseen, never a pass.
	Needs string
	// Judge is pure.
	Judge func(v *reading.View) Result
}

// State is what a check has to say.
type State int

// The states.
const (
	NotSeen State = iota // what it needs was not seen
	Kept
	Broken
)

// Result is the answer of a check.
type Result struct {
	State     State
	Expected  string
	Observed  string
	Exchanges []int
}

// Unseen says that what a check needs was not seen.
func Unseen() Result { return Result{} }

// Good says that everything that was looked at is right.
func Good(observed string, exchanges ...int) Result {
	return Result{State: Kept, Observed: observed, Exchanges: compact(exchanges)}
}

// Bad says what is wrong and where it shows.
func Bad(expected, observed string, exchanges ...int) Result {
	return Result{State: Broken, Expected: expected, Observed: observed, Exchanges: compact(exchanges)}
}

func compact(ids []int) []int {
	out := slices.Clone(ids)
	out = slices.DeleteFunc(out, func(id int) bool { return id == 0 })
	slices.Sort(out)
	return slices.Compact(out)
}

// MostShown is how many exchanges a finding about many names at least before it
// names no further ones: a client that refreshes without end sends thousands.
const MostShown = 50

// Each judges every element: the first one that is wrong says what is expected
// and observed, and every one that is wrong names its exchanges; where none is,
// the last good answer decides, else Unseen. fn returns Unseen for an element
// that is none of its business.
func Each[T any](list []T, fn func(T) Result) Result {
	out := Unseen()
	var kept, broken []int
	for _, e := range list {
		switch r := fn(e); r.State {
		case Broken:
			if out.State != Broken {
				out = r
			}
			if len(broken) < MostShown {
				broken = append(broken, r.Exchanges...)
			}
		case Kept:
			if len(kept) < MostShown {
				kept = append(kept, r.Exchanges...)
			}
			if out.State != Broken {
				out = r
			}
		case NotSeen:
		}
	}
	out.Exchanges = compact(kept)
	if out.State == Broken {
		out.Exchanges = compact(broken)
	}
	return out
}
