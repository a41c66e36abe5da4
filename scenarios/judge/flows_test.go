package judge_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// Two recordings in one file are two flows: each is judged as if it stood alone.
func TestFlowsOfOneFileAreJudgedApart(t *testing.T) {
	t.Parallel()
	plain, _ := expected(t)
	const other, resource = "har-registration-500", "https://mcp.shop.example"
	for _, name := range []string{"register-500", "ok-bad-state", "har-good-control", "har-expires-in-string", "iss-wrong-client-stops"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := disguised(t, name, func(e []any) []any {
				return slices.Concat(elsewhere(e), entriesOf(t, other))
			})
			flows := reading.Flows(rec)
			if len(flows) != 2 {
				t.Fatalf("%d flows: %+v", len(flows), flows)
			}
			for _, f := range flows {
				want := plain[name]
				if strings.HasPrefix(f.Resource, resource) {
					want = plain[other]
				}
				c := judge.CellOf(reading.ViewOf(rec, f), judge.Options{Book: book(t)})
				if problem := want.wrong(c); problem != "" {
					t.Errorf("%s: %s", f.Says, problem)
				}
			}
		})
	}
}

// The judgement says by which revision, and why, unless the caller asked for it.
func TestWhyTheRevision(t *testing.T) {
	t.Parallel()
	rec := disguised(t, "har-good-control", func(e []any) []any { return e })
	c := judge.Cell(rec, judge.Options{Book: book(t)})
	if c.JudgedBy != "2025-11-25" || c.JudgedBecause == "" {
		t.Errorf("by %q because %q", c.JudgedBy, c.JudgedBecause)
	}
	c = judge.Cell(rec, judge.Options{Book: book(t), Revision: "2025-06-18"})
	if c.JudgedBy != "2025-06-18" || c.JudgedBecause != "" {
		t.Errorf("by %q because %q", c.JudgedBy, c.JudgedBecause)
	}
}

// The browser's leg alone, and a token request alone, show a login of a client
// and nothing of an MCP server: nobody is blamed.
func TestPartsOfALogin(t *testing.T) {
	t.Parallel()
	hosted := func(e []any) []any {
		return replaced(e, "127.0.0.1:49321", "app.example", "http%3A%2F%2F", "https%3A%2F%2F")
	}
	for name, part := range map[string]func([]any) []any{
		"authorization":             func(e []any) []any { return e[4:5] },
		"authorization, callback":   func(e []any) []any { return e[4:6] },
		"of a hosted client":        func(e []any) []any { return hosted(e[4:6]) },
		"without a resource":        func(e []any) []any { return replaced(hosted(e[4:6]), "&resource=", "&x=") },
		"token":                     func(e []any) []any { return e[6:7] },
		"authorization, and others": func(e []any) []any { return withLogin(e[4:6]) },
	} {
		rec := disguised(t, "har-good-control", part)
		flows := reading.Flows(rec)
		if len(flows) != 1 || !flows[0].Partial() || !strings.Contains(flows[0].Says, "client c-81f2 took part in a login, and no MCP server") {
			t.Errorf("%s: %+v", name, flows)
		}
		if c := judge.Cell(rec, judge.Options{Book: book(t)}); c.Culprit != "" || c.Stage != "" || c.Summary == "" {
			t.Errorf("%s: %s at %q: %s", name, c.Culprit, c.Stage, c.Summary)
		}
	}
	rec := disguised(t, "har-good-control", func(e []any) []any { return e[5:6] })
	if c := judge.Cell(rec, judge.Options{Book: book(t)}); !strings.HasPrefix(c.Summary, "no MCP traffic in this file, only OAuth") {
		t.Errorf("a callback alone: %s", c.Summary)
	}
}

// A file without MCP and OAuth says so, and blames nobody.
func TestNoTraffic(t *testing.T) {
	t.Parallel()
	rec := disguised(t, "har-good-control", func([]any) []any {
		return []any{entry("2026-11-21T10:00:00Z", "GET", "https://news.example/", 200, nil, nil, "<p>news")}
	})
	c := judge.Cell(rec, judge.Options{Book: book(t)})
	if c.Summary != "no MCP or OAuth traffic in this file" || c.Verdict != "untested" || c.Culprit != "" || c.Stage != "" {
		t.Errorf("%+v", c)
	}
}
