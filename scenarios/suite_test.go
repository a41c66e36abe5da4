package scenarios_test

import (
	"context"
	"slices"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

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
	night     *report.Results // of which the accepted results hold what no machine measures each time
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
	h.night, err = report.Read("../report/nightly/results.json")
	if err != nil {
		AbortSuite(err.Error())
	}
	return h
}

// A spec is a deployment with all its clients, which run side by side; what
// fails names the cells.
var _ = Describe("the matrix", func() {
	h := load()
	plan, err := h.catalogue.Select(scenarios.Selection{Clients: []string{scenarios.All}, Deployments: []string{scenarios.All}})
	if err != nil {
		AbortSuite(err.Error())
	}
	BeforeEach(func() { h.open() })
	for _, d := range h.catalogue.Deployments() {
		column := scenarios.Plan{Scenarios: plan.Scenarios, Cells: slices.DeleteFunc(slices.Clone(plan.Cells),
			func(s scenarios.CellSpec) bool { return s.Deployment.ID != d.ID })}
		It("at "+d.ID+" is as accepted", labels(d), func(ctx SpecContext) {
			res := h.column(ctx, column)
			Expect(unsound(res, h.catalogue.Book())).To(BeEmpty())
			res, _, err := res.Carry(h.night)
			Expect(err).NotTo(HaveOccurred())
			accepted := slices.DeleteFunc(slices.Clone(h.accepted), func(s report.Standing) bool { return s.Deployment != d.ID })
			compared := report.Compare(res, accepted, nil)
			Expect(compared.OK()).To(BeTrue(), "review it, and run `make accept` where it is right:\n%s",
				compared.Changes.Text(report.TextOptions{}))
		})
	}

	It("has no accepted result of a cell that does not exist", func() {
		names := map[string]bool{}
		for _, spec := range plan.Cells {
			names[spec.Standing().Name()] = true
		}
		for _, s := range h.night.Standings() {
			names[s.Name()] = true
		}
		for _, s := range h.accepted {
			Expect(names).To(HaveKey(s.Name()), "stale entry in report/accepted")
		}
	})
})

// column measures a deployment over plain HTTP, some clients at once. When
// nothing of it can run here the spec is skipped, and says why.
func (h *harness) column(ctx context.Context, plan scenarios.Plan) *report.Results {
	GinkgoHelper()
	o := h.options(nil)
	o.Parallel = 0
	res, err := scenarios.Run(ctx, plan, o)
	Expect(err).NotTo(HaveOccurred())
	for _, s := range res.Skipped {
		AddReportEntry("skipped", s.What+": "+s.Why)
	}
	if len(res.Cells) == 0 && len(res.Skipped) > 0 {
		Skip(res.Skipped[0].What + ": " + res.Skipped[0].Why)
	}
	Expect(res.Cells).NotTo(BeEmpty())
	return res
}

// labels are what a column can be picked by: ginkgo --label-filter.
func labels(d deployment.Deployment) Labels {
	l := Labels{"deployment:" + d.ID, "kind:" + string(d.Kind)}
	if d.Provider == deployment.Container {
		l = append(l, "container")
	}
	return l
}
