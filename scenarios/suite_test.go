package scenarios_test

import (
	"cmp"
	"context"
	"os"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
)

func TestScenarios(t *testing.T) {
	t.Parallel()
	RegisterFailHandler(Fail)
	RunSpecs(t, "Scenarios")
}

// harness is what the specs of one test process share.
type harness struct {
	catalogue *scenarios.Catalogue
	accepted  []report.Standing
	stage     scenarios.Stage
	browser   *useragent.Browser
}

// options are those of a cell that is run alone, as a spec.
func (h *harness) options(b *useragent.Browser) scenarios.RunOptions {
	consent := scenarios.ConsentHTTP
	if b != nil {
		consent = scenarios.ConsentBrowser
	}
	return scenarios.RunOptions{
		Stage: h.stage, Browser: b, Book: h.catalogue.Book(), Consent: consent, Parallel: 1, Seed: 1,
	}
}

// measure runs a plan and fails the spec when the harness did; a plan of which
// nothing can run here is a skip that says why.
func (h *harness) measure(ctx context.Context, plan scenarios.Plan, b *useragent.Browser) []report.Cell {
	GinkgoHelper()
	res, err := scenarios.Run(ctx, plan, h.options(b))
	Expect(err).NotTo(HaveOccurred())
	if len(res.Cells) == 0 && len(res.Skipped) > 0 {
		Skip(res.Skipped[0].What + ": " + res.Skipped[0].Why)
	}
	Expect(res.Cells).To(HaveLen(len(plan.Cells)))
	for _, c := range res.Cells {
		AddReportEntry(c.Client+" at "+c.Deployment, c.Summary, ReportEntryVisibilityFailureOrVerbose)
	}
	return res.Cells
}

// load reads the data that the tree of specs is built from.
func load() *harness {
	h := &harness{}
	var err error
	h.catalogue, err = scenarios.NewCatalogue(scenarios.CatalogueOptions{Clients: programs()})
	if err != nil {
		AbortSuite(err.Error())
	}
	accepted, err := report.LoadAccepted(report.AcceptedFiles())
	if err != nil {
		AbortSuite(err.Error())
	}
	h.accepted = accepted.Cells
	return h
}

var _ = Describe("the matrix", func() {
	h := load()
	plan, err := h.catalogue.Select(scenarios.Selection{})
	if err != nil {
		AbortSuite(err.Error())
	}
	BeforeEach(func() { h.open() })
	for _, spec := range plan.Cells {
		It(spec.Name()+" ("+string(spec.Client.Identity().Basis)+")", labels(spec), func(ctx SpecContext) {
			cells := h.measure(ctx, scenarios.Plan{Cells: []scenarios.CellSpec{spec}, Scenarios: plan.Scenarios}, nil)
			got := (&report.Results{Cells: cells}).Standings()[0]
			was, ok := h.acceptedOf(got)
			Expect(ok).To(BeTrue(), "no accepted result for %s, which is %s: review it and run `make accept`", got.Name(), got)
			Expect(got.String()).To(Equal(was.String()), "%s: %s", got.Name(), cells[0].Summary)
		})
	}

	It("has no accepted result of a cell that does not exist", func() {
		names := map[string]bool{}
		for _, spec := range plan.Cells {
			id := spec.Client.Identity()
			s := report.Standing{Client: id.String(), Deployment: spec.Deployment.ID, Basis: string(id.Basis)}
			if id.Basis == clients.Emulated {
				s.Basis = ""
			}
			names[s.Name()] = true
		}
		for _, s := range h.accepted {
			Expect(names).To(HaveKey(s.Name()), "stale entry in report/accepted")
		}
	})
})

func (h *harness) acceptedOf(s report.Standing) (report.Standing, bool) {
	for _, a := range h.accepted {
		if a.Name() == s.Name() {
			return a, true
		}
	}
	return report.Standing{}, false
}

// labels are what a cell can be picked by: ginkgo --label-filter.
func labels(spec scenarios.CellSpec) Labels {
	id := spec.Client.Identity()
	l := Labels{"client:" + id.ID, "deployment:" + spec.Deployment.ID}
	if id.Basis != clients.Emulated {
		l = append(l, cmp.Or(string(id.Basis), "real"))
	}
	if spec.Deployment.Provider == deployment.Container {
		l = append(l, "container")
	}
	return l
}

// realWanted says whether released programs may be installed for the tests.
func realWanted() bool { return os.Getenv("REAL") == "1" }
