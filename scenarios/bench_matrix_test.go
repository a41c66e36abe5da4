package scenarios_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
)

// BenchmarkMatrix measures n, 2n and 4n cells of the cross product, and all of
// it, all scenarios, on all processors, with consent over plain HTTP. The cost
// of a cell must not grow with their number, and what is kept of one must be
// small.
func BenchmarkMatrix(b *testing.B) {
	asTheProgram(b)
	catalogue, err := scenarios.NewCatalogue(scenarios.CatalogueOptions{})
	if err != nil {
		b.Fatal(err)
	}
	plan, err := catalogue.Select(scenarios.Selection{Clients: []string{scenarios.All}, Deployments: []string{scenarios.All}})
	if err != nil {
		b.Fatal(err)
	}
	store, err := documents.All()
	if err != nil {
		b.Fatal(err)
	}
	// Every part has cells of all sorts.
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(plan.Cells), func(i, j int) {
		plan.Cells[i], plan.Cells[j] = plan.Cells[j], plan.Cells[i]
	})
	for i := range plan.Cells {
		plan.Cells[i].Brief = true // the others would be kept in full
	}
	all := len(plan.Cells)
	const n = 250
	for _, cells := range []int{n, 2 * n, 4 * n, all} {
		b.Run(fmt.Sprintf("cells=%d", cells), func(b *testing.B) {
			part := plan
			part.Cells = plan.Cells[:min(cells, all)]
			before := heap()
			var res *report.Results
			for b.Loop() {
				if res, err = scenarios.Run(b.Context(), part, scenarios.RunOptions{
					Stage: scenarios.Stage{Documents: store}, Book: catalogue.Book(), Consent: scenarios.ConsentHTTP, Seed: 1,
				}); err != nil {
					b.Fatal(err)
				}
			}
			kept := heap() - before
			measured := float64(len(res.Cells))
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/matrix")
			b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N)/measured, "ms/cell")
			b.ReportMetric(kept/measured/1024, "kB-kept/cell")
			b.ReportMetric(kept/(1<<20), "MB-kept")
			runtime.KeepAlive(res)
		})
	}
}

// heap is what is in use, in bytes, once the garbage is gone.
func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
