package nightly

import (
	"fmt"
	"slices"
	"strings"
)

// Issue is a change as a tracker keeps it: one issue for each cell, whatever
// happens to it from night to night.
type Issue struct {
	// Title is the same every night for one cell, so that its issue is found
	// again.
	Title string `json:"title"`
	Body  string `json:"body"`
	// Closes says that what the issue was about is over.
	Closes bool `json:"closes,omitempty"`
}

// Issues lists what a tracker has to be told: an issue for each cell that
// changed, and one for each release whose profile has drifted.
func (n Night) Issues() []Issue {
	var out []Issue
	for _, group := range []struct {
		what    string
		changes []Change
		closes  bool
	}{
		{"is newly broken", n.Broken, false},
		{"is newly fixed", n.Fixed, true},
		{"ended otherwise than before", n.Changed, false},
		{"ended as before, but the client sent something else", n.Wire, false},
	} {
		for _, c := range group.changes {
			out = append(out, Issue{
				Title:  cellTitle(c.Cell),
				Body:   fmt.Sprintf("On %s this cell %s.\n\n- %s\n", n.Date, group.what, c.markdown()),
				Closes: group.closes,
			})
		}
	}
	return slices.Concat(out, n.missingIssues(), n.driftIssues())
}

// missingIssues has one issue for each client that is not measured any more.
func (n Night) missingIssues() []Issue {
	title := func(client string) string { return client + " is not measured" }
	var out []Issue
	for _, m := range n.Missing {
		i := slices.IndexFunc(out, func(known Issue) bool { return known.Title == title(m.client()) })
		if i < 0 {
			i = len(out)
			out = append(out, Issue{Title: title(m.client()), Body: fmt.Sprintf("On %s these cells were not measured.\n\n%s", n.Date, n.reasons())})
		}
		out[i].Body += "- " + m.String() + "\n"
	}
	for _, client := range n.Again {
		out = append(out, Issue{Title: title(client), Body: fmt.Sprintf("On %s all of it was measured again.\n", n.Date), Closes: true})
	}
	return out
}

// reasons are those for which something was not measured.
func (n Night) reasons() string {
	var b strings.Builder
	for _, s := range n.Skipped {
		fmt.Fprintf(&b, "%s: %s\n\n", s.What, s.Why)
	}
	return b.String()
}

// client is that of the cell.
func (m Missing) client() string {
	client, _, _ := strings.Cut(m.Cell, "/")
	return client
}

// String is a line for people.
func (m Missing) String() string { return m.Cell + ", last measured " + m.Measured }

func cellTitle(cell string) string {
	client, deployment, _ := strings.Cut(cell, "/")
	return unversioned(client) + " at " + deployment
}

// driftIssues has one issue for each client.
func (n Night) driftIssues() []Issue {
	var out []Issue
	for _, d := range n.Drift {
		if d.Why != "" {
			continue
		}
		title := "The profile of " + unversioned(d.Client) + " has drifted"
		if len(out) == 0 || out[len(out)-1].Title != title {
			out = append(out, Issue{Title: title, Body: fmt.Sprintf("Measured on %s; drift.patch has the edit to review.\n\n", n.Date)})
		}
		out[len(out)-1].Body += "- " + d.String() + "\n"
	}
	for _, client := range n.Faithful {
		out = append(out, Issue{
			Title: "The profile of " + client + " has drifted", Body: fmt.Sprintf("On %s nothing differed any more.\n", n.Date), Closes: true,
		})
	}
	return out
}
