package judge

import (
	"cmp"
	"slices"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// judged is a finding with the check that made it.
type judged struct {
	report.Finding

	check check.Check
}

func (j judged) must() bool { return requirement.Level(j.Level).Mandatory() }

// before reports whether a violation came before another one: of two that
// explain a refusal equally well, the earlier led to the later. In the exchange
// that was refused the request came before the answer; elsewhere the client goes
// by what the server has answered.
func (j judged) before(other *judged, refused int) bool {
	if a, b := j.since(), other.since(); a != b {
		return a < b
	}
	first := j.Party != check.Client
	if j.since() == refused {
		first = j.Party == check.Client
	}
	return first && (j.Party == check.Client) != (other.Party == check.Client)
}

// since is the first exchange that shows the violation.
func (j judged) since() int {
	if len(j.Exchanges) == 0 {
		return 0
	}
	return j.Exchanges[0]
}

func (j judged) bad() bool { return j.Verdict == report.Fail || j.Verdict == report.Warn }

// decision is whose fault a broken door is, and why.
type decision struct {
	culprit string
	// why is the finding that says so, nil where none does.
	why *judged
	// collision is the case of two permissions, nil for none.
	collision *requirement.Collision
	// missing is what would show it, where nobody knows.
	missing string
}

// decide answers whose fault this obstacle is, at this door:
//
//  1. what is no part of the flow (a time-out, a port in use) is the harness's,
//     and a user who refuses consent is nobody's fault;
//  2. else the finding that explains the refusal: by what the refusal names, then
//     by its level, then by the exchange;
//  3. else, where the client went where nothing had pointed it, the finding that
//     led it astray;
//  4. else two permissions that collide here;
//  5. else nobody knows, and the decision says what would show it.
//
// A broken rule that has nothing to do with the refusal is never the reason.
func decide(v *reading.View, book *requirement.Book, revision string, found []judged, broken *goal) decision {
	o := broken.obstacle
	switch o.Kind { //nolint:exhaustive // the other kinds are decided by what was found
	case report.TimedOut, report.Blocked:
		return decision{culprit: report.TheHarness}
	case report.UserDenied:
		return decision{culprit: report.TheUser}
	}
	if why := explanation(found, broken); why != nil {
		return decision{culprit: why.Party, why: why}
	}
	if astray(v, o) {
		if why := misleading(found, broken.stage); why != nil {
			return decision{culprit: why.Party, why: why}
		}
	}
	if c := collision(v, book, revision, broken); c != nil {
		return decision{culprit: report.Neither, collision: c}
	}
	return decision{culprit: report.NotKnown, missing: wouldShow(v, broken)}
}

// explanation is the finding that explains the refusal best, nil for none.
func explanation(found []judged, broken *goal) *judged {
	var best *judged
	most := 0
	for i := range found {
		n := explains(found[i], broken)
		if n > most || n > 0 && n == most && found[i].before(best, broken.obstacle.Exchange) {
			best, most = &found[i], n
		}
	}
	return best
}

// explains weighs how well a finding explains a refusal; 0 means not at all.
// What shares a code or a topic with the refusal comes before everything else,
// and a MUST before a SHOULD. Where the refusal names nothing, what was seen in
// the refused exchange itself comes before what was seen elsewhere.
func explains(j judged, broken *goal) int {
	o := broken.obstacle
	if !j.bad() || !slices.Contains(j.check.Breaks, broken.stage) {
		return 0
	}
	const named, must, here = 8, 4, 2
	fits, byName := matches(j.check, o)
	if o.Kind == report.ServerError && !explainsError(j, broken) {
		return 0
	}
	if !fits {
		return 0
	}
	n := 1
	if byName {
		n += named
	}
	if j.must() {
		n += must
	}
	if !byName && slices.Contains(j.Exchanges, o.Exchange) {
		n += here
	}
	return n
}

// explainsError reports whether a finding can be why a client ended at a server
// error: it is the server's, which says itself that it has erred, or a client
// was to look for the metadata elsewhere after it.
func explainsError(j judged, broken *goal) bool {
	if !slices.Contains(j.Exchanges, broken.obstacle.Exchange) {
		return false
	}
	return j.Party == broken.obstacle.By || broken.stage.Index() < reading.DoorRegistration.Index()
}

// matches reports whether a violation can be what an obstacle is about, and
// whether the obstacle says so itself.
func matches(c check.Check, o *report.Obstacle) (fits, byName bool) {
	code := codeOf(o)
	if c.Codes != nil {
		if !slices.Contains(c.Codes, code) {
			return false, false
		}
		byName = o.Code != "" // an HTTP status names nothing
	}
	if len(o.Topics) == 0 {
		return true, byName
	}
	if c.About == nil {
		return c.Codes != nil || o.Kind != report.Refused, byName
	}
	shared := slices.ContainsFunc(c.About, func(t check.Topic) bool { return slices.Contains(o.Topics, string(t)) })
	return shared, shared
}

// misleading is the violation on the way to the metadata that comes first, a
// MUST before a SHOULD; nil for none.
func misleading(found []judged, broken reading.Door) *judged {
	var all []*judged
	for i := range found {
		j := &found[i]
		if j.bad() && j.check.Breaks != nil && reading.Door(j.Stage).Index() <= min(broken.Index(), reading.DoorServerMetadata.Index()) {
			all = append(all, j)
		}
	}
	slices.SortStableFunc(all, func(a, b *judged) int {
		return cmp.Or(order(b.must())-order(a.must()), cmp.Compare(reading.Door(a.Stage).Index(), reading.Door(b.Stage).Index()))
	})
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

func order(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// collision is the first case of two permissions that the refusal is one of, as
// far as the revision has both rows.
func collision(v *reading.View, book *requirement.Book, revision string, broken *goal) *requirement.Collision {
	inForce := func(id string) bool {
		row, ok := book.Find(id)
		if ok {
			_, ok = row.In(revision)
		}
		return ok
	}
	o := broken.obstacle
	for _, c := range book.Collisions() {
		if !slices.Contains(c.Doors, string(broken.stage)) ||
			c.Kinds != nil && !slices.Contains(c.Kinds, string(o.Kind)) ||
			c.Codes != nil && !slices.Contains(c.Codes, codeOf(o)) ||
			c.Topics != nil && len(o.Topics) > 0 && !slices.ContainsFunc(c.Topics, func(t string) bool { return slices.Contains(o.Topics, t) }) {
			continue
		}
		if slices.ContainsFunc(c.Rows, func(id string) bool { return !inForce(id) }) {
			continue
		}
		if !slices.ContainsFunc(c.Facts, func(name string) bool { return !fact(name)(v, o) }) {
			return &c
		}
	}
	return nil
}
