package reading

import (
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

func TestRevision(t *testing.T) {
	t.Parallel()
	ask := func(version string) step {
		return step{line: "POST " + home + " -> 401", body: strings.Replace(begins, "2025-11-25", version, 1)}
	}
	answer := func(body, result string) step {
		return step{line: "POST " + home + " -> 200", body: body, answer: `{"jsonrpc":"2.0","id":1,"result":` + result + `}`}
	}
	marked := ask("2025-06-18")
	marked.header = header("MCP-Protocol-Version", "2025-11-25")
	meta := `{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}`
	for name, test := range map[string]struct {
		steps     []step
		want, why string
	}{
		"asked for":               {[]step{ask("2025-06-18")}, "2025-06-18", "asks for 2025-06-18"},
		"in a header":             {[]step{marked}, "2025-11-25", "MCP-Protocol-Version: 2025-11-25"},
		"answered":                {[]step{marked, answer(begins, `{"protocolVersion":"2025-06-18"}`)}, "2025-06-18", "answered with 2025-06-18"},
		"in a stream":             {[]step{{line: "POST " + home + " -> 200", body: begins, answer: "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocolVersion\":\"2025-03-26\"}}\n\n"}}, "2025-03-26", "answered"},
		"without a chapter":       {[]step{ask("2024-11-05")}, "2025-03-26", "2024-11-05"},
		"between two":             {[]step{ask("2025-12-01")}, "2025-11-25", "for which 2025-11-25 stands"},
		"of the future":           {[]step{ask("2031-01-01")}, "2026-07-28", "2031-01-01"},
		"no date":                 {[]step{ask("latest")}, "2026-07-28", "the newest"},
		"in _meta":                {[]step{{line: "POST " + home + " -> 401", body: meta}}, "2026-07-28", "_meta"},
		"discovered":              {[]step{answer(meta, `{"supportedVersions":["2025-11-25","2026-07-28"]}`)}, "2026-07-28", "answered"},
		"discovered, not the one": {[]step{answer(meta, `{"supportedVersions":["2025-06-18","2025-11-25"]}`)}, "2025-11-25", "answered"},
	} {
		got, why := NewView(importSteps(t, "proxy", test.steps...)).Revision()
		if got != test.want || !strings.Contains(why, test.why) {
			t.Errorf("%s: %s (%s), want %s (%s)", name, got, why, test.want, test.why)
		}
	}
	v := NewView(&trace.Recording{Setting: trace.Setting{Revision: "2025-06-18"}})
	if got, _ := v.Revision(); got != "2025-06-18" {
		t.Errorf("of the setting: %s", got)
	}
}
