package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

//nolint:gochecknoglobals // a flag of the test binary
var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := report.WriteFile(path, []byte(got)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test ./cmd/mcpcompat -update writes it)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

// fakeEngine measures nothing: each cell has the verdict that it is told.
type fakeEngine struct {
	cat    *fakeCatalogue
	faulty error
	// verdicts are those of the cells in the order of the plan; the last one
	// is that of the rest; nil means pass.
	verdicts []report.Verdict
	err      error
	// stopAfter is how many cells are measured before Run waits for the end
	// of its context; 0 means that it does not wait.
	stopAfter int
	own       ownData
	deaf      bool // does not listen to its context either
	asked     scenarios.RunOptions
	drive     fakeDrive
	newest    string // release that the registry names
	noNewest  error
	installed []string // releases in the cache
}

func (e *fakeEngine) Installed(string) ([]string, error) { return e.installed, nil }

func (e *fakeEngine) Newest(context.Context, string) (string, error) { return e.newest, e.noNewest }

func (e *fakeEngine) Catalogue(own ownData, _ ...string) (catalogue, error) {
	e.own = own
	if e.cat == nil {
		return nil, e.faulty
	}
	return e.cat, e.faulty
}

func (e *fakeEngine) Run(ctx context.Context, plan scenarios.Plan, o scenarios.RunOptions) (*report.Results, error) {
	e.asked = o
	r := &report.Results{
		Schema: report.Schema, Tool: report.Tool{Version: "v1.2.3"}, Revision: o.Revision, Seed: o.Seed,
		Consent: "http", Date: "2026-11-21", Skipped: plan.Skipped,
	}
	for i, spec := range plan.Cells {
		if e.stopAfter > 0 && i == e.stopAfter {
			if e.deaf {
				select {}
			}
			<-ctx.Done()
			return r, ctx.Err()
		}
		c, err := e.cell(spec, i, o)
		if err != nil {
			return r, err
		}
		r.Cells = append(r.Cells, c)
		o.Progress(scenarios.Progress{Done: i + 1, Total: len(plan.Cells), Cell: spec.Name(), Verdict: c.Verdict, Stage: c.Stage})
	}
	return r, e.err
}

func (e *fakeEngine) cell(spec scenarios.CellSpec, i int, o scenarios.RunOptions) (report.Cell, error) {
	v := report.Pass
	if len(e.verdicts) > 0 {
		v = e.verdicts[min(i, len(e.verdicts)-1)]
	}
	id := spec.Client.Identity()
	c := report.Cell{
		Client: id.String(), ClientName: id.Name, Deployment: spec.Deployment.ID, DeploymentKind: string(spec.Deployment.Kind),
		Provider: "embedded", Basis: string(id.Basis), Consent: "http", Verdict: v, Connected: v.Good(),
		Scenarios: []report.Scenario{{ID: "C.1", Name: "discovery", Verdict: v}},
		Recording: fmt.Sprintf("cells/%d/recording.json", i),
	}
	if v == report.Fail {
		c.Stage, c.Culprit, c.Summary = "authorize", "client", "It went to the wrong door."
	}
	var b bytes.Buffer
	if err := trace.WriteRecording(&b, recording(id.String())); err != nil {
		return c, err
	}
	return c, report.WriteFile(filepath.Join(o.Out, filepath.FromSlash(c.Recording)), b.Bytes())
}

func (e *fakeEngine) Judge(v *reading.View, o judge.Options) report.Cell {
	c := report.Cell{Client: v.Rec.Setting.Client, Verdict: report.Pass, Summary: "judged by " + o.Revision}
	for _, id := range o.Scenarios {
		c.Scenarios = append(c.Scenarios, report.Scenario{ID: id, Verdict: report.Pass})
	}
	return c
}

func recording(client string) *trace.Recording {
	r := trace.NewRecorder(trace.Setting{Client: client})
	id := r.Begin(trace.Client, trace.MCPServer, trace.Request{Method: "POST", URL: "http://127.0.0.1:9/mcp"})
	r.End(id, &trace.Response{Status: 401, Header: http.Header{"Www-Authenticate": {"Bearer"}}}, "")
	return r.Snapshot()
}

// fakeCatalogue holds two clients and two deployments.
type fakeCatalogue struct {
	clients []clients.Client
	book    *requirement.Book
}

func (*fakeCatalogue) Documents() documents.Store { return documents.Store{} }

func newFakeCatalogue(t testing.TB) *fakeCatalogue {
	t.Helper()
	book, err := requirement.Load(fstest.MapFS{"law.yaml": {Data: []byte(`
- id: RFC8252-7.3
  party: authorization-server
  level: {all: MUST}
  says: allow any port in a loopback redirect URI.
  source: https://www.rfc-editor.org/rfc/rfc8252#section-7.3
  check: redirect/any-port
- id: MCP-X-1
  party: client
  level: {2025-11-25: SHOULD, 2026-07-28: MUST}
  says: be polite.
  source: https://modelcontextprotocol.io/specification/2026-07-28/basic#x
  unobservable: manners leave no trace
`)}})
	if err != nil {
		t.Fatal(err)
	}
	identity := func(id, version string, basis clients.Basis) clients.Identity {
		return clients.Identity{ID: id, Name: "The " + id, Version: version, Basis: basis}
	}
	behaviour := emulated.Behaviour{}
	behaviour.Discovery.ProtocolVersion = "2025-06-18"
	return &fakeCatalogue{book: book, clients: []clients.Client{
		emulated.New(identity("alpha", "1.0", clients.Emulated), behaviour),
		emulated.New(identity("beta", "2.0", clients.Real), emulated.Behaviour{}),
	}}
}

func (c *fakeCatalogue) Clients() []clients.Client { return c.clients }

func (c *fakeCatalogue) Deployments() []deployment.Deployment {
	enterprise := deployment.Deployment{
		ID: "enterprise", Name: "Enterprise", Kind: deployment.Deviant, Description: "No registration. Exact ports.",
		Remedies: []string{"loopback-any-port"}, Credentials: deployment.Issued,
		Evidence: []deployment.Evidence{{Claims: []string{"credentials"}, Source: "a/b#1", Date: "2026-01-01", Basis: "issue"}},
	}
	enterprise.AuthServer.Redirect.LoopbackPort = "exact"
	return []deployment.Deployment{
		{ID: "reference", Kind: deployment.Legal, Description: "The reference pair."},
		enterprise,
	}
}

func (c *fakeCatalogue) Scenarios() []judge.Scenario {
	return []judge.Scenario{
		{ID: "C.1", Name: "discovery", Shows: "the metadata are found", Promises: []string{"redirect/any-port"}},
		{ID: "C.2", Name: "registration", Shows: "a client id is had"},
	}
}

func (c *fakeCatalogue) Checks() []check.Check {
	return []check.Check{{
		ID: "redirect/any-port", Scenario: "C.1", Stage: reading.DoorAuthorize, Breaks: []reading.Door{reading.DoorAuthorize},
		Needs: "an authorization request",
	}}
}

func (c *fakeCatalogue) Book() *requirement.Book { return c.book }

func (c *fakeCatalogue) Suites() []scenarios.Suite {
	return []scenarios.Suite{{ID: "small", Shows: "little.", Selection: scenarios.Selection{Clients: []string{"alpha"}}}}
}

var errUnknown = errors.New("unknown name")

func (c *fakeCatalogue) Select(s scenarios.Selection) (scenarios.Plan, error) {
	plan := scenarios.Plan{Scenarios: s.Scenarios}
	if len(plan.Scenarios) == 0 {
		plan.Scenarios = []string{"C.1", "C.2"}
	}
	wanted := func(list []string, name string) bool {
		return len(list) == 0 || slices.Contains(list, name) || slices.Contains(list, scenarios.All)
	}
	for _, d := range c.Deployments() {
		for _, cl := range c.clients {
			id := cl.Identity()
			for _, name := range s.Clients {
				if version, ok := strings.CutPrefix(name, id.ID+"@"); ok {
					id.Version = version
					cl = emulated.New(id, emulated.Behaviour{})
				}
			}
			if (wanted(s.Clients, id.ID) || wanted(s.Clients, id.String())) && wanted(s.Deployments, d.ID) && (s.Basis == "" || s.Basis == string(id.Basis)) {
				plan.Cells = append(plan.Cells, scenarios.CellSpec{Client: cl, Deployment: &d})
			}
		}
	}
	if len(plan.Cells) == 0 {
		return plan, errUnknown
	}
	return plan, nil
}

func (c *fakeCatalogue) Describe(*report.Results) error { return nil }

// invocation is one call of the program in a folder of its own.
type invocation struct {
	t        *testing.T
	dir      string
	engine   *fakeEngine
	accepted fs.FS
	stdin    io.Reader
	stdout   bytes.Buffer
	stderr   bytes.Buffer
	environ  map[string]string
}

func newInvocation(t *testing.T) *invocation {
	t.Helper()
	return &invocation{t: t, dir: t.TempDir(), engine: &fakeEngine{cat: newFakeCatalogue(t)}, accepted: fstest.MapFS{}}
}

// run calls the program. {} in an argument stands for the folder.
func (i *invocation) run(args ...string) int {
	i.t.Helper()
	for n := range args {
		args[n] = string(bytes.ReplaceAll([]byte(args[n]), []byte("{}"), []byte(i.dir)))
	}
	i.stdout.Reset()
	i.stderr.Reset()
	a := &app{
		engine: i.engine, accepted: i.accepted, stdin: i.stdin, stdout: terminal{Writer: &i.stdout}, stderr: terminal{Writer: &i.stderr},
		environ: func(name string) string { return i.environ[name] },
	}
	return a.main(i.t.Context(), args)
}

func (i *invocation) path(name string) string { return filepath.Join(i.dir, name) }
