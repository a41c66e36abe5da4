package judge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
)

// A large file has the same findings as the part of it that is MCP and OAuth.
func TestLargeFile(t *testing.T) {
	t.Parallel()
	const size, each = 20 << 20, 20 << 10
	among := func(entries []any) []any {
		var out []any
		for i := range size / each {
			if i%100 == 0 && i/100 < len(entries) {
				out = append(out, entries[i/100])
			}
			at, _ := member(entries[min(i/100, len(entries)-1)], "startedDateTime").(string)
			out = append(out, entry(at, "GET", fmt.Sprintf("https://api%d.other.example/v1/items/%d", i%7, i), 200,
				map[string]string{"Authorization": fmt.Sprintf("Bearer api-token-%012d", i)},
				map[string]string{"Content-Type": "application/json"}, `{"items":"`+strings.Repeat("x", each)+`"}`))
		}
		return out
	}
	for _, name := range []string{"har-registration-403-text", "har-expires-in-string"} {
		want := judge.Cell(disguised(t, name, func(e []any) []any { return e }), judge.Options{Book: book(t)})
		got := judge.Cell(disguised(t, name, among), judge.Options{Book: book(t)})
		ids := cmp.Options{cmpopts.IgnoreFields(report.Finding{}, "Exchanges"), cmpopts.IgnoreFields(report.Obstacle{}, "Exchange")}
		if diff := cmp.Diff(want, got, ids); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
