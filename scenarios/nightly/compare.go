package nightly

import (
	"cmp"
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
	// Missing are cells that were measured before and not now; Again are clients
	// of which that was so the night before, and of which all is measured now.
	Missing []Missing `json:"missing,omitempty"`
	Again   []string  `json:"again,omitempty"`
	// Added are cells that were not measured before.
	Added []Added `json:"added,omitempty"`
	// Drift is where releases and profiles differ, Unmatched the releases that
	// no profile stands for; the clients that are Faithful do what theirs says.
	Drift     []drift.Difference `json:"drift,omitempty"`
	Faithful  []string           `json:"faithful,omitempty"`
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

// Missing is a cell that was measured before and not now.
type Missing struct {
	// Cell is client/deployment (basis).
	Cell string `json:"cell"`
	// Measured is the date of its last measurement.
	Measured string `json:"measured"`
}

// Added is a cell that was not measured before.
type Added struct {
	// Cell is client/deployment (basis).
	Cell string `json:"cell"`
	// Is says how it stands.
	Is string `json:"is"`
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
	n.Faithful = faithful(now, n)
	if last == nil {
		return n
	}
	n.Last = last.Date
	before, after := cells(last), cells(now)
	n.Releases = releases(last, now)
	d := report.Diff(standings(before), standings(after))
	for _, c := range slices.Concat(d.Broken, d.Fixed, d.Changed) {
		into := group(&n, c)
		*into = append(*into, change(before[c.Is.Name()], after[c.Is.Name()], c.Was.String(), c.Is.String()))
	}
	for _, c := range d.Wire {
		was, is := before[c.Is.Name()], after[c.Is.Name()]
		n.Wire = append(n.Wire, change(was, is, was.Wire, is.Wire))
	}
	for _, gone := range d.Gone {
		n.Missing = append(n.Missing, Missing{gone.Name(), cmp.Or(before[gone.Name()].Measured, last.Date)})
	}
	for _, added := range d.Added {
		n.Added = append(n.Added, Added{Cell: added.Name(), Is: added.String()})
	}
	n.Again = again(last, n.Missing)
	return n
}

// group is where a change belongs. A cell where nothing is shown any more, such
// as one that is unsupported now, is as good as broken, and what was broken is
// only fixed where something is shown to work.
func group(n *Night, c report.Change) *[]Change {
	switch was, is := c.Was.Verdict, c.Is.Verdict; {
	case was.Good() && !is.Good():
		return &n.Broken
	case !was.Good() && is.Good():
		return &n.Fixed
	default:
		return &n.Changed
	}
}

// Regressed reports whether something is newly broken.
func (n Night) Regressed() bool { return len(n.Broken) > 0 }

// Partial reports whether something was not measured.
func (n Night) Partial() bool { return len(n.Missing)+len(n.Skipped) > 0 }

// Quiet reports whether nothing happened that a person should look at.
func (n Night) Quiet() bool {
	return len(n.Releases)+len(n.Broken)+len(n.Fixed)+len(n.Changed)+len(n.Wire)+len(n.Added) == 0 && !n.Partial()
}

// unversioned is the name of a client without its version.
func unversioned(client string) string {
	id, rest, _ := strings.Cut(client, "@")
	if _, condition, ok := strings.Cut(rest, "+"); ok {
		id += "+" + condition
	}
	return id
}

// cells are those of released programs, by a name without version. Where the
// harness failed nothing was measured.
func cells(r *report.Results) map[string]report.Cell {
	out := map[string]report.Cell{}
	for _, c := range r.Cells {
		if c.Released() && c.Verdict != report.HarnessError {
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
			// Of cells of several nights the newest has the version.
			if _, known := out[unversioned(c.Client)]; c.Released() && (!known || c.Measured == "") {
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
