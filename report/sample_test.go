package report

import (
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

//nolint:gochecknoglobals // a flag of the test binary
var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := WriteFile(path, []byte(got)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test ./report -update writes it)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

func sampleLookups(t *testing.T) Lookups {
	t.Helper()
	book, err := requirement.Load(fstest.MapFS{"law.yaml": {Data: []byte(`
- id: RFC8252-7.3
  party: authorization-server
  level: {all: MUST}
  says: allow any port in a loopback redirect URI.
  source: https://www.rfc-editor.org/rfc/rfc8252#section-7.3
  check: redirect/loopback-any-port
- id: MCP-SCOPE-3
  party: client
  level: {2026-07-28: SHOULD}
  says: ask for the scopes that the challenge names.
  source: https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization#scope-selection
  check: scope/from-challenge
- id: SERVER-MAY
  party: authorization-server
  level: {all: MAY}
  says: replace a refresh token.
  source: https://example.com/law#server-may
  unobservable: a permission
- id: CLIENT-MAY
  party: client
  level: {2026-07-28: MAY}
  says: refresh at any time.
  source: https://example.com/law#client-may
  unobservable: a permission
`)}})
	if err != nil {
		t.Fatal(err)
	}
	return Lookups{Law: book, Deployments: map[string]string{
		"reference":  "The reference pair, conformant in every setting",
		"enterprise": "No registration by clients; redirect URIs match exactly, the port included",
	}}
}

func scenario(id, name string, v Verdict, reason string, findings ...Finding) Scenario {
	return Scenario{ID: id, Name: name, Verdict: v, Reason: reason, Findings: findings}
}

func portFinding() Finding {
	return Finding{
		Check: "redirect/loopback-any-port", Requirement: "RFC8252-7.3", Party: "authorization-server", Level: "MUST",
		Stage: "authorize", Verdict: Fail,
		Expected:  "a sign-in page for http://127.0.0.1:50001/ though http://127.0.0.1:33418/ is registered",
		Observed:  "400 with <b>invalid|redirect_uri</b>, cookie masked.20.5f1c09ab1234",
		Exchanges: []int{3},
	}
}

func scopeFinding(v Verdict) Finding {
	return Finding{
		Check: "scope/from-challenge", Requirement: "MCP-SCOPE-3", Party: "client", Level: "SHOULD",
		Stage: "authorize", Verdict: v, Expected: "scope=tools/read", Observed: "no scope parameter", Exchanges: []int{3},
	}
}

// sample has a cell for every verdict, and for every way to break.
func sample() *Results {
	base := func(client, name, deployment, kind string, v Verdict, connected bool) Cell {
		return Cell{
			Client: client, ClientName: name, Deployment: deployment, DeploymentKind: kind, Provider: "embedded",
			Basis: "emulated", Consent: "http", Verdict: v, Connected: connected, DurationMS: 5,
		}
	}
	pass := base("conformant@1", "Conformant", "reference", "legal", Pass, true)
	pass.Scenarios = []Scenario{scenario("C.1", "discovery", Pass, ""), scenario("C.7", "tool-call", Pass, "")}
	refused := base("conformant@1", "Conformant", "mix-up", "hostile", RefusedRight, false)
	refused.Scenarios = []Scenario{scenario("C.1", "discovery", RefusedRight, "issuer mismatch")}
	warn := base("cursor@2.0", "Cursor", "reference", "legal", Warn, true)
	warn.Scenarios = []Scenario{scenario("C.4", "authorization", Warn, "", scopeFinding(Warn))}
	notApplicable := base("cursor@2.0", "Cursor", "mix-up", "hostile", NotApplicable, false)
	notApplicable.Scenarios = []Scenario{scenario("C.2", "registration", NotApplicable, "nothing to register")}
	unsupported := base("zed@1", "Zed", "reference", "legal", Unsupported, true)
	unsupported.Scenarios = []Scenario{scenario("C.1", "discovery", Pass, ""), scenario("C.10", "persistence", Unsupported, "no restart")}
	known := base("zed@1", "Zed", "enterprise", "deviant", Known, false)
	known.Stage, known.Culprit, known.Summary = "registration", "client", "Zed cannot be given a client id"
	known.Scenarios = []Scenario{scenario("C.2", "registration", Known, "zed#1")}
	untested := base("null@1", "Null client", "reference", "legal", Untested, false)
	untested.Summary = "The client sent nothing."
	untested.Scenarios = []Scenario{scenario("C.1", "discovery", Untested, "no request was seen")}
	fail := base("vscode@1.107+port-taken", "VS Code", "enterprise", "deviant", Fail, false)
	fail.Stage, fail.Culprit, fail.Why = "authorize", "authorization-server", "redirect/loopback-any-port"
	fail.Obstacle = &Obstacle{
		Kind: Refused, By: "authorization-server", Asked: "GET /authorize", Status: 400, Words: "The redirect URI is not registered.",
		Topics: []string{"redirect_uri"}, Exchange: 3,
	}
	fail.Says, fail.JudgedBy, fail.JudgedBecause = "invalid redirect", "2026-07-28", "the recording names it"
	fail.Summary = "VS Code came from another port than the registered one and was turned away"
	fail.Remedies, fail.Recording = []string{"loopback-any-port"}, "cells/vscode/recording.json"
	fail.Scenarios = []Scenario{
		scenario("C.4", "authorization", Fail, "", scopeFinding(Warn), portFinding()),
		scenario("C.7", "tool-call", Untested, "no token", Finding{Check: "call/bearer", Verdict: Untested}),
	}
	silent := base("null@1", "Null client", "enterprise", "deviant", Fail, false)
	silent.Stage, silent.Culprit, silent.Missing = "challenge", NotKnown, "why the client stopped: its message or its log"
	silent.Obstacle = &Obstacle{Kind: ClientStopped, Asked: "POST /mcp", Status: 401}
	silent.Summary = "breaks at challenge: " + silent.Obstacle.String()
	silent.Scenarios = []Scenario{scenario("C.1", "discovery", Fail, silent.Obstacle.String(), scopeFinding(Warn), portFinding())}
	twin := fail
	twin.Deployment = "exact-redirect-port"
	later := base("cursor@2.0", "Cursor", "enterprise", "deviant", Fail, true)
	later.Stage, later.Culprit, later.Summary = "refresh", Neither, "The refresh was refused."
	later.Collision, later.JudgedBy = []string{"SERVER-MAY", "CLIENT-MAY"}, "2026-07-28"
	later.Obstacle = &Obstacle{Kind: Refused, By: "authorization-server", Status: 400, Code: "invalid_grant", Exchange: 9}
	later.Scenarios = []Scenario{scenario("C.6", "refresh", Fail, "the client went silent", portFinding(), scopeFinding(Warn))}
	rule := base("cursor@2.0", "Cursor", "exact-redirect-port", "deviant", Fail, true)
	rule.Culprit, rule.Summary = "client", "It works, but the token went to a stranger."
	rule.Scenarios = []Scenario{scenario("C.5", "token", Fail, "")}
	harness := base("mcp-remote@0.15.1", "mcp-remote", "enterprise", "deviant", HarnessError, false)
	harness.Basis, harness.Culprit, harness.Summary = "real", "harness", "the browser did not start"
	return &Results{
		Schema: Schema, Tool: Tool{Version: "v0.1.0"}, Revision: "2026-07-28", Seed: 7, Consent: "http", Date: "2026-11-21",
		Cells: []Cell{
			harness, fail, twin, rule, later, silent, untested, known, unsupported, notApplicable, warn, refused, pass,
		},
		Skipped: []Skipped{{What: "deployment reference-container", Why: "no container engine reachable"}},
	}
}

// sampleRecording is the beginning of the flow of the cell that fails.
func sampleRecording() *trace.Recording {
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	js := http.Header{"Content-Type": {"application/json"}}
	return &trace.Recording{
		Schema:  trace.Schema,
		Setting: trace.Setting{Client: "vscode@1.107+port-taken", MCPURL: "http://127.0.0.1:41002/mcp", Issuer: "http://127.0.0.1:41001"},
		Exchanges: []trace.Exchange{
			{
				ID: 1, From: trace.Client, To: trace.MCPServer, At: time.Millisecond,
				Request: trace.Request{
					Method: "POST", URL: "http://127.0.0.1:41002/mcp", Header: http.Header{
						"Content-Type": {"application/json"}, "User-Agent": {"node"},
					},
					Body: trace.Body{Text: `{"method":"initialize","params":{"clientInfo":{"name":"Visual Studio Code","version":"1.107"}}}`},
				},
				Response: &trace.Response{Status: 401, Header: http.Header{"Www-Authenticate": {`Bearer scope="tools/read"`}}},
			},
			{
				ID: 2, From: trace.Client, To: trace.MCPServer, At: 2 * time.Millisecond,
				Request:  trace.Request{Method: "GET", URL: "http://127.0.0.1:41002/.well-known/oauth-protected-resource/mcp"},
				Response: &trace.Response{Status: 200, Header: js, Body: trace.Body{Text: `{"resource":"http://127.0.0.1:41002/mcp"}`}},
			},
			{
				ID: 3, From: trace.UserAgent, To: trace.AuthorizationServer, At: 3 * time.Millisecond,
				Request: trace.Request{
					Method: "GET",
					URL:    "http://127.0.0.1:41001/authorize?response_type=code&client_id=vscode&redirect_uri=http%3A%2F%2F127.0.0.1%3A50001%2F",
				},
				Response: &trace.Response{
					Status: 400, Header: http.Header{"Content-Type": {"text/html"}},
					Body: trace.Body{Text: "The redirect URI is not registered.\x1b[2J"},
				},
			},
			{
				ID: 4, From: trace.Client, To: trace.AuthorizationServer, At: 4 * time.Millisecond,
				Request: trace.Request{
					Method: "POST", URL: "http://127.0.0.1:41001/token", Header: form,
					Body: trace.Body{Text: "grant_type=authorization_code&code=masked.20.5f1c09ab1234"},
				},
				Error: "connection reset",
			},
		},
		Events: []trace.Event{
			{At: 0, After: 0, Kind: trace.Told, Detail: map[string]string{"action": "connect"}},
			{At: 5 * time.Millisecond, After: 4, Kind: trace.Answered, Detail: map[string]string{"status": "failed", "words": "gave up"}},
		},
	}
}

// sampleDoors is how far the client of that recording came.
func sampleDoors() []Door {
	return []Door{
		{Stage: "challenge", Passed: true, Exchange: 1, Note: "401"},
		{Stage: "resource-metadata", Passed: true, Exchange: 2, Note: "200"},
		{Stage: "as-metadata"},
		{Stage: "registration", Passed: true, Exchange: 3, Note: "the client brought the id vscode"},
		{Stage: "authorize", Exchange: 3, Note: "400"},
		{Stage: "consent"},
		{Stage: "callback"},
		{Stage: "token", Exchange: 4, Note: "connection reset"},
		{Stage: "call"},
		{Stage: "step-up"},
		{Stage: "refresh"},
	}
}
