package probe_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/probe"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// named is a deployment of the catalogue with settings, path=value.
func named(tb testing.TB, id string, settings ...string) deployment.Deployment {
	tb.Helper()
	all, err := deployment.Catalogue()
	if err != nil {
		tb.Fatal(err)
	}
	i := slices.IndexFunc(all, func(d deployment.Deployment) bool { return d.ID == id })
	if i < 0 {
		tb.Fatalf("no deployment %s", id)
	}
	d := all[i]
	for _, s := range settings {
		path, value, _ := strings.Cut(s, "=")
		if d, err = d.With(path, value); err != nil {
			tb.Fatal(err)
		}
	}
	return d
}

// measure probes a deployment.
func measure(tb testing.TB, d deployment.Deployment) report.Cell {
	tb.Helper()
	return measureWith(tb, d, scenarios.RunOptions{Seed: 1})
}

func measureWith(tb testing.TB, d deployment.Deployment, o scenarios.RunOptions) report.Cell {
	tb.Helper()
	book, err := requirement.Default()
	if err != nil {
		tb.Fatal(err)
	}
	store, err := documents.All()
	if err != nil {
		tb.Fatal(err)
	}
	o.Book, o.Stage = book, scenarios.Stage{Documents: store}
	c := scenarios.Probe(tb.Context(), d, o)
	if c.Verdict == report.HarnessError {
		tb.Fatalf("%s: %s", d.ID, c.Summary)
	}
	return c
}

func findings(c report.Cell) map[string]report.Finding {
	out := map[string]report.Finding{}
	for _, s := range c.Scenarios {
		for _, f := range s.Findings {
			out[f.Check] = f
		}
	}
	return out
}

func TestTheReferenceKeepsEveryRule(t *testing.T) {
	t.Parallel()
	cell := measure(t, named(t, "reference"))
	got := findings(cell)
	// What the reference leaves out is legal, and has a scene of its own below.
	exceptions := map[string]report.Verdict{
		"probe/document-time": report.Untested,
		"probe/dpop-request":  report.NotApplicable,
		"probe/dpop-bearer":   report.NotApplicable,
		"probe/proxy-consent": report.NotApplicable,
	}
	for _, c := range judge.ProbeChecks() {
		want := cmp.Or(exceptions[c.ID], report.Pass)
		if f := got[c.ID]; f.Verdict != want {
			t.Errorf("%s is %q, want %s: expected %s, observed %s %v", c.ID, f.Verdict, want, f.Expected, f.Observed, f.Exchanges)
		}
	}
	if cell.Verdict != report.Pass || !cell.Connected || cell.Stage != "" || cell.Culprit != "" || cell.Basis != scenarios.ProbeBasis {
		t.Errorf("cell: verdict %s, connected %t, stage %q, culprit %q, basis %q", cell.Verdict, cell.Connected, cell.Stage, cell.Culprit, cell.Basis)
	}
	bound := findings(measure(t, named(t, "reference", "mcpServer.dpop.use=advertised")))
	for _, id := range []string{"probe/dpop-request", "probe/dpop-bearer"} {
		if bound[id].Verdict != report.Pass {
			t.Errorf("%s is %s where DPoP is advertised: %s", id, bound[id].Verdict, bound[id].Observed)
		}
	}
}

// unseen are deployments of which the prober cannot see what they are for, with
// the reason.
func unseen() map[string]string {
	const noKey, noPush = "the prober brings no key", "the prober pushes no requests"
	const nobodysDuty = "no rule makes a server register everybody"
	return map[string]string{
		"dpop-required": noKey, "dpop-nonce-required": noKey, "par-required": noPush,
		"dcr-forbidden": nobodysDuty, "dcr-rate-limited": nobodysDuty,
		"cimd-without-none": "no rule makes a server list all that it accepts",
	}
}

// What a deployment is for shows: a legal one breaks no MUST, and any other one
// breaks a rule, or lets nobody in.
func TestDeploymentsOfTheCatalogue(t *testing.T) {
	t.Parallel()
	all, err := deployment.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		if d.Provider != deployment.Embedded && d.Provider != "" {
			continue // the same servers, elsewhere
		}
		t.Run(d.ID, func(t *testing.T) {
			t.Parallel()
			cell := measure(t, d)
			t.Logf("%s: %s", cell.Verdict, cell.Summary)
			for _, f := range findings(cell) {
				if d.Kind == deployment.Legal && f.Verdict == report.Fail {
					t.Errorf("%s is %s: %s", f.Check, f.Verdict, f.Observed)
				}
			}
			kept := cell.Verdict == report.Pass || cell.Verdict == report.Warn && d.Kind == deployment.Legal
			if legal := d.Kind == deployment.Legal; legal != kept && unseen()[d.ID] == "" {
				t.Errorf("verdict %s of a %s deployment", cell.Verdict, d.Kind)
			}
		})
	}
}

// What the specifications leave open, the servers vary by seed: no rule is
// broken by that. Every revision has a law of its own for the same servers.
func TestNoFalseAlarm(t *testing.T) {
	t.Parallel()
	const seeds = 12
	for seed := range int64(seeds) {
		for _, revision := range requirement.Revisions() {
			if seed > 0 && revision != requirement.Newest() {
				continue
			}
			t.Run(fmt.Sprintf("%s seed %d", revision, seed), func(t *testing.T) {
				t.Parallel()
				cell := measureWith(t, named(t, "reference"), scenarios.RunOptions{Seed: seed, Revision: revision})
				for _, f := range findings(cell) {
					if broken(f) {
						t.Errorf("%s is %s: %s", f.Check, f.Verdict, f.Observed)
					}
				}
				if cell.Verdict != report.Pass {
					t.Errorf("verdict %s: %s (%s)", cell.Verdict, cell.Summary, findings(cell)["probe/code-replay"].Observed)
				}
			})
		}
	}
}

// Without a control plane, clients or documents the prober says so, and passes
// nothing for tried.
func TestWhatCannotBeTriedIsUntested(t *testing.T) {
	t.Parallel()
	cell := measure(t, named(t, "reference", "authServer.registration.dynamic=off", "authServer.registration.clientIdMetadataDocuments=off"))
	for _, f := range findings(cell) {
		if f.Check == "probe/authorize-cors" {
			continue // whether pages may read the endpoint is asked without a client_id
		}
		if f.Verdict == report.Pass && f.Stage != "challenge" && f.Stage != "resource-metadata" && f.Stage != "as-metadata" {
			t.Errorf("%s passes although the prober has no client: %s", f.Check, f.Observed)
		}
	}
	if cell.Verdict != report.Untested || cell.Connected {
		t.Errorf("verdict %s, connected %t", cell.Verdict, cell.Connected)
	}
	if err := probe.Run(t.Context(), probe.Facts{}); err == nil {
		t.Error("a prober without facts ran")
	}
}

func TestEveryProbeHasACheckAndEveryCheckAProbe(t *testing.T) {
	t.Parallel()
	judgedBy := map[string]bool{"probe/way-in": true} // it only sets the scene
	for _, c := range judge.ProbeChecks() {
		judgedBy[strings.Join(strings.SplitN(c.ID, "/", 3)[:2], "/")] = true
	}
	for _, id := range probe.Probes() {
		if !judgedBy[id] {
			t.Errorf("nothing judges %s", id)
		}
		delete(judgedBy, id)
	}
	for id := range judgedBy {
		t.Errorf("nothing tries %s", id)
	}
}

func BenchmarkReference(b *testing.B) {
	d := named(b, "reference")
	for b.Loop() {
		measure(b, d)
	}
}
