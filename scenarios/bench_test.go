package scenarios_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
)

// floor is what a flow costs at the very least on this machine: as many bare
// round trips over loopback as it has exchanges, and its signatures.
type floor struct {
	server *httptest.Server
	client *http.Client
	key    *ecdsa.PrivateKey
}

func newFloor(b *testing.B) *floor {
	b.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
	b.Cleanup(s.Close)
	return &floor{server: s, client: s.Client(), key: key}
}

// spend makes the round trips, and signs and verifies as often as tokens are
// issued.
func (f *floor) spend(b *testing.B, trips, tokens int) time.Duration {
	b.Helper()
	start := time.Now()
	for range trips {
		resp, err := f.client.Get(f.server.URL)
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	digest := sha256.Sum256([]byte("token"))
	for range tokens {
		sig, err := ecdsa.SignASN1(rand.Reader, f.key, digest[:])
		if err != nil || !ecdsa.VerifyASN1(&f.key.PublicKey, digest[:], sig) {
			b.Fatal("signature", err)
		}
	}
	return time.Since(start)
}

// benchmarkFlow measures cells of the conformant client at the reference
// deployment, World included, against the floor of the same run.
func benchmarkFlow(b *testing.B, ids []string, browser *useragent.Browser) {
	b.Helper()
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
	measure := func(out string) report.Cell {
		o.Out = out
		res, err := scenarios.Run(b.Context(), plan, o)
		if err != nil || len(res.Cells) != 1 || !res.Cells[0].Connected {
			b.Fatalf("%v: %+v", err, res)
		}
		return res.Cells[0]
	}
	dir := b.TempDir()
	trips, tokens := size(b, dir+"/"+measure(dir).Recording)
	f := newFloor(b)
	f.spend(b, trips, tokens)
	var flows, floors []time.Duration
	for b.Loop() {
		start := time.Now()
		measure("")
		flows = append(flows, time.Since(start))
		floors = append(floors, f.spend(b, trips, tokens))
	}
	flow, least := median(flows), median(floors)
	b.ReportMetric(0, "ns/op") // the loop holds both
	b.ReportMetric(float64(flow.Microseconds())/1000, "ms/cell")
	b.ReportMetric(float64(least.Microseconds())/1000, "ms/floor")
	b.ReportMetric(float64(flow)/float64(least), "x-floor")
	b.ReportMetric(float64(trips), "exchanges")
}

// size counts the exchanges and tokens of a recording.
func size(b *testing.B, file string) (trips, tokens int) {
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
	for _, x := range rec.Exchanges {
		if x.Request.Method == http.MethodPost && x.To == trace.AuthorizationServer && x.From == trace.Client {
			tokens++
		}
	}
	return len(rec.Exchanges), tokens
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

// BenchmarkMatrix measures every current emulated client at every embedded
// deployment, all scenarios, on all processors.
func BenchmarkMatrix(b *testing.B) {
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
	cells := 0
	for b.Loop() {
		res, err := scenarios.Run(b.Context(), plan, scenarios.RunOptions{
			Stage: scenarios.Stage{Documents: store}, Book: catalogue.Book(), Consent: scenarios.ConsentHTTP, Seed: 1,
		})
		if err != nil {
			b.Fatal(err)
		}
		cells = len(res.Cells)
	}
	perCell := b.Elapsed() / time.Duration(b.N*max(1, cells))
	b.ReportMetric(float64(cells), "cells")
	b.ReportMetric(float64(perCell.Microseconds())/1000, "ms/cell")
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/matrix")
}
