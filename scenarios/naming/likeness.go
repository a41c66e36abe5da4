package naming

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/report"
)

// Sure is how sure a likeness is.
type Sure string

// The words for it. The bounds are those at which the test over all recordings,
// each left out in its turn, finds none wrong that is certain.
const (
	Certain Sure = "certain"
	Likely  Sure = "likely"
	Perhaps Sure = "perhaps"
)

// Like is a known client that the wire resembles.
type Like struct {
	// Client is the id of the profile, Name the display name.
	Client string `json:"client"`
	Name   string `json:"name"`
	Sure   Sure   `json:"sure"`
	// Or is a near client of the same line, a library and what is built on it or
	// a program and its fork, which the wire does not tell apart; "" for none.
	Or string `json:"or,omitempty"`
	// Agree of Of features have a value that the client was seen to send.
	Agree int `json:"agree"`
	Of    int `json:"of"`
	// Deciding are the features that agree and set the client apart, as
	// path=value; at most three.
	Deciding []string `json:"deciding,omitempty"`

	share float64
}

// String is the likeness for people.
func (l Like) String() string {
	name := l.Name
	if l.Or != "" {
		name += " or " + l.Or
	}
	out := fmt.Sprintf("%s (%s, %d of %d features agree", name, l.Sure, l.Agree, l.Of)
	if len(l.Deciding) > 0 {
		out += "; deciding: " + strings.Join(l.Deciding, ", ")
	}
	return out + ")"
}

// bound is what a word demands: the share of the weight that agrees, the
// distance to the next client, and how many features there are to compare.
type bound struct {
	sure          Sure
	share, margin float64
	features      int
}

func bounds() []bound {
	return []bound{{Certain, 0.97, 0.10, 18}, {Likely, 0.90, 0.05, 12}, {Perhaps, 0.80, 0.03, 8}}
}

// near is the share from which a second client is worth a word.
const near = 0.80

// Likeness tells whom a wire looks like: the features that [wire.Features] reads
// off a recording, compared with the signatures of known clients. The nearest
// comes first, with the next one behind it where that is near too. It is nil
// where too little is there, or where two clients are as near as each other.
func (b *Book) Likeness(features []report.Feature) []Like {
	return b.likeness(features, b.signatures)
}

func (b *Book) likeness(features []report.Feature, signatures []Signature) []Like {
	features = habits(features)
	weight := weights(signatures)
	all, nearest := b.rank(features, signatures, weight)
	if len(all) < 2 {
		return nil
	}
	first, rest := all[0], all[1:]
	if len(rest) > 1 && b.alike(first, rest[0]) {
		first.Or = rest[0].Name
		rest = rest[1:]
	}
	second := rest[0]
	for _, bound := range bounds() {
		if first.share < bound.share || first.share-second.share < bound.margin || first.Of < bound.features {
			continue
		}
		first.Sure = bound.sure
		first.Deciding = deciding(features, nearest[first.Client], nearest[second.Client], weight)
		if second.share < near {
			return []Like{first}
		}
		second.Sure = Perhaps
		return []Like{first, second}
	}
	return nil
}

// rank compares with all signatures, and orders the clients by how near they
// are; of several versions of a client the nearest counts.
func (b *Book) rank(features []report.Feature, signatures []Signature, weight map[string]float64) ([]Like, map[string]Signature) {
	best := map[string]Like{}
	nearest := map[string]Signature{}
	for _, s := range signatures {
		like := compare(features, s, weight)
		if old, ok := best[s.id()]; !ok || like.share > old.share || like.share == old.share && like.Agree > old.Agree {
			best[s.id()], nearest[s.id()] = like, s
		}
	}
	var all []Like
	for id, like := range best {
		like.Client, like.Name = id, b.display(id)
		all = append(all, like)
	}
	slices.SortFunc(all, func(x, y Like) int {
		return cmp.Or(cmp.Compare(y.share, x.share), cmp.Compare(y.Of, x.Of), cmp.Compare(x.Client, y.Client))
	})
	return all, nearest
}

// alike tells whether the second client is of the same line as the first, and
// the wire does not tell them apart. A program may use what its library offers
// in ways that no recording shows; of a fork the bound for certain is asked.
func (b *Book) alike(first, second Like) bool {
	if second.share < near {
		return false
	}
	fork := func(x, y string) bool { p := b.productOf(x); return p != nil && p.ForkOf == y }
	if fork(first.Client, second.Client) || fork(second.Client, first.Client) {
		return first.share-second.share < bounds()[0].margin
	}
	return b.builtOn(first.Client, second.Client) || b.builtOn(second.Client, first.Client)
}

// builtOn tells whether one library is built on the other.
func (b *Book) builtOn(id, other string) bool {
	for l := b.library(id); l != nil && l.Under != ""; l = b.library(l.Under) {
		if l.Under == other {
			return true
		}
	}
	return false
}

// weights say how much a feature tells: nothing where all clients send the
// same, more the more values there are and the fewer each client has.
func weights(signatures []Signature) map[string]float64 {
	share := map[string]map[string]float64{} // by path and value
	count := map[string]float64{}
	for _, s := range signatures {
		for path, values := range s.Features {
			if share[path] == nil {
				share[path] = map[string]float64{}
			}
			for _, v := range values {
				share[path][v] += 1 / float64(len(values))
			}
			count[path]++
		}
	}
	out := map[string]float64{}
	for path, values := range share {
		even := 0.0
		for _, n := range values {
			even += (n / count[path]) * (n / count[path])
		}
		out[path] = 1 - even
	}
	return out
}

// compare counts the features that a recording shares with a signature. One for
// which the client was seen with many values says less.
func compare(features []report.Feature, s Signature, weight map[string]float64) Like {
	like := Like{}
	agree, all := 0.0, 0.0
	for _, f := range features {
		values := s.Features[f.Path]
		if len(values) == 0 {
			continue
		}
		w := weight[f.Path] / math.Sqrt(float64(len(values)))
		like.Of++
		all += w
		if slices.Contains(values, f.Value) {
			like.Agree++
			agree += w
		}
	}
	if all > 0 {
		like.share = agree / all
	}
	return like
}

// deciding are the weightiest features that agree with one client and not with
// the next.
func deciding(features []report.Feature, first, second Signature, weight map[string]float64) []string {
	features = slices.Clone(features)
	slices.SortStableFunc(features, func(x, y report.Feature) int { return cmp.Compare(weight[y.Path], weight[x.Path]) })
	var out []string
	for _, f := range features {
		if slices.Contains(first.Features[f.Path], f.Value) && !slices.Contains(second.Features[f.Path], f.Value) && len(out) < 3 {
			out = append(out, f.Path+"="+clean(f.Value, maxName))
		}
	}
	return out
}

// display is the display name of a profile.
func (b *Book) display(id string) string {
	if p := b.productOf(id); p != nil {
		return p.Name
	}
	if l := b.library(id); l != nil {
		return l.Name
	}
	return id // a bridge is called by its id
}
