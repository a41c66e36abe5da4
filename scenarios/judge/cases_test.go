package judge_test

import (
	"bytes"
	"encoding/json"
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
)

// right is what is right to say of a recording.
type right struct {
	door, culprit string
	named, never  []string
}

const notAsked, nothingBroke, nobody, asBefore = "-", "none", "nobody", "="

func list(column, separator string) []string {
	if column == notAsked {
		return nil
	}
	return strings.Split(column, separator)
}

// expected reads the table of right answers: as recorded, and without
// Authorization.
func expected(t *testing.T) (plain, bare map[string]right) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "cases", "expected.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	plain, bare = map[string]right{}, map[string]right{}
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		c := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(c) != 8 {
			t.Fatalf("%d columns: %s", len(c), line)
		}
		r := right{c[1], c[2], list(c[3], "|"), list(c[4], ",")}
		plain[c[0]] = r
		if c[5] != asBefore {
			r.door = c[5]
		}
		if c[6] != asBefore {
			r.culprit = c[6]
		}
		if c[7] != asBefore {
			r.named = list(c[7], "|")
		}
		bare[c[0]] = r
	}
	return plain, bare
}

// wrong says what of a judgement is not right, "" for nothing.
func (r right) wrong(c report.Cell) string {
	var problems []string
	if r.door != notAsked && r.door != nothingBroke && c.Stage != r.door || r.door == nothingBroke && c.Stage != "" {
		problems = append(problems, fmt.Sprintf("door %q, want %s", c.Stage, r.door))
	}
	party := slices.Contains([]string{"client", "authorization-server", "mcp-server"}, c.Culprit)
	if r.culprit == nobody && party || r.culprit != nobody && r.culprit != notAsked && c.Culprit != r.culprit {
		problems = append(problems, fmt.Sprintf("culprit %q, want %s", c.Culprit, r.culprit))
	}
	var broken []string
	for _, s := range c.Scenarios {
		for _, f := range s.Findings {
			if f.Verdict == report.Fail || f.Verdict == report.Warn {
				broken = append(broken, f.Requirement)
				if f.Verdict == report.Fail && slices.Contains(r.never, f.Requirement) {
					problems = append(problems, "fails "+f.Requirement+": "+f.Observed)
				}
			}
		}
	}
	if r.named != nil && !slices.ContainsFunc(r.named, func(law string) bool { return slices.Contains(broken, law) }) {
		problems = append(problems, fmt.Sprintf("none of %v is named, but %v", r.named, broken))
	}
	if len(problems) == 0 {
		return ""
	}
	return strings.Join(problems, "; ") + "\n\t" + c.Summary
}

// Recordings of bug reports, of released clients and of browsers and proxies are
// judged as an expert would.
func TestCases(t *testing.T) {
	t.Parallel()
	plain, bare := expected(t)
	for name, r := range plain {
		for disguise, d := range map[string]struct {
			wear func(entries []any) []any
			want right
		}{
			"as recorded":             {func(e []any) []any { return e }, r},
			"without Authorization":   {withoutAuthorization, bare[name]},
			"with preflights":         {withPreflights, r},
			"with an unrelated login": {withLogin, r},
			"with an unrelated API":   {withAPI, r},
			"as Firefox writes it":    {asFirefox, r},
			"in another order":        {shuffled, r},
			"without User-Agent":      {withoutAgent, r},
		} {
			t.Run(name+"/"+disguise, func(t *testing.T) {
				t.Parallel()
				c := judge.Cell(disguised(t, name, d.wear), judge.Options{Book: book(t)})
				if problem := d.want.wrong(c); problem != "" {
					t.Error(problem)
				}
			})
		}
	}
}

// A judge that says nothing is wrong about every recording that broke.
func TestNoAnswerIsNoRightAnswer(t *testing.T) {
	t.Parallel()
	plain, _ := expected(t)
	for name, r := range plain {
		breaks := r.door != notAsked && r.door != nothingBroke || r.named != nil
		if silent := r.wrong(report.Cell{}) == ""; breaks && silent {
			t.Errorf("%s: an empty answer is taken for right", name)
		}
	}
}

// disguised is a case after something was done to its entries.
func disguised(t *testing.T, name string, wear func([]any) []any) *trace.Recording {
	t.Helper()
	file, marked := caseFile(t, name)
	log := object(file, "log")
	entries, _ := log["entries"].([]any)
	log["entries"] = wear(entries)
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	if marked {
		data = append([]byte(byteOrderMark), data...)
	}
	rec, err := reading.Import(bytes.NewReader(data), name)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

const byteOrderMark = "\uFEFF"

// caseFile is a case as JSON, and whether it begins with a byte order mark.
func caseFile(t *testing.T, name string) (file map[string]any, marked bool) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "cases", name+".har"))
	if err != nil {
		t.Fatal(err)
	}
	data, marked = bytes.CutPrefix(data, []byte(byteOrderMark))
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return file, marked
}

func entriesOf(t *testing.T, name string) []any {
	t.Helper()
	file, _ := caseFile(t, name)
	entries, _ := member(file["log"], "entries").([]any)
	return entries
}
