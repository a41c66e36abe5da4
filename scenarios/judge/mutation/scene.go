package mutation

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// role is what an exchange is for.
type role int

const (
	noRole role = iota
	mcpCall
	resourceMetadata
	serverMetadataRole
	registrationRole
	authorization
	tokenRole
	revocation
)

// step is an exchange that may be changed.
type step struct {
	trace.Exchange

	role role
	// was is its ID in the original, 0 for an added one.
	was int
}

// scene is a copy of a recording, on which one operator or variation works.
type scene struct {
	rng   *rand.Rand
	rec   *trace.Recording // without exchanges
	steps []*step
	// mcp is the URL of the MCP endpoint, issuer that of the metadata.
	mcp, issuer string
	// revision is the one in force in the original.
	revision string
	at       []*step
	what     string
}

// open copies the recording.
func open(rec *trace.Recording, rng *rand.Rand) *scene {
	head := *rec
	head.Exchanges = nil
	head.Events = slices.Clone(rec.Events)
	head.Setting.Registered = slices.Clone(rec.Setting.Registered)
	s := &scene{rng: rng, rec: &head, revision: Revision(rec)}
	for _, x := range rec.Exchanges {
		s.steps = append(s.steps, &step{Exchange: copied(x), was: x.ID})
	}
	s.cast()
	return s
}

func copied(x trace.Exchange) trace.Exchange {
	x.Request.Header = x.Request.Header.Clone()
	if x.Response != nil {
		resp := *x.Response
		resp.Header = resp.Header.Clone()
		x.Response = &resp
	}
	return x
}

// cast tells the roles of the exchanges.
func (s *scene) cast() {
	ends := map[string]role{}
	for _, x := range s.steps {
		doc := x.answer()
		for name, r := range map[string]role{
			"authorization_endpoint": authorization, "token_endpoint": tokenRole,
			"registration_endpoint": registrationRole, "revocation_endpoint": revocation,
		} {
			if u, _ := doc[name].(string); u != "" {
				ends[u] = r
			}
		}
		if u, _ := doc["issuer"].(string); u != "" && s.issuer == "" {
			s.issuer = u
		}
		if s.mcp == "" && strings.Contains(x.Request.Body.Text, `"jsonrpc"`) {
			s.mcp = x.base()
		}
	}
	for _, x := range s.steps {
		if s.mcp == "" && x.status() == 401 && x.To == trace.MCPServer {
			s.mcp = x.base()
		}
		x.role = s.roleOf(x, ends)
	}
}

func (s *scene) roleOf(x *step, ends map[string]role) role {
	base := x.base()
	known, listed := ends[base]
	switch {
	case strings.Contains(base, "/.well-known/oauth-protected-resource"):
		return resourceMetadata
	case strings.Contains(base, "/.well-known/oauth-authorization-server"), strings.Contains(base, "/.well-known/openid-configuration"):
		return serverMetadataRole
	case listed:
		return known
	case strings.Contains(x.Request.URL, "response_type="):
		return authorization
	case strings.Contains(x.Request.Body.Text, "grant_type="):
		return tokenRole
	case strings.Contains(x.Request.Body.Text, `"redirect_uris"`):
		return registrationRole
	case base == s.mcp:
		return mcpCall
	}
	return noRole
}

// settle makes the scene a recording again.
func (s *scene) settle() Mutant {
	m := Mutant{Recording: s.rec, What: s.what}
	after := map[int]int{}
	for i, x := range s.steps {
		x.ID = i + 1
		if x.was != 0 {
			after[x.was] = x.ID
		}
		m.Was = append(m.Was, x.was)
		m.Recording.Exchanges = append(m.Recording.Exchanges, x.Exchange)
		if slices.Contains(s.at, x) {
			m.At = append(m.At, x.ID)
		}
	}
	for i, e := range m.Recording.Events {
		// What followed an exchange that is gone follows the one before it.
		for e.After > 0 && after[e.After] == 0 {
			e.After--
		}
		m.Recording.Events[i].After = after[e.After]
	}
	return m
}

// blame notes what was changed, and the exchanges that show the breach.
func (s *scene) blame(what string, at ...*step) {
	s.what = what
	for _, x := range at {
		if x != nil {
			s.at = append(s.at, x)
		}
	}
}

// all returns the exchanges that satisfy every condition, in their order.
func (s *scene) all(conditions ...func(*step) bool) []*step {
	var out []*step
	for _, x := range s.steps {
		if !slices.ContainsFunc(conditions, func(is func(*step) bool) bool { return !is(x) }) {
			out = append(out, x)
		}
	}
	return out
}

// any draws one of the exchanges that satisfy every condition, nil for none.
func (s *scene) any(conditions ...func(*step) bool) *step {
	list := s.all(conditions...)
	if len(list) == 0 {
		return nil
	}
	return list[s.rng.IntN(len(list))]
}

// first is the first exchange that satisfies every condition, nil for none.
func (s *scene) first(conditions ...func(*step) bool) *step {
	if list := s.all(conditions...); len(list) > 0 {
		return list[0]
	}
	return nil
}

func (s *scene) index(x *step) int { return slices.Index(s.steps, x) }

// before and after are conditions on the place in the recording.
func (s *scene) before(x *step) func(*step) bool {
	at := s.index(x)
	return func(y *step) bool { return s.index(y) < at }
}

func (s *scene) after(x *step) func(*step) bool {
	at := s.index(x)
	return func(y *step) bool { return s.index(y) > at }
}

// remove takes exchanges out.
func (s *scene) remove(gone ...*step) {
	s.steps = slices.DeleteFunc(s.steps, func(x *step) bool { return slices.Contains(gone, x) })
}

// end makes the exchange the last one.
func (s *scene) end(x *step) { s.steps = s.steps[:s.index(x)+1] }

// pause is the time that an added exchange stands apart from its neighbours.
const pause = 200 * time.Millisecond

// put inserts an exchange behind another one, nil for the beginning. What
// comes later is later by the time that it takes.
func (s *scene) put(behind, x *step) *step {
	i, at := 0, time.Duration(0)
	if behind != nil {
		i, at = s.index(behind)+1, behind.At+behind.Took+pause
	}
	x.At, x.Took, x.was = at, time.Millisecond, 0
	for _, later := range s.steps[i:] {
		later.At += 2 * pause
		x.At = min(x.At, later.At)
	}
	for j := range s.rec.Events {
		if e := &s.rec.Events[j]; behind == nil || e.After >= behind.was && behind.was != 0 {
			e.At += 2 * pause
		}
	}
	s.steps = slices.Insert(s.steps, i, x)
	return x
}

// putBefore inserts an exchange before another one.
func (s *scene) putBefore(next, x *step) *step {
	if i := s.index(next); i > 0 {
		return s.put(s.steps[i-1], x)
	}
	return s.put(nil, x)
}

// again is a copy of the exchange, to be inserted somewhere.
func (x *step) again() *step { return &step{Exchange: copied(x.Exchange), role: x.role} }
