package scenarios

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/internal/scratch"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
	"github.com/mcpcompat/mcpcompat/scenarios/wire"
)

// RunOptions say how a plan is run.
type RunOptions struct {
	// Stage opens the Worlds.
	Stage Stage
	// Browser is the real browser for consent; nil means that there is none.
	Browser *useragent.Browser
	// Book is the law.
	Book *requirement.Book
	// Out is the directory for recordings and screenshots; "" means that none
	// are kept.
	Out string
	// Revision is the MCP revision by which is judged; "" means the newest.
	Revision string
	// Consent is ConsentBrowser, ConsentHTTP or ConsentAuto; "" means auto.
	Consent string
	// Parallel is how many cells run at once; 0 means the number of CPUs, and
	// twice that where every cell stays in this process.
	Parallel int
	// Seed feeds every choice that the protocol leaves open.
	Seed int64
	// Features has the results say what each client sent, feature by feature.
	Features bool
	// Version of this program, for the results.
	Version string
	// Now is the date of the results; the zero time means the present.
	Now time.Time
	// Progress is called after every cell, one call at a time; nil means that
	// nobody wants to know.
	Progress func(Progress)
}

// Progress tells of a cell that is done.
type Progress struct {
	Done, Total int
	Cell        string
	Verdict     report.Verdict
	Stage       string
}

// runner runs the cells of one plan.
type runner struct {
	RunOptions

	scenarios []string
	temp      string
	homes     atomic.Int64 // that were given out
}

// home is a directory for an installation of a client. It is not made yet: most
// clients keep everything in memory.
func (r *runner) home() string {
	return filepath.Join(r.temp, "home-"+strconv.FormatInt(r.homes.Add(1), 10))
}

// Run runs a plan. When ctx ends early, the results of the cells that were
// measured are returned together with the context's error.
func Run(ctx context.Context, plan Plan, o RunOptions) (res *report.Results, err error) {
	o.Revision = cmp.Or(o.Revision, requirement.Newest())
	o.Consent = cmp.Or(o.Consent, ConsentAuto)
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	if o.Consent == ConsentBrowser && o.Browser == nil {
		return nil, errors.New("consent in a browser was asked for and there is none")
	}
	if o.Consent == ConsentHTTP {
		o.Browser = nil
	}
	r := &runner{RunOptions: o, scenarios: plan.Scenarios}
	temp, err := scratch.New("")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, temp.Remove()) }()
	r.temp = temp.Path

	cells, skipped := r.possible(ctx, plan)
	res = &report.Results{
		Schema: report.Schema, Tool: report.Tool{Version: o.Version}, Revision: o.Revision, Seed: o.Seed,
		Consent: r.Consent, Date: o.Now.Format(time.DateOnly),
		Skipped: append(slices.Clone(plan.Skipped), skipped...),
	}
	if r.Parallel < 1 {
		r.Parallel = r.atOnce(cells)
	}
	done := r.all(ctx, cells)
	for _, c := range done {
		if c != nil {
			res.Cells = append(res.Cells, *c)
		}
	}
	return res, ctx.Err()
}

// possible takes out what cannot run here, and says why.
func (r *runner) possible(ctx context.Context, plan Plan) ([]CellSpec, []report.Skipped) {
	why := map[string]string{}
	ask := func(key string, reason func() string) string {
		if _, asked := why[key]; !asked {
			why[key] = reason()
		}
		return why[key]
	}
	var can []CellSpec
	var skipped []report.Skipped
	skip := func(what, reason string) {
		s := report.Skipped{What: what, Why: reason}
		if !slices.Contains(skipped, s) {
			skipped = append(skipped, s)
		}
	}
	for _, spec := range plan.Cells {
		client, d := spec.Client.Identity().String(), spec.Deployment
		if reason := ask("deployment "+d.ID, func() string { return r.Stage.unavailable(ctx, *d) }); reason != "" {
			skip("deployment "+d.ID, reason)
			continue
		}
		reason := ask("client "+client+" "+string(spec.Client.Identity().Basis), func() string {
			if err := spec.Client.Available(ctx); err != nil {
				return err.Error()
			}
			return ""
		})
		if reason != "" {
			skip("client "+client+basisNote(spec.Client.Identity()), reason)
			continue
		}
		if reason := uncontrolled(spec); reason != "" {
			skip("cell "+spec.Name(), reason)
			continue
		}
		can = append(can, spec)
	}
	return can, skipped
}

// basisNote tells the released program from the emulation of the same name.
func basisNote(i clients.Identity) string {
	if i.Basis == clients.Emulated {
		return ""
	}
	return " (" + string(i.Basis) + ")"
}

// atOnce is how many cells run at once where nobody has said it. A cell in this
// process waits for its own round trips, one after the other, and leaves a
// processor idle that another cell can use. Programs, containers and browsers
// have threads of their own, and patience that ends.
func (r *runner) atOnce(cells []CellSpec) int {
	if r.Browser != nil || slices.ContainsFunc(cells, CellSpec.startsPrograms) {
		return runtime.NumCPU()
	}
	return 2 * runtime.NumCPU()
}

// all runs the cells, some at once, and returns them in the order of the plan;
// a cell that was not measured is nil.
func (r *runner) all(ctx context.Context, specs []CellSpec) []*report.Cell {
	out := make([]*report.Cell, len(specs))
	next := make(chan int)
	var wait sync.WaitGroup
	var mu sync.Mutex
	finished := 0
	for range min(r.Parallel, max(1, len(specs))) {
		wait.Go(func() {
			for i := range next {
				c := r.measure(ctx, specs[i])
				mu.Lock()
				if ctx.Err() == nil || c.Verdict != report.HarnessError {
					out[i] = &c
				}
				finished++
				if r.Progress != nil && ctx.Err() == nil {
					r.Progress(Progress{finished, len(specs), specs[i].Name(), c.Verdict, c.Stage})
				}
				mu.Unlock()
			}
		})
	}
feed:
	for i := range specs {
		select {
		case next <- i:
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	wait.Wait()
	return out
}

// measure runs a cell, or probes the servers where the cell is theirs. Of a
// brief cell little is kept: thousands of them have to fit into memory.
func (r *runner) measure(ctx context.Context, spec CellSpec) report.Cell {
	var c report.Cell
	if spec.Client.Identity().Basis == ProbeBasis {
		o := r.RunOptions
		if spec.Brief {
			o.Out = ""
		}
		c = Probe(ctx, *spec.Deployment, o)
	} else {
		c = r.one(ctx, spec)
	}
	if spec.Brief {
		c.Shorten()
	}
	return c
}

// one runs and judges a cell. Whatever goes wrong in the harness is a verdict
// of its own and never that of a client.
func (r *runner) one(ctx context.Context, spec CellSpec) report.Cell {
	start := time.Now()
	var rec *trace.Recording
	consent := ConsentHTTP
	err := r.clear(spec)
	if err == nil {
		rec, consent, err = r.play(ctx, spec)
	}
	var c report.Cell
	if rec != nil {
		if err != nil {
			rec.Incomplete = err.Error()
		}
		c = judge.Cell(rec, judge.Options{Book: r.Book, Scenarios: r.scenarios, Revision: r.Revision})
		c.Wire = wire.Fingerprint(rec)
		if r.Features {
			c.Features = wire.Features(rec)
		}
		judge.Steady(&c, rec)
	}
	id := spec.Client.Identity()
	c.Client, c.ClientName, c.Basis = id.String(), id.Name, string(id.Basis)
	c.Deployment, c.DeploymentKind = spec.Deployment.ID, string(cmp.Or(spec.Deployment.Kind, deployment.Legal))
	c.Provider = string(cmp.Or(spec.Deployment.Provider, deployment.Embedded))
	c.Consent = cmp.Or(consent, ConsentHTTP)
	c.DurationMS = float64(time.Since(start).Microseconds()) / 1000
	if err == nil && !spec.Brief {
		c.Recording, err = r.keep(spec, rec)
	}
	if err != nil {
		c.Verdict, c.Culprit, c.Summary = report.HarnessError, report.TheHarness, err.Error()
	}
	return c
}

// browser is the real browser for the consent of a cell, nil for plain HTTP.
func (r *runner) browser(spec CellSpec) *useragent.Browser {
	if spec.Brief && r.Consent != ConsentBrowser {
		return nil
	}
	return r.Browser
}

// folder is where a cell's files go, relative to Out.
func (s CellSpec) folder() string {
	id := s.Client.Identity()
	name := strings.NewReplacer("/", "_", "\\", "_").Replace(id.String())
	return filepath.Join("cells", s.Deployment.ID, string(id.Basis)+"-"+name)
}

// clear removes what an earlier run left of the cell.
func (r *runner) clear(spec CellSpec) error {
	if r.Out == "" {
		return nil
	}
	return os.RemoveAll(filepath.Join(r.Out, spec.folder()))
}

func (r *runner) screenshots(spec CellSpec) string {
	if r.Out == "" {
		return ""
	}
	return filepath.Join(r.Out, spec.folder())
}

// keep writes the recording and returns its path, relative to Out.
func (r *runner) keep(spec CellSpec, rec *trace.Recording) (string, error) {
	return keepRecording(r.Out, spec.folder(), rec)
}

// keepRecording writes a recording into a folder below out and returns its
// path, relative to out; an empty out keeps none.
func keepRecording(out, folder string, rec *trace.Recording) (string, error) {
	if out == "" {
		return "", nil
	}
	path := filepath.Join(folder, "recording.json")
	full := filepath.Join(out, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o750); err != nil {
		return "", err
	}
	f, err := os.Create(full)
	if err != nil {
		return "", err
	}
	if err := errors.Join(trace.WriteRecording(f, rec), f.Close()); err != nil {
		return "", fmt.Errorf("%s: %w", full, err)
	}
	return filepath.ToSlash(path), nil
}
