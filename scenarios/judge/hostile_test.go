package judge

import (
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

const elsewhere = "https://10.255.255.1/metadata"

// lured is a recording in which the challenge points into a private network.
func lured(refuseAt reading.Door) *flow {
	f := newFlow()
	f.rec.Setting.RefuseAt = string(refuseAt)
	f.told("connect", "")
	f.add(trace.Client, trace.MCPServer, http.MethodPost, mcpURL, `{"jsonrpc":"2.0","id":1,"method":"initialize"}`, 401,
		http.Header{"Www-Authenticate": {`Bearer resource_metadata="` + elsewhere + `"`}}, "")
	return f
}

func lawAgainst(t *testing.T, level string) *requirement.Book {
	t.Helper()
	book, err := requirement.Load(fstest.MapFS{"law.yaml": {Data: []byte(`
- id: LAW-1
  party: client
  level: ` + level + `
  says: stay out.
  source: https://law.example/#1
  check: network/private-addresses-refused
`)}})
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func TestARefusalIsSaidAndNotOnlyDone(t *testing.T) {
	t.Parallel()
	const must, later = "{all: MUST}", "{2026-07-28: MUST}"
	for name, tt := range map[string]struct {
		level    string
		goesOn   func(*flow)
		verdict  report.Verdict
		culprit  string
		contains string
	}{
		"refused":                {must, func(f *flow) { f.answered("refused", "not there") }, report.RefusedRight, "", "at resource-metadata: not there"},
		"refused without a word": {must, func(f *flow) { f.answered("refused", "") }, report.Untested, "", "without saying"},
		"failed":                 {must, func(f *flow) { f.answered("failed", "oops") }, report.Untested, "", `"oops"`},
		"unsupported":            {must, func(f *flow) { f.answered("unsupported", "no OAuth") }, report.Unsupported, "", "no OAuth"},
		"claims success":         {must, func(f *flow) { f.answered("ok", "") }, report.Fail, "client", "claims success"},
		"no answer":              {must, func(*flow) {}, report.HarnessError, report.TheHarness, "stopped waiting"},
		"timed out": {
			must, func(f *flow) { f.answered(reading.StatusTimedOut, "waited in vain") },
			report.HarnessError, report.TheHarness, "harness error at resource-metadata: the harness stopped waiting: waited in vain",
		},
		"blocked": {
			must, func(f *flow) { f.answered(reading.StatusBlocked, "port 6001 is taken") },
			report.HarnessError, report.TheHarness, "this machine stood in the way: port 6001 is taken",
		},
		"held back": {must, func(f *flow) {
			f.event(trace.HeldBack, map[string]string{"address": "10.255.255.1:443"})
			f.answered("refused", "cannot connect")
		}, report.Fail, "client", "(client MUST: LAW-1)"},
		"seen there": {must, func(f *flow) {
			f.add(trace.Client, trace.Other, http.MethodGet, elsewhere, "", 404, http.Header{}, "")
			f.answered("failed", "404")
		}, report.Fail, "client", "went to " + elsewhere},
		"held back elsewhere": {must, func(f *flow) {
			f.event(trace.HeldBack, map[string]string{"address": "192.0.2.1:443"})
			f.answered("refused", "not there")
		}, report.RefusedRight, "", "not there"},
		"no such law yet": {later, func(f *flow) {
			f.event(trace.HeldBack, map[string]string{"address": "10.255.255.1:443"})
			f.answered("failed", "cannot connect")
		}, report.NotApplicable, "", "no rule against it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := lured(reading.DoorResourceMetadata)
			tt.goesOn(f)
			c := Cell(&f.rec, Options{Book: lawAgainst(t, tt.level), Revision: "2025-06-18"})
			if c.Verdict != tt.verdict || c.Culprit != tt.culprit || !strings.Contains(c.Summary, tt.contains) {
				t.Errorf("%s, culprit %q: %s", c.Verdict, c.Culprit, c.Summary)
			}
			if broken := c.Verdict == report.Fail; broken != (c.Stage == string(reading.DoorResourceMetadata)) {
				t.Errorf("stage %q", c.Stage)
			}
		})
	}
}

func TestAnAttackThatWasNotSeenIsNotRefused(t *testing.T) {
	t.Parallel()
	f := lured(reading.DoorCallback) // at this door nothing of the kind is seen
	f.answered("refused", "not there")
	c := Cell(&f.rec, Options{Book: lawAgainst(t, "{all: MUST}")})
	if c.Verdict != report.Untested || !strings.Contains(c.Summary, "not seen") {
		t.Errorf("%s: %s", c.Verdict, c.Summary)
	}
	only := Cell(&f.rec, Options{Book: lawAgainst(t, "{all: MUST}"), Scenarios: []string{"C.6"}})
	if only.Verdict != report.NotApplicable || len(only.Scenarios) != 1 {
		t.Errorf("C.6 alone: %s, %d scenarios", only.Verdict, len(only.Scenarios))
	}
	f.rec.Incomplete = "killed"
	if c := Cell(&f.rec, Options{Book: lawAgainst(t, "{all: MUST}")}); c.Verdict != report.Fail {
		t.Errorf("an incomplete recording is %s", c.Verdict)
	}
}

func TestLastWords(t *testing.T) {
	t.Parallel()
	log := strings.Repeat("a line of no interest\n", 40) + "Fatal error: issuer mismatch\nthe program has ended\n"
	if got := lastWords(log); !strings.HasSuffix(got, "no interest Fatal error: issuer mismatch the program has ended") || len(got) > 300 {
		t.Errorf("%d characters: %q", len(got), got)
	}
	long := "no: " + strings.Repeat("x", 1000)
	if got := lastWords(long); !strings.HasPrefix(got, "no: xxx") || len([]rune(got)) != 301 {
		t.Errorf("%q", got)
	}
	if got := lastWords(""); got != "" {
		t.Errorf("%q", got)
	}
}
