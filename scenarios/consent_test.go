package scenarios_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
)

// atReference are the cells of all released programs at the main deployment, as
// a measurement of everything has them.
func atReference(t *testing.T) (*scenarios.Catalogue, []scenarios.CellSpec) {
	t.Helper()
	c, err := scenarios.NewCatalogue(scenarios.CatalogueOptions{Clients: programs()})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := c.Select(scenarios.Selection{Clients: []string{"all"}, Basis: string(clients.Real), Deployments: []string{"reference"}})
	if err != nil {
		t.Fatal(err)
	}
	return c, plan.Cells
}

// wayIn runs the way to the first tool result of one cell.
func wayIn(t *testing.T, c *scenarios.Catalogue, spec scenarios.CellSpec, o scenarios.RunOptions) (report.Cell, *trace.Recording) {
	t.Helper()
	store, err := documents.All()
	if err != nil {
		t.Fatal(err)
	}
	o.Stage, o.Book, o.Parallel, o.Seed, o.Out = scenarios.Stage{Documents: store}, c.Book(), 1, 1, t.TempDir()
	res, err := scenarios.Run(t.Context(), scenarios.Plan{Cells: []scenarios.CellSpec{spec}, Scenarios: []string{"C.8"}}, o)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(filepath.Join(o.Out, res.Cells[0].Recording))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rec, err := trace.ReadRecording(file, file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return res.Cells[0], rec
}

// inBrowser counts the pages that the user was shown in a real browser, and all.
func inBrowser(rec *trace.Recording) (shown, all int) {
	for _, x := range rec.Exchanges {
		if x.From == trace.UserAgent && x.To == trace.AuthorizationServer {
			all++
			if strings.Contains(x.Request.Header.Get("User-Agent"), "Chrome/") {
				shown++
			}
		}
	}
	return shown, all
}

// Every released program takes its user to a real browser at the main deployment.
func TestReleasedClientsTakeConsentInARealBrowser(t *testing.T) {
	t.Parallel()
	c, cells := atReference(t)
	if len(cells) < 10 {
		t.Fatalf("only %d released programs", len(cells))
	}
	for _, spec := range cells {
		if spec.Brief {
			t.Errorf("%s is measured in brief, and so without a browser", spec.Name())
		}
	}
	browser := useragent.NewBrowser(useragent.BrowserOptions{})
	if err := browser.Available(); err != nil {
		t.Skipf("needs a browser: %s", err)
	}
	t.Cleanup(func() {
		if err := browser.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, spec := range cells {
		// The results name for every program how consent was given; two that
		// are quick have to do here.
		if id := spec.Client.Identity().ID; id != "mcp-remote" && id != "codex" {
			continue
		}
		t.Run(spec.Client.Identity().String(), func(t *testing.T) {
			if err := spec.Client.Available(t.Context()); err != nil {
				t.Skipf("needs the program (REAL=1 installs it): %s", err)
			}
			cell, rec := wayIn(t, c, spec, scenarios.RunOptions{Browser: browser})
			if shown, all := inBrowser(rec); cell.Consent != scenarios.ConsentBrowser || shown == 0 || shown != all {
				t.Errorf("consent: %s, and %d of %d pages in a browser: %s", cell.Consent, shown, all, cell.Summary)
			}
		})
	}
}

// What the results say of consent is what happened, and not what was asked for.
func TestConsentThatNobodyGaveInABrowser(t *testing.T) {
	t.Parallel()
	browser := useragent.NewBrowser(useragent.BrowserOptions{})
	if err := browser.Available(); err != nil {
		t.Skipf("needs a browser: %s", err)
	}
	t.Cleanup(func() {
		if err := browser.Close(); err != nil {
			t.Error(err)
		}
	})
	c, err := scenarios.NewCatalogue(scenarios.CatalogueOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for client, want := range map[string]string{"conformant": scenarios.ConsentBrowser, "static-bearer-header": scenarios.ConsentHTTP} {
		plan, err := c.Select(scenarios.Selection{Clients: []string{client}, Deployments: []string{"reference"}})
		if err != nil || len(plan.Cells) != 1 {
			t.Fatalf("%s: %d cells, %v", client, len(plan.Cells), err)
		}
		if cell, _ := wayIn(t, c, plan.Cells[0], scenarios.RunOptions{Browser: browser}); cell.Consent != want {
			t.Errorf("%s: consent %q, want %q", client, cell.Consent, want)
		}
	}
}
