package judge_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

var update = flag.Bool("update", false, "write the golden file") //nolint:gochecknoglobals // a flag of the test binary

func book(t testing.TB) *requirement.Book {
	t.Helper()
	b, err := requirement.Default()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readHAR(t testing.TB, file string) *trace.Recording {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rec, err := reading.Import(f, file)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// What is found in the recordings of released clients is reviewed by people:
// a change of the judge shows here.
func TestRecordingsOfReleasedClients(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../testdata/recordings/*/*.har")
	if err != nil || len(files) < 60 {
		t.Fatalf("%d recordings, %v; want 60", len(files), err)
	}
	var got strings.Builder
	for _, file := range files {
		c := judge.Cell(readHAR(t, file), judge.Options{Book: book(t)})
		name := filepath.Base(filepath.Dir(file)) + " " + strings.TrimSuffix(filepath.Base(file), ".har")
		fmt.Fprintf(&got, "%s: %s\n", name, c.Summary)
		for _, s := range c.Scenarios {
			for _, f := range s.Findings {
				if f.Verdict != report.Pass && f.Party == string(requirement.Client) {
					fmt.Fprintf(&got, "    %s %s: expected %s, observed %s %v\n",
						f.Verdict, f.Check, f.Expected, trace.Readable(f.Observed), f.Exchanges)
				}
			}
		}
	}
	golden := filepath.Join("testdata", "recordings.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("findings differ from %s (run with -update and review):\n%s", golden, firstDifference(string(want), got.String()))
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d:\n want %s\n got  %s", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

// Nothing was seen, so nothing may pass.
func TestAnEmptyRecordingPassesNothing(t *testing.T) {
	t.Parallel()
	for name, rec := range map[string]*trace.Recording{
		"empty": {Schema: trace.Schema},
		"told and silent": {Schema: trace.Schema, Setting: trace.Setting{MCPURL: "http://127.0.0.1:1/mcp"}, Events: []trace.Event{
			{Kind: trace.ScenarioBegins, Detail: map[string]string{"id": "C.1"}},
			{Kind: trace.Told, Detail: map[string]string{"action": "connect"}},
			{Kind: trace.Answered, Detail: map[string]string{"status": "ok"}},
		}},
	} {
		c := judge.Cell(rec, judge.Options{Book: book(t)})
		if c.Connected || c.Verdict != report.Fail || len(c.Scenarios) != 10 {
			t.Errorf("%s: connected %t, verdict %s, %d scenarios; want a failure in all ten", name, c.Connected, c.Verdict, len(c.Scenarios))
		}
		for _, s := range c.Scenarios {
			if s.Verdict != report.Fail && s.Verdict != report.Untested {
				t.Errorf("%s: %s is %s, want fail or untested", name, s.ID, s.Verdict)
			}
		}
	}
}

func TestEveryCheckHasALawAndEveryLawsCheckExists(t *testing.T) {
	t.Parallel()
	have := map[string]bool{}
	scenario := map[string]bool{}
	for _, s := range judge.Scenarios() {
		scenario[s.ID] = true
	}
	for _, c := range slices.Concat(judge.Checks(), judge.ProbeChecks()) {
		if have[c.ID] {
			t.Errorf("two checks %s", c.ID)
		}
		have[c.ID] = true
		if _, ok := book(t).Of(c.ID); !ok {
			t.Errorf("%s judges no row of the law book", c.ID)
		}
		if c.Needs == "" || !scenario[c.Scenario] || c.Stage == "" {
			t.Errorf("%s: needs %q, scenario %q, stage %q", c.ID, c.Needs, c.Scenario, c.Stage)
		}
	}
	for _, r := range book(t).Rows() {
		for _, c := range r.Check {
			if !have[c] {
				t.Errorf("%s: no check %s", r.ID, c)
			}
		}
	}
	for _, s := range judge.Scenarios() {
		for _, p := range s.Promises {
			if !have[p] {
				t.Errorf("%s promises %s, which does not exist", s.ID, p)
			}
		}
	}
}

func BenchmarkJudge(b *testing.B) {
	rec := readHAR(b, "../../testdata/recordings/mcp-remote@0.15.1/dcr-refresh-stepup.har")
	o := judge.Options{Book: book(b)}
	for b.Loop() {
		judge.Cell(rec, o)
	}
}
