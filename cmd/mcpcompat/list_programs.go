package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated"
)

const (
	// newestTime bounds the questions to the registries, all together.
	newestTime = 20 * time.Second
	// silentTime is how long they may take before the user is told.
	silentTime = 2 * time.Second
)

// programRow describes a released program or SDK.
type programRow struct {
	clientRow

	// Installed are the releases in the cache, or the one that is compiled in,
	// oldest first.
	Installed []string `json:"installed"`
	// Newest is the release that the registry names; "" where it was not asked,
	// or did not answer.
	Newest string `json:"newest,omitempty"`
	// Measured is the date of the last results that are kept, "" for none, and
	// MeasuredRelease the release they are of.
	Measured        string `json:"measured,omitempty"`
	MeasuredRelease string `json:"measuredRelease,omitempty"`
	// Skipped says why the program is not driven, and how that is known; "" where
	// it is.
	Skipped string `json:"skipped,omitempty"`
	// Limits are what of the product is not driven, and why; "" for nothing.
	Limits string `json:"limits,omitempty"`
}

// released reports whether a list is of what vendors release: then it tells of
// releases.
func (f listFlags) released() bool {
	return f.basis == string(clients.Real) || f.basis == string(clients.SDK)
}

// listPrograms lists the released programs and SDKs with what is known of their
// releases. Among the programs, SDKs count too.
func (a *app) listPrograms(ctx context.Context, cat catalogue, f listFlags) (listing, error) {
	l := listing{columns: []string{"client", "name", "basis", "installed", "newest", "measured"}}
	kept, err := readKept(f.out)
	if err != nil {
		return l, err
	}
	rows := []programRow{}
	for _, c := range cat.Clients() {
		id := c.Identity()
		if id.Basis != clients.SDK && (id.Basis != clients.Real || f.basis != string(clients.Real)) {
			continue
		}
		r := programRow{clientRow: rowOf(c), Limits: limits(c)}
		r.Measured, r.MeasuredRelease = kept.last(id)
		if r.Installed, err = a.engine.Installed(id.ID); err != nil {
			return l, err
		}
		rows = append(rows, r)
	}
	if f.newest {
		l.after = a.askNewest(ctx, rows)
	} else {
		l.after = []string{"", "no registry was asked for the newest releases (--newest)"}
	}
	for _, r := range rows {
		if r.Limits != "" {
			l.after = append(l.after, "", r.Client+": "+r.Limits)
		}
		measured := r.Measured
		if _, version, _ := strings.Cut(r.Client, "@"); measured != "" && version != r.MeasuredRelease {
			measured += " (" + r.MeasuredRelease + ")"
		}
		l.rows = append(l.rows, []string{
			r.Client, r.Name, r.Basis, orDash(strings.Join(r.Installed, " ")), orDash(r.Newest), orDash(measured),
		})
	}
	skipped := skippedPrograms(cat, f)
	if len(skipped) > 0 {
		l.after = append(l.after, "", "not driven, with the reason:")
	}
	for _, r := range skipped {
		l.after = append(l.after, "  - "+r.Client+": "+r.Skipped)
	}
	l.objects = slices.Concat(rows, skipped)
	return l, nil
}

// skippedPrograms are those that are emulated only.
func skippedPrograms(cat catalogue, f listFlags) []programRow {
	var out []programRow
	for _, c := range cat.Clients() {
		e, ok := c.(*emulated.Client)
		if !ok || f.basis != string(clients.Real) || e.Released().Skipped == "" {
			continue
		}
		id := e.Identity()
		if slices.ContainsFunc(out, func(r programRow) bool { return r.Client == id.ID }) {
			continue
		}
		out = append(out, programRow{
			clientRow: clientRow{Client: id.ID, Name: id.Name, Basis: string(clients.Real), Current: true},
			Installed: []string{}, Skipped: e.Released().String(),
		})
	}
	return out
}

// limits are those of a client that stands for less than its product, "" for
// none.
func limits(c clients.Client) string {
	if l, ok := c.(clients.Limited); ok {
		return l.Limits()
	}
	return ""
}

// askNewest fills in the newest releases. What the registries do not answer is
// told below the table.
func (a *app) askNewest(ctx context.Context, rows []programRow) (missing []string) {
	ctx, cancel := context.WithTimeout(ctx, newestTime)
	defer cancel()
	// A program that has several rows is asked for once.
	newest, errs := map[string]string{}, map[string]error{}
	var order []string
	var lock sync.Mutex
	var all sync.WaitGroup
	for _, r := range rows {
		id, _, _ := strings.Cut(r.Client, "@")
		if slices.Contains(order, id) {
			continue
		}
		order = append(order, id)
		all.Go(func() {
			version, err := a.engine.Newest(ctx, id)
			lock.Lock()
			defer lock.Unlock()
			newest[id], errs[id] = version, err
		})
	}
	slow := time.AfterFunc(silentTime, func() {
		lock.Lock()
		defer lock.Unlock()
		fmt.Fprintf(a.stderr, "asking the registries for the newest releases: %d of %d have answered, %s at most (--newest=false asks none)\n",
			len(newest), len(order), newestTime)
	})
	all.Wait()
	slow.Stop()
	for i := range rows {
		id, _, _ := strings.Cut(rows[i].Client, "@")
		rows[i].Newest = newest[id]
	}
	for _, id := range order {
		if errs[id] != nil {
			missing = append(missing, fmt.Sprintf("the newest release of %s is not known: %s", id, firstLine(errs[id].Error())))
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
