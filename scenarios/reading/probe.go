package reading

import (
	"net/http"
	"slices"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// ActionProbe is the action of a Told event that opens an attempt of a probe;
// its details probe and case say which. The Answered event after it has one of
// the statuses below, and words where it was not tried.
const (
	ActionProbe = "probe"

	ProbeTried = "tried"
	// ProbeNotOffered is for an optional feature that the deployment lacks.
	ProbeNotOffered = "not-offered"
	// ProbeUntested is for what could not be tried here.
	ProbeUntested = "untested"
)

// Probe is one attempt of a probe, and what was exchanged in it.
type Probe struct {
	// Case says what is special about the attempt, in words.
	Case string
	// Status is ProbeTried, ProbeNotOffered or ProbeUntested; "" when the
	// prober never came back from it. Words say why it was not tried.
	Status, Words string

	MCP              []MCPRequest
	ResourceMetadata []Document
	ServerMetadata   []Document
	Registrations    []Registration
	Authorizations   []Authorization
	Tokens           []TokenRequest
	ClientDocuments  []Document
	// Exchanges are all of them, in order.
	Exchanges []trace.Exchange
}

// Probe returns the attempts of the probe with the id, in order.
func (v *View) Probe(id string) []Probe {
	var out []Probe
	for i, e := range v.Rec.Events {
		if e.Kind != trace.Told || e.Detail["action"] != ActionProbe || e.Detail["probe"] != id {
			continue
		}
		p := Probe{Case: e.Detail["case"]}
		s := Span{e.After + 1, len(v.Rec.Exchanges)}
		if end, ok := answered(v.Rec.Events[i+1:]); ok {
			p.Status, p.Words, s.Last = end.Detail["status"], end.Detail["words"], end.After
		}
		p.MCP = slices.DeleteFunc(Within(v.MCP, s), MCPRequest.Moved)
		p.ResourceMetadata, p.ServerMetadata = Within(v.ResourceMetadata, s), Within(v.ServerMetadata, s)
		p.Registrations, p.Authorizations = Within(v.Registrations, s), Within(v.Authorizations, s)
		p.Tokens, p.ClientDocuments = Within(v.Tokens, s), Within(v.ClientDocuments, s)
		p.Exchanges = v.Rec.Exchanges[min(s.First-1, s.Last):s.Last]
		out = append(out, p)
	}
	return out
}

// answered is the event that closes what was told; false when the next thing
// was told before.
func answered(events []trace.Event) (trace.Event, bool) {
	i := slices.IndexFunc(events, func(e trace.Event) bool { return e.Kind == trace.Answered || e.Kind == trace.Told })
	if i < 0 || events[i].Kind == trace.Told {
		return trace.Event{}, false
	}
	return events[i], true
}

// Within lists the elements whose exchanges are within a span.
func Within[T Numbered](list []T, s Span) []T {
	var out []T
	for _, e := range list {
		if s.Has(e.Number()) {
			out = append(out, e)
		}
	}
	return out
}

// ChallengeOf is the Bearer or DPoP challenge of an answer, zero when there is
// none: the prober goes by what the judge reads.
func ChallengeOf(h http.Header) Challenge {
	c, _ := bearer(parseChallenges(h), "")
	return c
}
