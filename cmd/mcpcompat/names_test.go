package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"

	"github.com/mcpcompat/mcpcompat/clients"
)

func TestList(t *testing.T) {
	t.Parallel()
	for _, k := range listKinds() {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			i := newInvocation(t)
			if code := i.run("list", k.name); code != exitOK {
				t.Fatalf("exit %d: %s", code, i.stderr.String())
			}
			table := i.stdout.String()
			if k.name != "quirks" { // that list grows with the settings
				golden(t, "list-"+k.name+".txt", table)
			}
			i.run("list", k.name, "--json")
			var objects []map[string]any
			if err := json.Unmarshal(i.stdout.Bytes(), &objects); err != nil {
				t.Fatalf("%v:\n%s", err, i.stdout.String())
			}
			table, _, _ = strings.Cut(table, "\n\n") // what stands below is a summary
			if rows := strings.Count(strings.TrimRight(table, "\n"), "\n"); rows != len(objects) || rows == 0 {
				t.Errorf("%d rows in the table, %d in the JSON", rows, len(objects))
			}
		})
	}
}

func TestListNarrowed(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.run("list", "clients", "--basis", "real")
	if got := i.stdout.String(); !strings.Contains(got, "beta@2.0") || strings.Contains(got, "alpha") {
		t.Errorf("real clients:\n%s", got)
	}
	i.run("list", "requirements", "--revision", "2025-06-18")
	if got := i.stdout.String(); !strings.Contains(got, "RFC8252-7.3") || strings.Contains(got, "MCP-X-1") {
		t.Errorf("requirements of 2025-06-18:\n%s", got)
	}
}

func TestListOfReleasedPrograms(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	list := func(more ...string) string {
		t.Helper()
		if code := i.run(append([]string{"list", "clients", "--basis", "real", "--out", "{}/out"}, more...)...); code != exitOK {
			t.Fatalf("exit %d: %s", code, i.stderr.String())
		}
		return i.stdout.String()
	}
	if got := list(); !strings.Contains(got, "beta@2.0") || strings.Contains(got, "2026") || strings.Contains(got, "9.9.9") {
		t.Errorf("not measured, not installed:\n%s", got)
	}
	i.engine.installed, i.engine.newest = []string{"1.9.0", "2.0.0"}, "9.9.9"
	i.run("run", "--client", "beta", "--out", "{}/out")
	if got := list(); !strings.Contains(got, "1.9.0 2.0.0") || !strings.Contains(got, "9.9.9") || !strings.Contains(got, "2026-11-21") {
		t.Errorf("installed and measured:\n%s", got)
	}
	var rows []programRow
	if err := json.Unmarshal([]byte(list("--json", "--newest=false")), &rows); err != nil || len(rows) == 0 || rows[0].Newest != "" || rows[0].Measured == "" || len(rows[0].Installed) != 2 {
		t.Errorf("as JSON: %+v, %v", rows, err)
	}
	i.engine.newest, i.engine.noNewest = "", errors.New("the npm registry cannot be reached:\nmore")
	if got := list("--newest=false"); strings.Contains(got, "9.9.9") || !strings.Contains(got, "no registry was asked") {
		t.Errorf("without asking:\n%s", got)
	}
	if got := list(); !strings.Contains(got, "is not known: the npm registry cannot be reached\n") {
		t.Errorf("without a registry:\n%s", got)
	}
	if code := i.run("list", "clients", "--newest"); code != exitError {
		t.Errorf("--newest about emulated clients: exit %d", code)
	}
}

func TestListShowsWhatIsGoodAndNamesWhatIsNot(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.engine.faulty = errors.New("profiles/x.yaml:3: unknown key")
	if code := i.run("list", "clients"); code != exitError {
		t.Errorf("exit %d", code)
	}
	if !strings.Contains(i.stdout.String(), "alpha@1.0") || !strings.Contains(i.stderr.String(), "profiles/x.yaml:3") {
		t.Errorf("standard output %q, standard error %q", i.stdout.String(), i.stderr.String())
	}
	i.engine.cat = nil
	if code := i.run("list", "clients"); code != exitError || i.stdout.Len() > 0 {
		t.Errorf("without a catalogue: exit %d, %q", code, i.stdout.String())
	}
}

func TestExplainShowsWhatIsGoodAndNamesWhatIsNot(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.engine.faulty = errors.New("profiles/x.yaml:3: unknown key")
	if code := i.run("explain", "RFC8252-7.3"); code != exitError {
		t.Errorf("exit %d", code)
	}
	if !strings.Contains(i.stdout.String(), "RFC8252-7.3") || !strings.Contains(i.stderr.String(), "profiles/x.yaml:3") {
		t.Errorf("standard output %q, standard error %q", i.stdout.String(), i.stderr.String())
	}
}

func TestDataOfTheUsersOwn(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.run("list", "clients", "--profiles", "a", "--profiles", "b", "--deployments", "c")
	if own := i.engine.own; strings.Join(own.profiles, " ") != "a b" || strings.Join(own.deployments, " ") != "c" {
		t.Errorf("%+v", own)
	}
	i = newInvocation(t)
	if i.run("list", "clients"); i.engine.own.profiles != nil || i.engine.own.deployments != nil {
		t.Errorf("%+v without being told", i.engine.own)
	}
}

func TestListFitsTheTerminal(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	listing{columns: []string{"a", "b"}, rows: [][]string{{"äö", "a long text"}}}.write(&b, 8)
	if got, want := b.String(), "A   B\näö  a l…\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLevels(t *testing.T) {
	t.Parallel()
	for want, level := range map[string]map[string]requirement.Level{
		"MUST":                  {"all": requirement.Must},
		"MUST since 2025-11-25": {"2025-11-25": requirement.Must, "2026-07-28": requirement.Must},
		"MUST in 2025-03-26, 2025-06-18, SHOULD in 2025-11-25": {
			"2025-03-26": requirement.Must, "2025-06-18": requirement.Must, "2025-11-25": requirement.Should,
		},
		"MUST in 2025-03-26": {"2025-03-26": requirement.Must},
		"SHOULD in 2025-11-25, MUST since 2026-07-28": {
			"2025-11-25": requirement.Should, "2026-07-28": requirement.Must,
		},
	} {
		if got := levels(requirement.Row{Level: level}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestExplainNames(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	for name, want := range map[string]string{
		"redirect/any-port":                "an authorization request (untested without it)",
		"rfc8252-7.3":                      "The authorization server MUST allow any port in a loopback redirect URI.",
		"MCP-X-1":                          "manners leave no trace",
		"authServer.redirect.loopbackPort": "enterprise (exact)",
		"client.discovery.protocolVersion": "alpha@1.0 (2025-06-18)",
		"alpha":                            "alpha@1.0 (emulated)",
		"beta@2.0":                         "basis             real",
		"enterprise":                       "authServer.redirect.loopbackPort: exact",
		"C.1":                              "the metadata are found",
		"small":                            "mcpcompat run --suite small",
		"loopback-any-port":                "try it at         enterprise",
	} {
		if code := i.run("explain", name, "--out", "{}/out"); code != exitOK {
			t.Errorf("%s: exit %d: %s", name, code, i.stderr.String())
		}
		if got := i.stdout.String(); !strings.Contains(got, want) {
			t.Errorf("%s does not say %q:\n%s", name, want, got)
		}
	}
}

func TestExplainCell(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	const name = "alpha@1.0/enterprise"
	if code := i.run("explain", name, "--out", "{}/out"); code != exitError {
		t.Errorf("exit %d", code)
	}
	want := "there are no results in " + i.path("out") + "; measure it with\n" +
		"  mcpcompat run --client alpha@1.0 --deployment enterprise --out " + i.path("out")
	if got := i.stderr.String(); !strings.Contains(got, want) {
		t.Errorf("standard error %q does not say %q", got, want)
	}
	i.engine.verdicts = []report.Verdict{report.Fail}
	i.run("run", "--out", "{}/out")
	if code := i.run("explain", name, "--out", "{}/out"); code != exitOK {
		t.Fatalf("exit %d: %s", code, i.stderr.String())
	}
	for _, want := range []string{
		name + ": breaks at authorize", "It went to the wrong door", "POST http://127.0.0.1:9/mcp → 401",
		"mcpcompat run --client alpha@1.0 --deployment enterprise",
	} {
		if !strings.Contains(i.stdout.String(), want) {
			t.Errorf("no %q in\n%s", want, i.stdout.String())
		}
	}
	// The recordings may have been cleaned away; the results still tell.
	if err := os.RemoveAll(i.path("out/cells")); err != nil {
		t.Fatal(err)
	}
	if code := i.run("explain", name, "--out", "{}/out"); code != exitOK || !strings.Contains(i.stdout.String(), "no recording") {
		t.Errorf("exit %d:\n%s", code, i.stdout.String())
	}
}

func TestExplainErrors(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.run("run", "--client", "alpha", "--out", "{}/out")
	for name, want := range map[string]string{
		"enterprisee":             "did you mean enterprise?",
		"alpha@1.0/enterprisee":   "did you mean alpha@1.0/enterprise",
		"beta@2.0/enterprise":     "it is not in " + i.path("out/results.json"),
		"something@else/entirely": "none of what mcpcompat list shows",
	} {
		if code := i.run("explain", name, "--out", "{}/out"); code != exitError {
			t.Errorf("%s: exit %d", name, code)
		}
		if got := i.stderr.String(); !strings.Contains(got, want) {
			t.Errorf("%s: standard error %q does not say %q", name, got, want)
		}
	}
	// In this order: with truncated results nobody comes to the recording.
	for _, file := range []string{"out/cells/0/recording.json", "out/results.json"} {
		if err := os.WriteFile(i.path(file), []byte(`{"schema":`), 0o600); err != nil {
			t.Fatal(err)
		}
		if code := i.run("explain", "alpha@1.0/reference", "--out", "{}/out"); code != exitError ||
			!strings.Contains(i.stderr.String(), i.path(file)) {
			t.Errorf("truncated %s: exit %d, %q", file, code, i.stderr.String())
		}
	}
}

const smallHAR = `{"log":{"version":"1.2","creator":{"name":"t","version":"1"},"entries":[{
 "startedDateTime":"2026-11-21T10:00:00Z","time":1,
 "request":{"method":"POST","url":"http://127.0.0.1:41002/mcp","httpVersion":"HTTP/1.1","cookies":[],
  "headers":[{"name":"User-Agent","value":"some-client/1"},{"name":"Content-Type","value":"application/json"}],
  "queryString":[],"postData":{"mimeType":"application/json","text":"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}"},
  "headersSize":-1,"bodySize":-1},
 "response":{"status":401,"statusText":"","httpVersion":"HTTP/1.1","cookies":[],"headers":[{"name":"WWW-Authenticate","value":"Bearer"}],
  "content":{"size":0,"mimeType":""},"redirectURL":"","headersSize":-1,"bodySize":-1},
 "cache":{},"timings":{"send":0,"wait":1,"receive":0}}]}}`

func TestJudge(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	var rec bytes.Buffer
	if err := trace.WriteRecording(&rec, recording("alpha@1.0")); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"client.har": smallHAR, "har.json": smallHAR, "recording.json": rec.String(), "other.har": rec.String(),
	} {
		if err := os.WriteFile(i.path(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if code := i.run("judge", "{}/"+name); code != exitOK {
			t.Fatalf("%s: exit %d: %s", name, code, i.stderr.String())
		}
		who := "alpha 1.0"
		if text == smallHAR {
			who = "some-client 1"
		}
		for _, want := range []string{who, "✓ passed     challenge", "→ 401"} {
			if !strings.Contains(i.stdout.String(), want) {
				t.Errorf("%s: no %q in\n%s", name, want, i.stdout.String())
			}
		}
	}
	i.run("judge", "{}/client.har", "--json", "--revision", "2025-06-18", "--scenario", "C.2,C.1")
	var c report.Cell
	if err := json.Unmarshal(i.stdout.Bytes(), &c); err != nil || c.Summary != "judged by 2025-06-18" || len(c.Scenarios) != 2 {
		t.Errorf("%v: %s", err, i.stdout.String())
	}
	i.run("judge", "{}/client.har", "--json")
	if !strings.Contains(i.stdout.String(), `"judged by "`) {
		t.Errorf("the recording's own revision was overruled: %s", i.stdout.String())
	}
}

// A test name of the program's own and a placeholder version name nobody.
func TestJudgeNamesTheClient(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	text, err := os.ReadFile(filepath.FromSlash("../../testdata/recordings/mcp-remote@0.15.1/no-prm.har"))
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.Replace(text, []byte("mcp-remote@0.15.1 no-prm"), []byte("saved by hand"), 1)
	if err := os.WriteFile(i.path("no-prm.har"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	i.run("judge", "{}/no-prm.har")
	if want := "  Client            mcp-remote 0.15.1 (on TypeScript SDK 2.x)\n                    named by: software_id (exchange "; !strings.HasPrefix(i.stdout.String(), want) {
		t.Errorf("no %q in\n%s", want, i.stdout.String())
	}
	i.run("judge", "{}/no-prm.har", "--json")
	var got named
	if err := json.Unmarshal(i.stdout.Bytes(), &got); err != nil || got.Who.Product != "mcp-remote" || got.Who.Version != "0.15.1" {
		t.Errorf("%v: %+v", err, got.Who)
	}
}

func TestJudgeRefuses(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	for name, text := range map[string]string{
		"truncated.har": smallHAR[:len(smallHAR)/2], "empty.har": "", "no.har": "# no JSON", "truncated.json": `{"schema":"mcpc`,
		"other.json": `{"schema":"mcpcompat/recording/v9"}`,
	} {
		if err := os.WriteFile(i.path(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if code := i.run("judge", "{}/"+name); code != exitError || !strings.Contains(i.stderr.String(), i.path(name)) {
			t.Errorf("%s: exit %d, %q", name, code, i.stderr.String())
		}
	}
	for line, want := range map[string]string{
		"{}/absent.har":               "no such file",
		"{}/goood.har":                "good.har?",
		"{}/no/folder.har":            "there is no folder",
		"{}":                          "is a directory",
		"{}/empty.har --revision 1":   "allowed: 2025-03-26",
		"{}/good.har --scenario C.11": `unknown scenario "C.11": did you mean C.1`,
		"{}/good.har --scenario=":     "--scenario has an empty name",
	} {
		if err := os.WriteFile(i.path("good.har"), []byte(smallHAR), 0o600); err != nil {
			t.Fatal(err)
		}
		if code := i.run(append([]string{"judge"}, strings.Fields(line)...)...); code != exitError ||
			!strings.Contains(i.stderr.String(), want) {
			t.Errorf("%s: exit %d, %q", line, code, i.stderr.String())
		}
	}
}

// partial is a client that stands for less than its product.
type partial struct{ clients.Client }

func (partial) Limits() string { return "Only half of it runs here." }

func TestLimitsOfAProgramAreTold(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.run("list", "clients", "--basis", "real", "--newest=false")
	if got := i.stdout.String(); strings.Contains(got, "Only half") {
		t.Errorf("without limits:\n%s", got)
	}
	cat := newFakeCatalogue(t)
	last := len(cat.clients) - 1
	cat.clients[last] = partial{cat.clients[last]}
	i.engine.cat = cat
	for _, args := range [][]string{{"list", "clients", "--basis", "real", "--newest=false"}, {"explain", "beta@2.0"}} {
		i.run(args...)
		if got := i.stdout.String(); !strings.Contains(got, "Only half of it runs here.") {
			t.Errorf("%q:\n%s", args, got)
		}
	}
}
