package nightly

import (
	"fmt"
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
	return append(out, n.driftIssues()...)
}

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
	return out
}
