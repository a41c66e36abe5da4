package report

import (
	"cmp"
	"slices"
	"strings"
)

// columns returns the deployments of the results in the order of the page: the
// reference first, then legal, deviant and hostile ones, each by id.
func (r *Results) columns() []Cell {
	seen := map[string]bool{}
	var cols []Cell
	for _, c := range r.Cells {
		if !seen[c.Deployment] {
			seen[c.Deployment] = true
			cols = append(cols, c)
		}
	}
	slices.SortFunc(cols, compareColumns)
	return cols
}

func compareColumns(a, b Cell) int {
	return cmp.Or(
		cmp.Compare(kindRank(a), kindRank(b)),
		cmp.Compare(a.Deployment, b.Deployment),
	)
}

func kindRank(c Cell) int {
	if c.Deployment == "reference" {
		return -1
	}
	if i := slices.Index([]string{"legal", "deviant", "hostile"}, c.DeploymentKind); i >= 0 {
		return i
	}
	return 3
}

// rows returns one cell of each client in the order of the page: the
// deployment's own servers and the conformant client first, for they are the
// measure of the others, then by name.
func (r *Results) rows() []Cell {
	seen := map[string]bool{}
	var rows []Cell
	for _, c := range r.Cells {
		if key := rowKey(c); !seen[key] {
			seen[key] = true
			rows = append(rows, c)
		}
	}
	slices.SortFunc(rows, compareRows)
	return rows
}

// rowKey tells rows apart: one client can be measured on several bases.
func rowKey(c Cell) string { return c.Client + " " + c.Basis }

func compareRows(a, b Cell) int {
	measure := func(c Cell) int {
		switch {
		case c.servers():
			return 0
		case strings.HasPrefix(c.Client, "conformant@"):
			return 1
		}
		return 2
	}
	return cmp.Or(
		cmp.Compare(measure(a), measure(b)),
		cmp.Compare(strings.ToLower(a.ClientName), strings.ToLower(b.ClientName)),
		cmp.Compare(a.Client, b.Client),
		cmp.Compare(a.Basis, b.Basis),
	)
}

// ordered returns the cells by row, then by column.
func (r *Results) ordered() []Cell {
	cells := slices.Clone(r.Cells)
	slices.SortStableFunc(cells, func(a, b Cell) int {
		return cmp.Or(compareRows(a, b), compareColumns(a, b))
	})
	return cells
}
