package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Standing is what is compared between two measurements of a cell.
type Standing struct {
	Client     string
	Deployment string
	Basis      string // "" means emulated
	Verdict    Verdict
	Stage      string
	Culprit    string
	// Wire is the fingerprint of what the client sent; "" means that it is
	// not known, and then it is not compared.
	Wire string
}

// Name is the name of the cell, with the basis unless it is emulated.
func (s Standing) Name() string {
	name := s.Client + "/" + s.Deployment
	if s.Basis != "" {
		name += " (" + s.Basis + ")"
	}
	return name
}

// Row is the name of the client, with the basis unless it is emulated.
func (s Standing) Row() string {
	if s.Basis == "" {
		return s.Client
	}
	return s.Client + " (" + s.Basis + ")"
}

// String says how the cell stands.
func (s Standing) String() string {
	words := string(s.Verdict)
	if s.Stage != "" {
		words += " at " + s.Stage
	}
	if s.Culprit != "" {
		words += " (at fault: " + culpritLabel(s.Culprit) + ")"
	}
	return words
}

func (s Standing) broken() bool { return s.Verdict == Known || s.Verdict.Red() }

func (s Standing) sameResult(o Standing) bool {
	return s.Verdict == o.Verdict && s.Stage == o.Stage && s.Culprit == o.Culprit
}

// Standings returns how the cells of the results stand, by deployment, then
// client.
func (r *Results) Standings() []Standing {
	out := make([]Standing, 0, len(r.Cells))
	for _, c := range r.Cells {
		s := Standing{
			Client: c.Client, Deployment: c.Deployment, Basis: c.Basis,
			Verdict: c.Verdict, Stage: c.Stage, Culprit: c.Culprit, Wire: c.Wire,
		}
		if s.Basis == "emulated" {
			s.Basis = ""
		}
		out = append(out, s)
	}
	sortStandings(out)
	return out
}

func sortStandings(s []Standing) {
	slices.SortFunc(s, func(a, b Standing) int {
		return cmp.Or(
			cmp.Compare(a.Deployment, b.Deployment),
			cmp.Compare(a.Client, b.Client),
			cmp.Compare(a.Basis, b.Basis),
		)
	})
}

// Change is a cell that stands otherwise than before.
type Change struct{ Was, Is Standing }

// Changes are the differences between two measurements.
type Changes struct {
	Broken  []Change // was not broken, is now
	Fixed   []Change // was broken, is not any more
	Changed []Change // another verdict, door or culprit, and neither of these
	Wire    []Change // the same result, but the client sent something else
	Added   []Standing
	Gone    []Standing
}

// Empty reports whether nothing changed.
func (c Changes) Empty() bool {
	return len(c.Broken)+len(c.Fixed)+len(c.Changed)+len(c.Wire)+len(c.Added)+len(c.Gone) == 0
}

// Diff compares two measurements, cell by cell, in the order of the names.
func Diff(was, is []Standing) Changes {
	before := map[string]Standing{}
	for _, s := range was {
		before[s.Name()] = s
	}
	var c Changes
	now := slices.Clone(is)
	sortStandings(now)
	for _, s := range now {
		old, ok := before[s.Name()]
		delete(before, s.Name())
		change := Change{Was: old, Is: s}
		switch {
		case !ok:
			c.Added = append(c.Added, s)
		case s.broken() && !old.broken():
			c.Broken = append(c.Broken, change)
		case old.broken() && !s.broken():
			c.Fixed = append(c.Fixed, change)
		case !s.sameResult(old):
			c.Changed = append(c.Changed, change)
		case s.Wire != "" && old.Wire != "" && s.Wire != old.Wire:
			c.Wire = append(c.Wire, change)
		}
	}
	for _, s := range before {
		c.Gone = append(c.Gone, s)
	}
	sortStandings(c.Gone)
	return c
}

// Text renders the changes for a terminal, a list for each kind.
func (c Changes) Text(o TextOptions) string {
	var b strings.Builder
	list := func(code, title string, changes []Change) {
		if len(changes) == 0 {
			return
		}
		b.WriteString(o.paint(code, fmt.Sprintf("%s (%d)", title, len(changes))) + "\n")
		for _, ch := range changes {
			fmt.Fprintf(&b, "  %s: %s, was %s\n", ch.Is.Name(), ch.Is, ch.Was)
		}
	}
	list(red, "newly broken", c.Broken)
	list(green, "newly fixed", c.Fixed)
	list(yellow, "changed", c.Changed)
	if len(c.Wire) > 0 {
		b.WriteString(o.paint(yellow, fmt.Sprintf("wire changed, same result (%d)", len(c.Wire))) + "\n")
		for _, ch := range c.Wire {
			b.WriteString("  " + ch.Is.Name() + "\n")
		}
	}
	names := func(title string, list []Standing) {
		if len(list) == 0 {
			return
		}
		b.WriteString(o.paint(yellow, fmt.Sprintf("%s (%d)", title, len(list))) + "\n")
		for _, s := range list {
			fmt.Fprintf(&b, "  %s: %s\n", s.Name(), s)
		}
	}
	names("new", c.Added)
	names("gone", c.Gone)
	return b.String()
}
