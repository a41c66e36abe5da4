package drift

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/wire"
)

// Difference is one thing in which a release and its profile differ.
type Difference struct {
	// Client is the release, id@version[+condition].
	Client string `json:"client"`
	// Profile is the emulated row that it was held against.
	Profile string `json:"profile"`
	// Path is that of the feature, "check " and the id of a check that the judge
	// answers otherwise, or "verdict" where the cells ended otherwise.
	Path string `json:"path"`
	// Says is what the profile makes of it, Sent what the release did.
	Says string `json:"says"`
	Sent string `json:"sent"`
	// Deployments are those where it was seen.
	Deployments []string `json:"deployments"`
	// Why says why the two cannot be compared here, so that nobody has to look;
	// "" means that somebody should.
	Why string `json:"why,omitempty"`
}

// String is a line for people.
func (d Difference) String() string {
	line := fmt.Sprintf("%s: %s: profile says %s, release sent %s (at %s)",
		d.Client, d.Path, d.Says, d.Sent, strings.Join(d.Deployments, ", "))
	if d.Why != "" {
		line += "; " + d.Why
	}
	return line
}

// verdict is the path of a difference in how a cell ended.
const verdict = "verdict"

// Find compares every released program and SDK in the results with the emulated
// row of the same client and condition, at each deployment where both were
// measured. Releases without such a row are left out; Unmatched lists them.
// Differences that Explained knows carry their reason, and come last.
func Find(r *report.Results) []Difference {
	reasons := Explained()
	byProfile := emulations(r)
	var out []Difference
	for _, c := range r.Cells {
		if !released(c) {
			continue
		}
		profile, ok := standsFor(byProfile[key(c)], c)
		if !ok {
			continue
		}
		for _, w := range wire.Diff(profile.Features, c.Features, false) {
			out = merge(out, c, profile, w.Path, w.Was, w.Is)
		}
		for _, j := range judgements(profile, c) {
			out = merge(out, c, profile, j.Path, j.Was, j.Is)
		}
		if was, is := ending(profile), ending(c); was != is {
			out = merge(out, c, profile, verdict, was, is)
		}
	}
	for i := range out {
		out[i].Why = reasons.why(out[i])
	}
	slices.SortStableFunc(out, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Client, b.Client), cmp.Compare(min(len(a.Why), 1), min(len(b.Why), 1)))
	})
	return out
}

// Unmatched lists the releases in the results that no emulated row stands for.
func Unmatched(r *report.Results) []string {
	byProfile := emulations(r)
	var out []string
	for _, c := range r.Cells {
		if len(byProfile[key(c)]) == 0 && released(c) && !slices.Contains(out, c.Client) {
			out = append(out, c.Client)
		}
	}
	return out
}

func emulations(r *report.Results) map[string][]report.Cell {
	out := map[string][]report.Cell{}
	for _, c := range r.Cells {
		if c.Basis == string(clients.Emulated) {
			out[key(c)] = append(out[key(c)], c)
		}
	}
	return out
}

// standsFor chooses the profile of a release among those of its client: the one
// whose version begins as that of the release for the longest, so that each
// generation of an SDK is held against its own; of several the first.
func standsFor(profiles []report.Cell, release report.Cell) (profile report.Cell, ok bool) {
	most := -1
	for _, p := range profiles {
		n := 0
		for n < min(len(p.Client), len(release.Client)) && p.Client[n] == release.Client[n] {
			n++
		}
		if n > most {
			most, profile = n, p
		}
	}
	return profile, most >= 0
}

func released(c report.Cell) bool {
	return c.Basis == string(clients.Real) || c.Basis == string(clients.SDK)
}

// key is what a release has in common with its profile: everything but the
// version.
func key(c report.Cell) string {
	id, rest, _ := strings.Cut(c.Client, "@")
	_, condition, _ := strings.Cut(rest, "+")
	return id + "+" + condition + "/" + c.Deployment
}

func ending(c report.Cell) string {
	words := string(c.Verdict)
	if c.Stage != "" {
		words += " at " + c.Stage
	}
	return words
}

// merge adds a difference, or a deployment to one that is there.
func merge(list []Difference, c, profile report.Cell, path, says, sent string) []Difference {
	for i, d := range list {
		if d.Client == c.Client && d.Profile == profile.Client && d.Path == path && d.Says == says && d.Sent == sent {
			list[i].Deployments = append(list[i].Deployments, c.Deployment)
			return list
		}
	}
	return append(list, Difference{
		Client: c.Client, Profile: profile.Client, Path: path, Says: says, Sent: sent, Deployments: []string{c.Deployment},
	})
}
