package nightly

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/drift"
	"github.com/mcpcompat/mcpcompat/scenarios/wire"
)

// Night is what one night's measurement shows.
type Night struct {
	// Date is that of the measurement, Last that of the one before; "" means
	// that there was none, and then nothing is new or changed.
	Date string `json:"date"`
	Last string `json:"last,omitempty"`
	// Releases are the clients that were measured in another version than
	// before.
	Releases []Release `json:"releases,omitempty"`
	// Broken and Fixed are newly so; Changed are cells with another verdict,
	// door or culprit that are neither.
	Broken  []Change `json:"broken,omitempty"`
	Fixed   []Change `json:"fixed,omitempty"`
	Changed []Change `json:"changed,omitempty"`
	// Wire are cells that ended as before although the client sent something
	// else.
	Wire []Change `json:"wire,omitempty"`
	// Missing are cells that were measured the night before and not now.
	Missing []string `json:"missing,omitempty"`
	// Drift is where releases and profiles differ, Unmatched the releases that
	// no profile stands for.
	Drift     []drift.Difference `json:"drift,omitempty"`
	Unmatched []string           `json:"unmatched,omitempty"`
	// Skipped is what could not be measured, and why.
	Skipped []report.Skipped `json:"skipped,omitempty"`
}

// Release is a client in another version than before; Was is "" for a client
// that is measured for the first time.
type Release struct {
	Client string `json:"client"`
	Was    string `json:"was,omitempty"`
	Is     string `json:"is"`
}

// Change is a cell that is not as it was.
type Change struct {
	// Cell is client@version/deployment of the newer measurement.
	Cell string `json:"cell"`
	Was  string `json:"was"`
	Is   string `json:"is"`
	// Summary is what the newer measurement says.
	Summary string `json:"summary,omitempty"`
	// Features are those in which the client sent something else.
	Features []wire.Difference `json:"features,omitempty"`
}

// Compare holds a night against the one before; last is nil where there was
// none.
func Compare(last, now *report.Results) Night {
	n := Night{Date: now.Date, Drift: drift.Find(now), Unmatched: drift.Unmatched(now), Skipped: now.Skipped}
	if last == nil {
		return n
	}
	n.Last = last.Date
	before, after := cells(last), cells(now)
	n.Releases = releases(last, now)
	d := report.Diff(standings(before), standings(after))
	for _, group := range []struct {
		changes []report.Change
		into    *[]Change
	}{{d.Broken, &n.Broken}, {d.Fixed, &n.Fixed}, {d.Changed, &n.Changed}} {
		for _, c := range group.changes {
			*group.into = append(*group.into, change(before[c.Is.Name()], after[c.Is.Name()], c.Was.String(), c.Is.String()))
		}
	}
	for _, c := range d.Wire {
		was, is := before[c.Is.Name()], after[c.Is.Name()]
		n.Wire = append(n.Wire, change(was, is, was.Wire, is.Wire))
	}
	for _, gone := range d.Gone {
		n.Missing = append(n.Missing, gone.Name())
	}
	return n
}

// Regressed reports whether something is newly broken.
func (n Night) Regressed() bool { return len(n.Broken) > 0 }

// Quiet reports whether nothing happened that a person should look at.
func (n Night) Quiet() bool {
	return len(n.Releases)+len(n.Broken)+len(n.Fixed)+len(n.Changed)+len(n.Wire)+len(n.Missing) == 0
}

// Keep reduces results to what the next night is compared with: the released
// programs, shortened, with the features of what they sent.
func Keep(r *report.Results) *report.Results {
	kept := *r
	kept.Clients, kept.Deployments = nil, nil // the data of a later day describes them
	kept.Cells = slices.DeleteFunc(slices.Clone(r.Cells), func(c report.Cell) bool { return !c.Released() })
	return kept.Slim()
}

// unversioned is the name of a client without its version.
func unversioned(client string) string {
	id, rest, _ := strings.Cut(client, "@")
	if _, condition, ok := strings.Cut(rest, "+"); ok {
		id += "+" + condition
	}
	return id
}

// cells are those of released programs, by a name without version.
func cells(r *report.Results) map[string]report.Cell {
	out := map[string]report.Cell{}
	for _, c := range r.Cells {
		if c.Released() {
			out[standing(c).Name()] = c
		}
	}
	return out
}

func standing(c report.Cell) report.Standing {
	return report.Standing{
		Client: unversioned(c.Client), Deployment: c.Deployment, Basis: c.Basis,
		Verdict: c.Verdict, Stage: c.Stage, Culprit: c.Culprit, Wire: c.Wire,
	}
}

func standings(cells map[string]report.Cell) []report.Standing {
	out := make([]report.Standing, 0, len(cells))
	for _, c := range cells {
		out = append(out, standing(c))
	}
	return out
}

func change(was, is report.Cell, from, to string) Change {
	return Change{
		Cell: is.Client + "/" + is.Deployment, Was: from, Is: to, Summary: is.Summary,
		Features: wire.Diff(was.Features, is.Features, true),
	}
}

// releases lists the clients whose version is another one, by name.
func releases(last, now *report.Results) []Release {
	versions := func(r *report.Results) map[string]string {
		out := map[string]string{}
		for _, c := range r.Cells {
			if c.Released() {
				_, version, _ := strings.Cut(c.Client, "@")
				out[unversioned(c.Client)] = version
			}
		}
		return out
	}
	before := versions(last)
	var out []Release
	for client, version := range versions(now) {
		if was := before[client]; was != version {
			out = append(out, Release{client, was, version})
		}
	}
	slices.SortFunc(out, func(a, b Release) int { return strings.Compare(a.Client, b.Client) })
	return out
}
