package report

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// manyRules is a cell with broken rules of every party in scenarios of every
// verdict, none of which decided.
func manyRules(culprit string) (c Cell, musts []string) {
	c = Cell{
		Client: "zed@1", ClientName: "Zed", Deployment: "enterprise", DeploymentKind: "deviant", Basis: "emulated",
		Verdict: Fail, Stage: "token", Culprit: culprit, Summary: "breaks at token: the token endpoint answered 400",
		Obstacle: &Obstacle{Kind: Refused, By: "authorization-server", Status: 400, Exchange: 7},
	}
	switch culprit {
	case Neither:
		c.Collision = []string{"SERVER-MAY", "CLIENT-MAY"}
	case NotKnown:
		c.Missing = "what the server refuses: its log"
	}
	for i, v := range Verdicts() {
		s := scenario("C."+string(rune('1'+i)), "scenario", v, "")
		for _, party := range []string{"mcp-server", "client", "authorization-server"} {
			id := strings.ToUpper(string(v)+"-"+party) + "-MUST"
			musts = append(musts, id)
			s.Findings = append(s.Findings,
				Finding{
					Check: "should/" + id, Requirement: strings.TrimSuffix(id, "MUST") + "SHOULD", Party: party, Level: "SHOULD", Stage: "challenge",
					Verdict: Warn, Observed: "a SHOULD missed",
				},
				Finding{
					Check: "must/" + id, Requirement: id, Party: party, Level: "MUST", Stage: "token", Verdict: Fail,
					Observed: "seen of " + id, Exchanges: []int{7},
				},
				Finding{Check: "pass/" + id, Requirement: "KEPT", Party: party, Level: "MUST", Verdict: Pass})
		}
		c.Scenarios = append(c.Scenarios, s)
	}
	return c, musts
}

// Wherever a cell is explained, every failed MUST is there, whoever is at fault.
func TestNoFailedMustIsHidden(t *testing.T) {
	t.Parallel()
	for _, culprit := range append(Culprits(), "") {
		c, musts := manyRules(culprit)
		old := c
		old.Client = "zed@0"
		r := &Results{
			Schema: Schema, Revision: "2026-07-28", Date: "2026-11-21", Cells: []Cell{c, old},
			Clients: []ClientInfo{
				{Client: "zed@1", Basis: "emulated", Name: "Zed", Current: true}, {Client: "zed@0", Basis: "emulated", Name: "Zed"},
			},
		}
		junit, err := JUnit(r, Lookups{})
		if err != nil {
			t.Fatal(err)
		}
		pages := Pages(r, PageOptions{Lookups: sampleLookups(t)})
		for name, text := range map[string]string{
			"explain":         Explain(r, c, nil, Lookups{}, TextOptions{}),
			"judgement":       Judgement(c, &trace.Recording{}, nil, Lookups{}, TextOptions{}),
			"terminal":        Terminal(r, TextOptions{}),
			"JUnit":           string(junit),
			"client page":     pages["docs/clients/zed.md"],
			"deployment page": pages["docs/deployments/enterprise.md"],
		} {
			for _, id := range musts {
				if !strings.Contains(text, id) {
					t.Errorf("culprit %q: %s hides %s", culprit, name, id)
				}
			}
			if strings.Contains(text, "KEPT") {
				t.Errorf("culprit %q: %s tells of a rule that was kept", culprit, name)
			}
		}
	}
}

// A variant's page tells of the rules that it alone breaks.
func TestAVariantsOwnRulesAreShown(t *testing.T) {
	t.Parallel()
	r := described()
	own := r.Find("zed@1/enterprise")[0]
	own.Client = "zed@0"
	own.Scenarios = []Scenario{scenario("C.2", "registration", Known, "zed#1", scopeFinding(Fail))}
	r.Cells = append(r.Cells, own)
	r.Clients[1].Current = true
	r.Clients = append(r.Clients, ClientInfo{Client: "zed@0", Basis: "emulated", Name: "Zed"})
	page := Pages(r, PageOptions{Lookups: sampleLookups(t)})["docs/clients/zed.md"]
	if !strings.Contains(page, "Same results as Zed 1 everywhere.") || !strings.Contains(page, "✗ [MCP-SCOPE-3]") {
		t.Errorf("got:\n%s", page)
	}
}

func TestOtherRulesGoByPartyAndLevel(t *testing.T) {
	t.Parallel()
	c, _ := manyRules(Neither)
	c.Why = "must/PASS-CLIENT-MUST"
	var got []string
	for _, r := range c.otherRules() {
		if r.Check == c.Why {
			t.Errorf("%s decided, and is among the others", r.Check)
		}
		got = append(got, r.Party+" "+r.Level)
	}
	want := []string{
		"client MUST", "client SHOULD", "authorization-server MUST", "authorization-server SHOULD", "mcp-server MUST", "mcp-server SHOULD",
	}
	if got = slices.Compact(got); !slices.Equal(got, want) {
		t.Errorf("order %q, want %q", got, want)
	}
}

// What the judge said is printed with its labels; nothing is added.
func TestTheAnswerIsTheJudges(t *testing.T) {
	t.Parallel()
	look := sampleLookups(t)
	for culprit, want := range map[string][]string{
		Neither: {
			"neither side, at this door", "Both keep the law SERVER-MAY: The authorization server MAY replace a refresh token.",
			"CLIENT-MAY: The client MAY refresh at any time.",
		},
		NotKnown:               {"At fault          not known", "Would show it     what the server refuses: its log"},
		TheUser:                {"At fault          nobody (the user refused)"},
		TheHarness:             {"At fault          the harness (this says nothing about the client)"},
		"authorization-server": {"At fault          the authorization server"},
	} {
		c, _ := manyRules(culprit)
		c.JudgedBy, c.JudgedBecause = "2026-07-28", "initialize names it"
		got := Judgement(c, &trace.Recording{}, nil, look, TextOptions{})
		for _, w := range append(want, "Connects          no\n", "Door              token\n", "2026-07-28: initialize names it",
			"In the way        the authorization server answered 400 (exchange 7)") {
			if !strings.Contains(got, w) {
				t.Errorf("culprit %s: no %q in\n%s", culprit, w, got)
			}
		}
		if strings.Contains(got, "Rule broken") {
			t.Errorf("culprit %s: a rule decides that the judge did not name:\n%s", culprit, got)
		}
	}
}

// The level of a permission is that of the revision that judged.
func TestThePermissionsLevelIsTheRevisions(t *testing.T) {
	t.Parallel()
	c, _ := manyRules(Neither)
	c.JudgedBy = "2025-03-26"
	got := c.permissions(sampleLookups(t))
	want := []string{"SERVER-MAY: The authorization server MAY replace a refresh token.", "CLIENT-MAY: client: refresh at any time."}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// What simply is not on a recording is not called untested.
func TestAPerfectFlowDoesNotReadUntested(t *testing.T) {
	t.Parallel()
	c := Cell{Client: "a@1", Connected: true, Verdict: Untested, Summary: "connects", Scenarios: []Scenario{
		scenario("C.8", "end-to-end", Pass, ""), scenario("C.6", "refresh", Untested, ""), scenario("C.9", "errors", Untested, "nothing was refused"),
	}}
	got := Judgement(c, sampleRecording(), sampleDoors(), Lookups{Who: []string{"A 1"}}, TextOptions{Width: 80})
	for _, want := range []string{"Client            A 1\n", "Connects          yes\n", "Result            connects\n", "◌ not on the recording C.6  refresh\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(strings.ToLower(got), "untested") {
		t.Errorf("got:\n%s", got)
	}
	c = Cell{Verdict: Untested, Summary: "no MCP or OAuth traffic in this file"}
	got = Judgement(c, &trace.Recording{}, nil, Lookups{}, TextOptions{Width: 80})
	if !strings.Contains(got, "Result            no MCP or OAuth traffic in this file\n") || !strings.Contains(got, "Connects          unknown\n") {
		t.Errorf("got:\n%s", got)
	}
}

func TestFlowsAreNumbered(t *testing.T) {
	t.Parallel()
	says := []string{"A at https://a.example/mcp", "B\x1b at https://b.example/mcp"}
	got := Flows(says, TextOptions{Width: 80})
	const want = "2 flows on the recording\n  Flow 1            A at https://a.example/mcp\n  Flow 2            B at https://b.example/mcp\n"
	if got != want {
		t.Errorf("got:\n%s", got)
	}
	if got := Flows(make([]string, maxListed+3), TextOptions{}); !strings.HasSuffix(got, "  and 3 more\n") {
		t.Errorf("got:\n%s", got)
	}
}

func TestExchangesOfOthersAreCounted(t *testing.T) {
	t.Parallel()
	rec := sampleRecording()
	all := len(rec.Exchanges)
	for range 1500 {
		rec.Exchanges = append(rec.Exchanges, trace.Exchange{ID: len(rec.Exchanges) + 1, Request: trace.Request{URL: "https://other.example/"}})
	}
	got := Judgement(Cell{}, rec, nil, Lookups{Flow: []int{1}}, TextOptions{})
	want := "  1,50" + strconv.Itoa(all-1) + " other exchanges in this file are left out; --all shows them.\n"
	if !strings.Contains(got, want) || strings.Contains(got, "other.example") {
		t.Errorf("no %q in\n%s", want, got)
	}
	if got := Judgement(Cell{}, rec, nil, Lookups{}, TextOptions{}); strings.Count(got, "other.example") != 1500 {
		t.Errorf("got:\n%s", got)
	}
}

func TestJudgementSaysWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	rec := sampleRecording()
	for range maxListed + 3 {
		rec.LeftOut = append(rec.LeftOut, "entry 1: \x1b[2J "+strings.Repeat("x", 1000))
	}
	got := Judgement(Cell{}, rec, nil, Lookups{}, TextOptions{Width: 80})
	if !strings.Contains(got, "Left out of the file\n") || !strings.Contains(got, "  and 3 more\n") || strings.Contains(got, "\x1b") || len(got) > 20000 {
		t.Errorf("got:\n%s", got)
	}
}

// Text for a terminal fits it, whatever was on the wire.
func TestTextFitsTheTerminal(t *testing.T) {
	t.Parallel()
	r, look := sample(), sampleLookups(t)
	rec := sampleRecording()
	rec.Exchanges[1].Response.Body.Text = `{"resource":"` + strings.Repeat("x", 400) + `"}`
	texts := map[string]string{}
	for i := range r.Cells {
		c := r.Cells[i]
		texts["explain "+c.Name()] = Explain(r, c, rec, look, TextOptions{Width: 80})
		texts["judge "+c.Name()] = Judgement(c, rec, sampleDoors(), look, TextOptions{Width: 80})
	}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		for line := range strings.Lines(texts[name]) {
			// The address of a law is kept whole.
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 80 && !strings.HasPrefix(strings.TrimSpace(line), "https://") {
				t.Errorf("%s: %d columns: %s", name, n, line)
			}
		}
	}
}
