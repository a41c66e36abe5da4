package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/report"
)

// newestTime bounds the questions to the registry, all together.
const newestTime = time.Minute

// programRow describes a released program.
type programRow struct {
	clientRow

	// Installed are the releases in the cache, oldest first.
	Installed []string `json:"installed"`
	// Newest is the release that the registry names; "" where it was not asked,
	// or did not answer.
	Newest string `json:"newest,omitempty"`
	// Measured is the date of the last results, "" for none.
	Measured string `json:"measured,omitempty"`
}

// listPrograms lists the released programs with what is known of their
// releases.
func (a *app) listPrograms(ctx context.Context, cat catalogue, f listFlags) (listing, error) {
	l := listing{columns: []string{"client", "name", "installed", "newest", "measured"}}
	last, err := report.Read(resultsPath(f.out))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return l, err
	}
	rows := []programRow{}
	for _, c := range cat.Clients() {
		id := c.Identity()
		if id.Basis != clients.Real {
			continue
		}
		r := programRow{clientRow: rowOf(c), Measured: measured(last, id)}
		if r.Installed, err = a.engine.Installed(id.ID); err != nil {
			return l, err
		}
		rows = append(rows, r)
	}
	if f.newest {
		l.after = a.askNewest(ctx, rows)
	}
	for _, r := range rows {
		l.rows = append(l.rows, []string{
			r.Client, r.Name, orDash(strings.Join(r.Installed, " ")), orDash(r.Newest), orDash(r.Measured),
		})
	}
	l.objects = rows
	return l, nil
}

// askNewest fills in the newest releases. What the registry does not answer is
// told below the table.
func (a *app) askNewest(ctx context.Context, rows []programRow) (missing []string) {
	ctx, cancel := context.WithTimeout(ctx, newestTime)
	defer cancel()
	errs := make([]error, len(rows))
	var all sync.WaitGroup
	for i := range rows {
		id, _, _ := strings.Cut(rows[i].Client, "@")
		all.Go(func() { rows[i].Newest, errs[i] = a.engine.Newest(ctx, id) })
	}
	all.Wait()
	for i, err := range errs {
		if err != nil {
			missing = append(missing, fmt.Sprintf("the newest release of %s is not known: %s", rows[i].Name, firstLine(err.Error())))
		}
	}
	if len(missing) > 0 {
		missing = append([]string{""}, missing...)
	}
	return missing
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return strings.TrimSuffix(line, ":")
}

// measured is the date of the results if they hold a cell of that release.
func measured(r *report.Results, id clients.Identity) string {
	if r == nil {
		return ""
	}
	for _, c := range r.Cells {
		if c.Client == id.String() && c.Basis == string(id.Basis) {
			return r.Date
		}
	}
	return ""
}
