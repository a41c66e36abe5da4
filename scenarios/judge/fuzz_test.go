package judge_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// FuzzCell judges recordings in which anything may be wrong: metadata
// documents, registrations, token answers, challenges, events out of order. The
// judge must come to an end and to a verdict in every scenario.
func FuzzCell(f *testing.F) {
	for _, name := range []string{"claude-code@2.1.329/cimd", "mcp-remote@0.15.1/dcr-refresh-stepup", "vscode@1.139.1/loopback-dcr"} {
		data, err := os.ReadFile("../../testdata/recordings/" + name + ".har")
		if err != nil {
			f.Fatal(err)
		}
		rec, err := reading.Import(bytes.NewReader(data), name)
		if err != nil {
			f.Fatal(err)
		}
		var file bytes.Buffer
		if err := trace.WriteRecording(&file, rec); err != nil {
			f.Fatal(err)
		}
		f.Add(file.Bytes())
	}
	law := book(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		rec, err := trace.ReadRecording(bytes.NewReader(data), "r.json")
		if err != nil {
			return
		}
		c := judge.Cell(rec, judge.Options{Book: law})
		if c.Verdict == "" || c.Summary == "" || len(c.Scenarios) != len(judge.Scenarios()) {
			t.Errorf("verdict %q, summary %q, %d scenarios", c.Verdict, c.Summary, len(c.Scenarios))
		}
		judge.Servers(rec, judge.Options{Book: law})
		judge.Journey(rec)
	})
}
