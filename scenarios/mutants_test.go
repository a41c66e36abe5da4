package scenarios_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	"github.com/mcpcompat/mcpcompat/clients/mutant"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// fault is one way to break one rule, in a scene where that can be seen.
type fault struct {
	check string

	// scene are settings of the deployment, path=value, that hold with and
	// without the break; issued says that the operator hands out credentials.
	scene  []string
	issued bool
	// habits are what the client does differently with and without the break.
	habits []mutant.Break

	// The break is one of these, or several that make one fault together:
	// settings of the servers, breaks of the client, and what a server does that
	// no setting makes it do: other answers, other authorization responses.
	// Beside breaks of the client the latter two belong to the scene.
	server   []string
	client   []mutant.Break
	answer   func(*trace.Exchange)
	callback func(*url.URL)

	// door and culprit are those of the cell, "" where nothing breaks.
	door, culprit string
	// with are checks that fall too, necessarily; because says why.
	with    []string
	because string
}

// mutants runs every fault and its scene without the fault.
func TestEveryCheckIsKilledByItsMutantAlone(t *testing.T) {
	t.Parallel()
	book := lawBook(t)
	faults := slices.Concat(discoveryFaults(), registrationFaults(), authorizeFaults(), tokenFaults(), callFaults(), moreFaults(), keptFaults(), onceFaults())
	checks := map[string]bool{}
	for _, f := range faults {
		checks[f.check] = true
	}
	for _, c := range judge.Checks() {
		row, ok := book.Of(c.ID)
		if _, now := row.In(requirement.Newest()); ok && !now {
			continue // a rule of older revisions only; it has a test of its own
		}
		if !checks[c.ID] {
			t.Errorf("no mutant breaks %s", c.ID)
		}
	}
	var killed atomic.Int64
	t.Run("mutants", func(t *testing.T) {
		for i, f := range faults {
			t.Run(fmt.Sprintf("%s/%d", f.check, i), func(t *testing.T) {
				t.Parallel()
				if f.dies(t, book) {
					killed.Add(1)
				}
			})
		}
	})
	t.Logf("killed %d of %d mutants, %d checks", killed.Load(), len(faults), len(checks))
}

// dies reports whether the fault was found, named and told apart.
func (f fault) dies(t *testing.T, book *requirement.Book) bool {
	t.Helper()
	row, ok := book.Of(f.check)
	if !ok {
		t.Errorf("no law for %s", f.check)
		return false
	}
	sound := f.baseline(t, book)
	broken := f.mutated(t, book)
	before, after := verdicts(sound), verdicts(broken)
	level, _ := row.In(requirement.Newest())
	want := report.Warn
	if level.Mandatory() {
		want = report.Fail
	}
	if got := after[f.check]; got.Verdict != want || got.Party != string(row.Party) {
		t.Errorf("finding %q of %q (%s), want %q of %q\n%s", got.Verdict, got.Party, got.Observed, want, row.Party, tell(broken))
	}
	if was := before[f.check].Verdict; was == report.Fail || was == report.Warn {
		t.Errorf("without the break the finding is %s already: %s", was, before[f.check].Observed)
	}
	if sound.Stage != "" {
		t.Logf("without the break the scene is broken at %s", sound.Stage)
	}
	if broken.Stage != f.door || broken.Culprit != f.culprit {
		t.Errorf("broke at %q, culprit %q; want %q, %q\n%s", broken.Stage, broken.Culprit, f.door, f.culprit, tell(broken))
	}
	for id, got := range after {
		was := before[id].Verdict
		if was == "" {
			was = report.Pass // nothing to see before
		}
		fallen := got.Verdict.WorseThan(was)
		expected := id == f.check || slices.Contains(f.with, id)
		if fallen != expected && id != f.check {
			t.Errorf("%s is %s, was %q: %s", id, got.Verdict, before[id].Verdict, got.Observed)
		}
	}
	if (f.with == nil) != (f.because == "") {
		t.Errorf("falls with %v because %q", f.with, f.because)
	}
	return !t.Failed()
}

func verdicts(c report.Cell) map[string]report.Finding {
	out := map[string]report.Finding{}
	for _, s := range c.Scenarios {
		for _, f := range s.Findings {
			out[f.Check] = f
		}
	}
	return out
}

func tell(c report.Cell) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s\n", c.Client, c.Verdict, c.Summary)
	for _, s := range c.Scenarios {
		if s.Reason != "" {
			fmt.Fprintf(&b, "  %s %s: %s\n", s.ID, s.Verdict, s.Reason)
		}
		for _, f := range s.Findings {
			if f.Verdict != report.Pass {
				fmt.Fprintf(&b, "    %s %s (%s): expected %s, observed %s %v\n", f.Verdict, f.Check, f.Party, f.Expected, trace.Readable(f.Observed), f.Exchanges)
			}
		}
	}
	return b.String()
}

func (f fault) baseline(t *testing.T, book *requirement.Book) report.Cell {
	t.Helper()
	return f.play(t, book, "none", f.scene, f.habits, f.client != nil)
}

func (f fault) mutated(t *testing.T, book *requirement.Book) report.Cell {
	t.Helper()
	return f.play(t, book, strings.ReplaceAll(f.check, "/", "-"),
		slices.Concat(f.scene, f.server), slices.Concat(f.habits, f.client), true)
}

// play runs the cell; forged says whether the forged answers take part.
func (f fault) play(
	t *testing.T, book *requirement.Book, name string, settings []string, breaks []mutant.Break, forged bool,
) report.Cell {
	t.Helper()
	forged = forged && (f.answer != nil || f.callback != nil)
	if forged && f.answer != nil {
		breaks = append(breaks, mutant.Answers(f.answer))
	}
	if forged && f.callback != nil {
		breaks = append(breaks, mutant.Callback(f.callback))
	}
	m := measure(t, newMutant(t, name, breaks...), f.place(t, settings), book)
	if !forged {
		return m.cell
	}
	forge(t, m.recording, f.answer, f.callback)
	return judge.Cell(m.recording, judge.Options{Book: book})
}

// place is the deployment of the scene.
func (f fault) place(t *testing.T, settings []string) deployment.Deployment {
	t.Helper()
	d := deploy(t, settings...)
	if f.issued {
		d.Credentials = deployment.Issued
	}
	return d
}

// deploy is the reference deployment with settings, path=value.
func deploy(t *testing.T, settings ...string) deployment.Deployment {
	t.Helper()
	all, err := deployment.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(d deployment.Deployment) bool { return d.ID == "reference" })
	if at < 0 {
		t.Fatal("no deployment reference")
	}
	d := all[at]
	for _, s := range settings {
		path, value, _ := strings.Cut(s, "=")
		if d, err = d.With(path, value); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func newMutant(t *testing.T, name string, breaks ...mutant.Break) clients.Client {
	t.Helper()
	c, err := mutant.New(name, breaks...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func lawBook(t *testing.T) *requirement.Book {
	t.Helper()
	b, err := requirement.Default()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// measured is a cell with its recording.
type measured struct {
	cell      report.Cell
	recording *trace.Recording
}

func measure(t *testing.T, c clients.Client, d deployment.Deployment, book *requirement.Book) measured {
	t.Helper()
	return measureIn(t, scenarios.RunOptions{Book: book, Seed: 1}, c, d)
}

// measureIn runs one cell with consent over http.
func measureIn(t *testing.T, o scenarios.RunOptions, c clients.Client, d deployment.Deployment) measured {
	t.Helper()
	store, err := documents.All()
	if err != nil {
		t.Fatal(err)
	}
	o.Stage = scenarios.Stage{Documents: store}
	o.Consent, o.Parallel, o.Out = scenarios.ConsentHTTP, 1, t.TempDir()
	plan := scenarios.Plan{Cells: []scenarios.CellSpec{{Client: c, Deployment: &d}}, Scenarios: scenarioIDs()}
	res, err := scenarios.Run(t.Context(), plan, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Cells) != 1 || res.Cells[0].Verdict == report.HarnessError {
		t.Fatalf("%d cells, skipped %v: %+v", len(res.Cells), res.Skipped, res.Cells)
	}
	path := filepath.Join(o.Out, filepath.FromSlash(res.Cells[0].Recording))
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rec, err := trace.ReadRecording(file, path)
	if err != nil {
		t.Fatal(err)
	}
	return measured{res.Cells[0], rec}
}

func scenarioIDs() []string {
	var ids []string
	for _, s := range judge.Scenarios() {
		ids = append(ids, s.ID)
	}
	return ids
}

// forge puts into the recording what the client was made to see: the server's
// answers and authorization responses, as a server with that fault would have
// sent them.
func forge(t *testing.T, rec *trace.Recording, answer func(*trace.Exchange), callback func(*url.URL)) {
	t.Helper()
	edited := func(raw string) string {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		callback(u)
		return u.String()
	}
	for i := range rec.Exchanges {
		x := &rec.Exchanges[i]
		switch {
		case x.From != trace.UserAgent && x.Response != nil && answer != nil:
			answer(x)
		case callback == nil || x.From != trace.UserAgent:
		case x.To == trace.Client:
			x.Request.URL = edited(x.Request.URL)
		case x.Response != nil:
			// Only a redirect with state leaves for the client.
			if l := x.Response.Header.Get("Location"); strings.Contains(l, "state=") && !strings.Contains(l, "client_id=") {
				x.Response.Header.Set("Location", edited(l))
			}
		}
	}
}
