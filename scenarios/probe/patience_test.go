package probe_test

import (
	"slices"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures/embedded"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/probe"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// It takes as long as the reference waits for a document.
func TestADocumentThatNeverComesIsGivenUp(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it waits five seconds; run it without -short")
	}
	facts := probe.Facts{Documents: &probe.Documents{}, Patience: time.Minute}
	world, err := embedded.Start(t.Context(), named(t, "reference"), embedded.Options{DocumentTransport: facts.Documents})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := world.Close(); err != nil {
			t.Error(err)
		}
	}()
	agent, err := useragent.NewHTTP(useragent.Options{Recorder: world.Recorder})
	if err != nil {
		t.Fatal(err)
	}
	facts.MCPURL, facts.Recorder, facts.UserAgent = world.MCPURL, world.Recorder, agent
	if err := probe.Run(t.Context(), facts); err != nil {
		t.Fatal(err)
	}
	book, err := requirement.Default()
	if err != nil {
		t.Fatal(err)
	}
	got := findings(judge.Servers(world.Recorder.Snapshot(), judge.Options{Book: book}))
	if f := got["probe/document-time"]; f.Verdict != report.Pass {
		t.Errorf("probe/document-time is %s: %s", f.Verdict, f.Observed)
	}
	// There was no control plane, and no tool was known that needs more scope.
	for _, id := range []string{"probe/expired-token", "probe/audience", "probe/insufficient-scope/status"} {
		if f := got[id]; f.Verdict != report.Untested || f.Observed == "" {
			t.Errorf("%s is %s: %s", id, f.Verdict, f.Observed)
		}
	}
	if !slices.Contains(probe.Probes(), "probe/document-time") {
		t.Error("the probe is not listed")
	}
}
