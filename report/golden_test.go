package report

import (
	"bytes"
	"encoding/xml"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

func TestMarkdownGolden(t *testing.T) {
	t.Parallel()
	golden(t, "matrix.md", Markdown(sample(), PageOptions{Lookups: sampleLookups(t)}))
}

func TestMarkdownOfNothing(t *testing.T) {
	t.Parallel()
	r := sample()
	r.Cells, r.Skipped = nil, nil
	got := Markdown(r, PageOptions{})
	for _, want := range []string{"Nothing was measured.", "Nothing broke."} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
}

func TestMarkdownColumnsCanBeChosen(t *testing.T) {
	t.Parallel()
	got := Markdown(sample(), PageOptions{Columns: []Column{{ID: "exact-redirect-port", Head: "exact"}, {ID: "absent"}, {ID: "reference"}}})
	if !strings.Contains(got, "| Client | Evidence | [exact](docs/deployments/exact-redirect-port.md) | [reference](docs/deployments/reference.md) | all, attacks |") {
		t.Errorf("the columns are not the chosen ones:\n%s", got)
	}
}

// Whatever the order in which cells were measured, the reports are the same.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	a, b := sample(), sample()
	slices.Reverse(b.Cells)
	look := sampleLookups(t)
	if !maps.Equal(Pages(a, PageOptions{Lookups: look}), Pages(b, PageOptions{Lookups: look})) {
		t.Error("the Markdown depends on the order of the cells")
	}
	if Terminal(a, TextOptions{}) != Terminal(b, TextOptions{}) {
		t.Error("the terminal text depends on the order of the cells")
	}
	x, errX := JUnit(a, look)
	y, errY := JUnit(b, look)
	if errX != nil || errY != nil || !bytes.Equal(x, y) {
		t.Errorf("the JUnit report depends on the order of the cells (%v, %v)", errX, errY)
	}
}

func TestEveryBreakIsLinkedToItsSentence(t *testing.T) {
	t.Parallel()
	page := Markdown(sample(), PageOptions{Lookups: sampleLookups(t)})
	links := 0
	for _, part := range strings.Split(page, "](#")[1:] {
		id, _, _ := strings.Cut(part, ")")
		links++
		if n := strings.Count(page, `<a id="`+id+`">`); n != 1 {
			t.Errorf("the link to %q has %d targets", id, n)
		}
	}
	if links < 4 {
		t.Errorf("only %d links", links)
	}
}

func TestJUnitGolden(t *testing.T) {
	t.Parallel()
	got, err := JUnit(sample(), sampleLookups(t))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "junit.xml", string(got))
}

// Each verdict has one place in JUnit; a CI system that reads it must turn red
// for exactly those that are worse than known.
func TestJUnitOfEveryVerdict(t *testing.T) {
	t.Parallel()
	want := map[Verdict]string{
		Pass: "", RefusedRight: "", Warn: "",
		NotApplicable: "skipped", Unsupported: "skipped", Known: "skipped",
		Untested: "failure", Fail: "failure",
		HarnessError: "error",
	}
	for _, v := range Verdicts() {
		for name, scenarios := range map[string][]Scenario{
			"in a scenario": {{ID: "C.1", Name: "discovery", Verdict: v, Reason: "a < b"}},
			"in the cell":   nil,
		} {
			r := sample()
			c := r.Find("conformant@1/reference")[0]
			c.Verdict, c.Scenarios = v, scenarios
			r.Cells, r.Skipped = []Cell{c}, nil
			data, err := JUnit(r, Lookups{})
			if err != nil {
				t.Fatal(err)
			}
			var got junitSuites
			if err := xml.Unmarshal(data, &got); err != nil {
				t.Fatal(err)
			}
			counts := map[string]int{"skipped": got.Skipped, "failure": got.Failures, "error": got.Errors}
			for kind, n := range counts {
				if (n == 1) != (kind == want[v]) || strings.Contains(string(data), "<"+kind) != (kind == want[v]) {
					t.Errorf("%s %s: %d × %s, want it as %q:\n%s", v, name, n, kind, want[v], data)
				}
			}
			if got.Tests != 1 {
				t.Errorf("%s %s: %d tests", v, name, got.Tests)
			}
		}
	}
}

func TestJUnitOfAnUnknownVerdictIsRed(t *testing.T) {
	t.Parallel()
	r := sample()
	r.Cells = r.Cells[:1]
	r.Cells[0].Verdict = "fine"
	data, err := JUnit(r, Lookups{})
	if err != nil || !strings.Contains(string(data), "<error") {
		t.Errorf("%v\n%s", err, data)
	}
}

func TestTerminalGolden(t *testing.T) {
	t.Parallel()
	golden(t, "terminal.txt", Terminal(sample(), TextOptions{Width: 80}))
	golden(t, "terminal-colour.txt", Terminal(sample(), TextOptions{Width: 80, Colour: true}))
}

func TestTerminalCountsTheQuietOnesOfMany(t *testing.T) {
	t.Parallel()
	r := sample()
	quiet := r.Find("conformant@1/reference")[0]
	for i := range manyCells {
		c := quiet
		c.Client = "conformant@1." + strings.Repeat("1", i+1)
		r.Cells = append(r.Cells, c)
	}
	shut := quiet
	shut.Client, shut.Verdict, shut.Connected, shut.Summary = "lm-studio@1", Unsupported, false, "does not connect: it knows no OAuth"
	r.Cells = append(r.Cells, shut)
	got := Terminal(r, TextOptions{})
	if !strings.Contains(got, "does not connect: it knows no OAuth") {
		t.Errorf("a client that cannot get in is kept quiet:\n%s", got)
	}
	if !strings.Contains(got, "reference (legal): 33 clients without a break\n") {
		t.Errorf("the quiet cells are not counted:\n%s", got)
	}
	if strings.Contains(got, "conformant@1.11") || !strings.Contains(got, "vscode@1.107+port-taken") {
		t.Errorf("wrong cells listed:\n%s", got)
	}
}

// Of thousands of cells a person reads the numbers.
func TestTerminalCountsACrowd(t *testing.T) {
	t.Parallel()
	r := sample()
	quiet := r.Find("conformant@1/reference")[0]
	for i := range crowd {
		c := quiet
		c.Client = "conformant@1." + strconv.Itoa(i)
		r.Cells = append(r.Cells, c)
	}
	got := Terminal(r, TextOptions{})
	for _, want := range []string{"reference (legal): 1003 without a break, 1 with one\n", "enterprise (deviant): 0 without a break, 5 with one\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "vscode@1.107+port-taken") {
		t.Errorf("cells are listed:\n%s", got)
	}
}

func TestExplainGolden(t *testing.T) {
	t.Parallel()
	r := sample()
	c := r.Find("vscode@1.107+port-taken/enterprise")[0]
	golden(t, "explain.txt", Explain(r, c, sampleRecording(), sampleLookups(t), TextOptions{Width: 80}))
	golden(t, "explain-lost.txt", Explain(r, r.Find("conformant@1/reference")[0], nil, Lookups{}, TextOptions{Colour: true}))
}

func TestJudgementGolden(t *testing.T) {
	t.Parallel()
	c := sample().Find("vscode@1.107+port-taken/enterprise")[0]
	golden(t, "judgement.txt", Judgement(c, sampleRecording(), sampleDoors(), sampleLookups(t), TextOptions{Width: 80}))
}

// What was read off the whole recording stands in place of a foreign file's
// label, and beside the id of a row of this project.
func TestJudgementSaysWho(t *testing.T) {
	t.Parallel()
	c := Cell{Client: "mcp-test-client@0.0.1"}
	look := Lookups{Who: []string{"Gemini CLI 0.61.0\x1b[2J"}}
	rec := &trace.Recording{}
	if got := Judgement(c, rec, nil, look, TextOptions{}); !strings.Contains(got, "  Gemini CLI 0.61.0") || strings.ContainsAny(got, "@\x1b") {
		t.Errorf("got:\n%q", got)
	}
	rec.Setting.Deployment = "reference"
	if got := Judgement(c, rec, nil, look, TextOptions{}); !strings.Contains(got, "mcp-test-client@0.0.1") {
		t.Errorf("got:\n%s", got)
	}
}

// Text from the wire must not steer the reader's terminal.
func TestNoControlCharactersFromTheWire(t *testing.T) {
	t.Parallel()
	r := sample()
	c := r.Find("vscode@1.107+port-taken/enterprise")[0]
	c.Summary = "clear \x1b[2J the \u202e screen"
	rec := sampleRecording()
	rec.Exchanges[0].Request.URL = "http://127.0.0.1/\x1b[2J"
	rec.Events[0].Detail["action"] = "\x07bell"
	for _, text := range []string{
		Explain(r, c, rec, Lookups{}, TextOptions{}),
		Judgement(c, rec, []Door{{Stage: "token", Exchange: 1, Note: "400 \x1b[2J \u202e"}}, Lookups{}, TextOptions{}),
		Terminal(&Results{Cells: []Cell{c}}, TextOptions{}),
	} {
		if i := strings.IndexAny(text, "\x1b\x07\u202e"); i >= 0 {
			t.Errorf("control character at %d of:\n%q", i, text)
		}
	}
}
