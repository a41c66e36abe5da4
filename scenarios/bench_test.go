package scenarios_test

import (
	"os"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
)

// perRun is how many cells a run has, so that what it costs once, whatever their
// number, is not taken for the cost of a cell.
const perRun = 8

// asTheProgram collects garbage as the command does: cmd/mcpcompat says why. At
// the default a heap as small as that of one cell is collected several times in
// each cell.
func asTheProgram(b *testing.B) {
	b.Helper()
	was := debug.SetGCPercent(1000)
	b.Cleanup(func() { debug.SetGCPercent(was) })
}

// benchmarkFlow measures cells of the conformant client at the reference
// deployment, World included, against the floor of the same run.
func benchmarkFlow(b *testing.B, ids []string, browser *useragent.Browser) {
	b.Helper()
	asTheProgram(b)
	catalogue, err := scenarios.NewCatalogue(scenarios.CatalogueOptions{})
	if err != nil {
		b.Fatal(err)
	}
	plan, err := catalogue.Select(scenarios.Selection{
		Clients: []string{"conformant"}, Deployments: []string{"reference"}, Scenarios: ids,
	})
	if err != nil {
		b.Fatal(err)
	}
	store, err := documents.All()
	if err != nil {
		b.Fatal(err)
	}
	o := scenarios.RunOptions{
		Stage: scenarios.Stage{Documents: store}, Book: catalogue.Book(), Consent: scenarios.ConsentHTTP, Parallel: 1, Seed: 1,
		Browser: browser,
	}
	if browser != nil {
		o.Consent = scenarios.ConsentBrowser
	}
	measure := func(out string) []report.Cell {
		o.Out = out
		res, err := scenarios.Run(b.Context(), plan, o)
		if err != nil || len(res.Cells) != len(plan.Cells) ||
			slices.ContainsFunc(res.Cells, func(c report.Cell) bool { return !c.Connected }) {
			b.Fatalf("%v: %+v", err, res)
		}
		return res.Cells
	}
	dir := b.TempDir()
	f := newFloor(b, recordingOf(b, dir+"/"+measure(dir)[0].Recording))
	plan.Cells = slices.Repeat(plan.Cells, perRun)
	f.spend(b)
	var flows, floors []time.Duration
	for b.Loop() {
		start := time.Now()
		measure("")
		flows = append(flows, time.Since(start)/perRun)
		start = time.Now()
		for range perRun {
			f.spend(b)
		}
		floors = append(floors, time.Since(start)/perRun)
	}
	flow, least := median(flows), median(floors)
	b.ReportMetric(0, "ns/op") // the loop holds both
	b.ReportMetric(float64(flow.Microseconds())/1000, "ms/cell")
	b.ReportMetric(float64(least.Microseconds())/1000, "ms/floor")
	b.ReportMetric(float64(flow)/float64(least), "x-floor")
	b.ReportMetric(float64(len(f.trips)), "exchanges")
}

func recordingOf(b *testing.B, file string) *trace.Recording {
	b.Helper()
	f, err := os.Open(file)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	rec, err := trace.ReadRecording(f, file)
	if err != nil {
		b.Fatal(err)
	}
	return rec
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// first is the way from nothing to the first tool result.
var first = []string{"C.1", "C.2", "C.3", "C.4", "C.5", "C.8"} //nolint:gochecknoglobals // a constant list

func BenchmarkFlow(b *testing.B) { benchmarkFlow(b, first, nil) }

func BenchmarkAllScenarios(b *testing.B) { benchmarkFlow(b, nil, nil) }

func BenchmarkFlowInBrowser(b *testing.B) {
	browser := useragent.NewBrowser(useragent.BrowserOptions{})
	if err := browser.Available(); err != nil {
		b.Skip(err)
	}
	b.Cleanup(func() {
		if err := browser.Close(); err != nil {
			b.Error(err)
		}
	})
	benchmarkFlow(b, first, browser)
}
