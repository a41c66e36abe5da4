package main

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/report"
)

func TestKeptResultsNameTheLastMeasurement(t *testing.T) {
	t.Parallel()
	cell := func(client, basis, measured string) report.Cell {
		return report.Cell{Client: client, Basis: basis, Measured: measured}
	}
	kept := keptResults{
		{Date: "2026-11-10", Cells: []report.Cell{
			cell("a@1.0", "real", ""), cell("a@1.0", "emulated", "2026-12-01"), cell("b@1.0", "real", ""), cell("c@2.0+web", "real", ""),
		}},
		{Date: "2026-11-20", Cells: []report.Cell{cell("a@1.0", "real", "2026-11-12"), cell("a@2.0", "real", ""), cell("b@2.0", "real", "")}},
	}
	for name, want := range map[clients.Identity]string{
		{ID: "a", Version: "1.0", Basis: clients.Real}:                   "2026-11-12 1.0",
		{ID: "a", Version: "3.0", Basis: clients.Real}:                   "2026-11-20 2.0",
		{ID: "c", Version: "2.0", Condition: "web", Basis: clients.Real}: "2026-11-10 2.0+web",
		{ID: "c", Version: "2.0", Basis: clients.Real}:                   " ",
		{ID: "a", Version: "1.0", Basis: clients.SDK}:                    " ",
	} {
		if date, release := kept.last(name); date+" "+release != want {
			t.Errorf("%+v: %s %s, want %s", name, date, release, want)
		}
	}
}
