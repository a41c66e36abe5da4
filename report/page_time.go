package report

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// shortLifetime is the time in seconds for which tokens are good at most where it
// is looked at how often clients refresh: some renew a token five minutes before
// its end.
const shortLifetime = 300

const notSeen = "*unknown*"

// overTime compares how the current rows of a client's page fared as time went by.
func (v *view) overTime(b *strings.Builder, rows []Cell) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(row Cell) bool { return !v.clients[rowKey(row)].Current })
	if !slices.ContainsFunc(rows, func(row Cell) bool { return v.firstOverTime(row, anyTime) != nil }) {
		return
	}
	fmt.Fprintf(b, "## Behaviour under time\n\n"+
		"How often it refreshes where tokens are good for %d minutes at most, whether it storms (refreshes again and again without using "+
		"the tokens), what a second session of one installation does beside the first, and whether it comes back after a restart. "+
		"What was not seen is *unknown*.\n\n", shortLifetime/60)
	tableHead(b, "", "Evidence", "Refreshes", "Storm", "Two sessions at once", "After a restart")
	for _, row := range rows {
		refreshes, storm := notSeen, notSeen
		if c := v.firstOverTime(row, isShort); c != nil {
			refreshes, storm = refreshWords(c), stormWords(c)
		}
		if c := v.firstOverTime(row, (*OverTime).Storm); c != nil {
			storm = stormWords(c) + " at " + code(c.Deployment)
		}
		sessions, restart := notSeen, notSeen
		if c := v.firstOverTime(row, func(o *OverTime) bool { return o.Second != "" }); c != nil {
			sessions = sessionWords(c.OverTime)
		}
		if c := v.firstOverTime(row, func(o *OverTime) bool { return o.Restart != "" }); c != nil {
			restart = restartWords(c.OverTime.Restart)
		}
		tableRow(b, mdLink(mdText(row.Label()), "#"+rowAnchor(row)), mdText(v.evidenceShort(row)), refreshes, storm, sessions, restart)
	}
	b.WriteString("\n")
}

func anyTime(*OverTime) bool { return true }

func isShort(o *OverTime) bool { return o.Lifetime > 0 && o.Lifetime <= shortLifetime }

// firstOverTime is the first cell of a row, in the order of the deployments, of
// which something is known that will do; nil for none.
func (v *view) firstOverTime(row Cell, will func(*OverTime) bool) *Cell {
	for _, col := range v.cols {
		if c := v.at(row, col.Deployment); c != nil && c.OverTime != nil && will(c.OverTime) {
			return c
		}
	}
	return nil
}

// refreshWords counts the refreshes of a program. Those of an emulation, which
// gives up where its program would not, are no news.
func refreshWords(c *Cell) string {
	o := c.OverTime
	words := "after a token was refused"
	if 2*o.Unasked > o.Refreshes {
		words = "before a token is refused"
	}
	switch {
	case o.Refreshes == 0:
		words = "none"
	case c.Basis != "emulated":
		words += fmt.Sprintf(", %d in %s", o.Refreshes, count(o.Calls, "call"))
	}
	if o.Again > 0 {
		words += ", **also with a refresh token that was replaced**"
	}
	return words
}

func stormWords(c *Cell) string {
	o := c.OverTime
	switch {
	case !o.Storm():
		return "no"
	case c.Basis == "emulated":
		return "**yes**"
	}
	return fmt.Sprintf("**yes**, %d in a row in %s", o.Row, (time.Duration(o.RowMS) * time.Millisecond).Round(time.Second))
}

func sessionWords(o *OverTime) string {
	words := map[Resumption]string{
		Kept: "has the login of the first", Renewed: "refreshes at its start", LoggedIn: "needs a login of its own",
		Stopped: "**does not connect**",
	}[o.Second]
	turn := map[Resumption]string{
		Kept: "goes on with what the first has renewed", Renewed: "refreshes, too", LoggedIn: "logs in again",
		Collided: "**sends the refresh token that the first has used**", Stopped: "**stops**",
	}[o.Turn]
	if turn != "" {
		words += "; when the token ends, " + turn
	}
	return words
}

func restartWords(r Resumption) string {
	return map[Resumption]string{
		Kept: "goes on with its token", Renewed: "refreshes", LoggedIn: "logs in again", Stopped: "**does not come back**",
	}[r]
}
