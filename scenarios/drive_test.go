package scenarios

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	"github.com/mcpcompat/mcpcompat/fixtures"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/fixtures/embedded"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// elsewhere is a pair of servers that a drive knows nothing of but the URL.
func elsewhere(t *testing.T, id string) *fixtures.World {
	t.Helper()
	all, err := deployment.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	store, err := documents.All()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(d deployment.Deployment) bool { return d.ID == id })
	world, err := embedded.Start(t.Context(), all[at], embedded.Options{Documents: store, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := world.Close(); err != nil {
			t.Error(err)
		}
	})
	return world
}

func conformant(t *testing.T) *emulated.Client {
	t.Helper()
	profiles, err := emulated.All()
	if err != nil {
		t.Fatal(err)
	}
	found, err := profiles.Find("conformant")
	if err != nil {
		t.Fatal(err)
	}
	return found[0]
}

func TestDriveConnectsAndCalls(t *testing.T) {
	t.Parallel()
	world := elsewhere(t, "reference")
	for _, tt := range []struct {
		name  string
		calls []ToolCall
		want  Driven
		text  string
	}{
		{"chosen", nil, Driven{Step: StepCall, Tool: "echo"}, "mcpcompat"},
		{
			"in order",
			[]ToolCall{{Tool: "whoami"}, {Tool: "echo", Arguments: map[string]any{"text": "hello"}}},
			Driven{Step: StepCall, Tool: "echo"},
			"hello",
		},
		{"none", []ToolCall{}, Driven{Step: StepConnect, Why: "none was asked for"}, ""},
	} {
		d, err := Drive(t.Context(), conformant(t), DriveOptions{URL: world.MCPURL, Calls: tt.calls})
		if err != nil {
			t.Fatal(err)
		}
		if d.Outcome.Status != clients.OK || !strings.Contains(d.Outcome.Text, tt.text) {
			t.Errorf("%s: %+v", tt.name, d.Outcome)
		}
		if d.Step != tt.want.Step || d.Tool != tt.want.Tool || d.Why != tt.want.Why {
			t.Errorf("%s: %+v", tt.name, d)
		}
	}
}

func TestDriveEndsWithTheFirstCallThatFails(t *testing.T) {
	t.Parallel()
	world := elsewhere(t, "reference")
	d, err := Drive(t.Context(), conformant(t), DriveOptions{URL: world.MCPURL, Calls: []ToolCall{{Tool: "nothing"}, {Tool: "whoami"}}})
	if err != nil {
		t.Fatal(err)
	}
	if d.Step != StepCall || d.Tool != "nothing" || d.Outcome.Status != clients.Failed {
		t.Errorf("%+v", d)
	}
}

// What a drive records is what servers of ours would have recorded: who spoke
// to whom, in the same order, with the callback leg that no server sees.
func TestDriveRecordsWhatTheServersSaw(t *testing.T) {
	t.Parallel()
	world := elsewhere(t, "reference")
	d, err := Drive(t.Context(), conformant(t), DriveOptions{URL: world.MCPURL, Revision: requirement.Newest()})
	if err != nil {
		t.Fatal(err)
	}
	// Servers cannot tell a user agent that does not say so from the client.
	told := func(rec *trace.Recording) []string {
		var out []string
		for _, x := range rec.Exchanges {
			u, err := url.Parse(x.Request.URL)
			if err != nil {
				t.Fatal(err)
			}
			if (x.From == trace.Client || x.From == trace.UserAgent) && x.To != trace.Client {
				out = append(out, fmt.Sprintf("%s %s at the %s", x.Request.Method, u.Path, x.To))
			}
		}
		return out
	}
	if diff := cmp.Diff(told(world.Recorder.Snapshot()), told(d.Recording)); diff != "" {
		t.Errorf("the servers saw (-), the drive recorded (+):\n%s", diff)
	}
	callback := slices.ContainsFunc(d.Recording.Exchanges, func(x trace.Exchange) bool {
		return x.From == trace.UserAgent && x.To == trace.Client
	})
	if !callback {
		t.Error("the callback is not on the recording")
	}
	book, err := requirement.Default()
	if err != nil {
		t.Fatal(err)
	}
	cell := judge.Cell(d.Recording, judge.Options{Book: book, Scenarios: []string{"C.1", "C.2", "C.3", "C.4", "C.5", "C.8"}})
	if !cell.Connected || cell.Verdict == report.Fail || cell.Stage != "" {
		t.Errorf("%s at %q: %s", cell.Verdict, cell.Stage, cell.Summary)
	}
}

func TestDriveTellsARefusal(t *testing.T) {
	t.Parallel()
	// The path is not that of the resource which the metadata names.
	world := elsewhere(t, "reference")
	d, err := Drive(t.Context(), conformant(t), DriveOptions{URL: strings.TrimSuffix(world.MCPURL, "/mcp") + "/other"})
	if err != nil {
		t.Fatal(err)
	}
	if d.Step != StepConnect || d.Outcome.Status == clients.OK || d.Outcome.Words == "" {
		t.Errorf("%+v", d)
	}
}

func TestDriveUsesAnotherMetadataDocument(t *testing.T) {
	t.Parallel()
	const document = "https://me.example.com/client.json"
	world := elsewhere(t, "reference")
	d, err := Drive(t.Context(), conformant(t), DriveOptions{URL: world.MCPURL, MetadataDocument: document})
	if err != nil {
		t.Fatal(err)
	}
	named := slices.ContainsFunc(d.Recording.Exchanges, func(x trace.Exchange) bool {
		return x.From == trace.UserAgent && strings.Contains(x.Request.URL, url.QueryEscape(document))
	})
	if !named {
		t.Error("the authorization request does not name the document")
	}
	d, err = Drive(t.Context(), conformant(t), DriveOptions{URL: world.MCPURL, MetadataDocument: NoDocument})
	if err != nil {
		t.Fatal(err)
	}
	registered := slices.ContainsFunc(d.Recording.Exchanges, func(x trace.Exchange) bool {
		return x.From == trace.Client && strings.HasSuffix(x.Request.URL, "/register")
	})
	if !registered || d.Outcome.Status != clients.OK {
		t.Errorf("without a document it did not register: %+v", d.Outcome)
	}
}

// program is a client whose traffic does not come past here.
type program struct {
	clients.Client

	unavailable error
}

func (program) Identity() clients.Identity        { return clients.Identity{ID: "program", Version: "1"} }
func (p program) Available(context.Context) error { return p.unavailable }

func (program) Start(context.Context, clients.Facts) (clients.Session, error) { return running{}, nil }

type running struct{ clients.Session }

func (running) Connect(context.Context) clients.Outcome { return clients.Outcome{Status: clients.OK} }
func (running) Close() error                            { return nil }

func TestDriveOfAProgram(t *testing.T) {
	t.Parallel()
	d, err := Drive(t.Context(), program{}, DriveOptions{URL: "http://127.0.0.1:9/mcp"})
	if err != nil {
		t.Fatal(err)
	}
	if d.Recording != nil || d.Step != StepConnect || d.Why != "the client does not tell which tools it was shown" {
		t.Errorf("%+v", d)
	}
	if _, err := Drive(t.Context(), program{unavailable: clients.ErrUnavailable}, DriveOptions{}); !errors.Is(err, clients.ErrUnavailable) {
		t.Errorf("unavailable: %v", err)
	}
	if _, err := Drive(t.Context(), program{}, DriveOptions{MetadataDocument: "https://x.example"}); err == nil {
		t.Error("a program was given another metadata document")
	}
}

// lister is a session that lists tools.
type lister struct {
	clients.Session

	tools []clients.Tool
}

func (l lister) Tools() []clients.Tool { return l.tools }

func TestChooseCall(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	tool := func(name, schema string, readOnly, destructive *bool) clients.Tool {
		return clients.Tool{Name: name, InputSchema: json.RawMessage(schema), ReadOnly: readOnly, Destructive: destructive}
	}
	const (
		intricate = `{"properties":{"a":{"type":"object"}},"required":["a"]}`
		simple    = `{"properties":{"s":{"type":"string"},"n":{"type":["null","integer"]},"b":{"type":"boolean"},
			"e":{"enum":["x"]},"d":{"type":"array","default":[]},"optional":{"type":"object"}},"required":["s","n","b","e","d"]}`
	)
	for _, tt := range []struct {
		name  string
		tools []clients.Tool
		want  ToolCall
		why   string
	}{
		{"none", nil, ToolCall{}, "the server lists none"},
		{"read-only first", []clients.Tool{tool("w", "", nil, nil), tool("r", "", &yes, nil)}, ToolCall{"r", map[string]any{}}, ""},
		{"no hints", []clients.Tool{tool("c", intricate, nil, nil), tool("w", `{}`, &no, nil)}, ToolCall{"w", map[string]any{}}, ""},
		{"destructive", []clients.Tool{tool("rm", "", nil, &yes)}, ToolCall{}, "of the 1 that the server lists"},
		{"complex", []clients.Tool{tool("c", intricate, &yes, nil), tool("d", `[]`, &yes, nil)}, ToolCall{}, "of the 2 that the server lists"},
		{"simple", []clients.Tool{tool("s", simple, nil, &no)}, ToolCall{"s", map[string]any{
			"s": "mcpcompat", "n": 1, "b": true, "e": "x", "d": []any{},
		}}, ""},
	} {
		got, why := chooseCall(lister{tools: tt.tools})
		if diff := cmp.Diff(tt.want, got); diff != "" || !strings.HasPrefix(why, tt.why) || (why == "") != (tt.why == "") {
			t.Errorf("%s: %q\n%s", tt.name, why, diff)
		}
	}
}

// The metadata can be anywhere that a challenge says.
func TestSorterKnowsTheMCPServer(t *testing.T) {
	t.Parallel()
	rec := trace.NewRecorder(trace.Setting{})
	s := newSorter(rec, "https://mcp.example.com/mcp", answers(func(req *http.Request) *http.Response {
		return &http.Response{StatusCode: http.StatusUnauthorized, Body: http.NoBody, Request: req, Header: http.Header{
			"Www-Authenticate": {`Bearer error="invalid_token", resource_metadata="https://mcp.example.com/custom/place.json"`},
		}}
	}))
	want := map[string]trace.Actor{}
	ask := func(address string, to trace.Actor) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := s.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		want[address] = to
	}
	ask("https://mcp.example.com/token", trace.AuthorizationServer)
	ask("https://mcp.example.com/mcp", trace.MCPServer)
	ask("https://mcp.example.com/custom/place.json", trace.MCPServer)
	ask("https://mcp.example.com/.well-known/oauth-protected-resource/mcp", trace.MCPServer)
	ask("https://mcp.example.com/.well-known/oauth-authorization-server", trace.AuthorizationServer)
	ask("https://as.example.com/mcp", trace.AuthorizationServer)
	for _, x := range rec.Snapshot().Exchanges {
		if x.To != want[x.Request.URL] {
			t.Errorf("%s went to the %s, want %s", x.Request.URL, x.To, want[x.Request.URL])
		}
	}
}

type answers func(*http.Request) *http.Response

func (a answers) RoundTrip(req *http.Request) (*http.Response, error) { return a(req), nil }
