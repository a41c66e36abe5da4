package naming_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/naming"
	"github.com/mcpcompat/mcpcompat/scenarios/naming/internal/sample"
	"github.com/mcpcompat/mcpcompat/scenarios/wire"
)

// tally counts how likeness did.
type tally struct {
	right, silent, wrong int
	wrongAndCertain      int
}

// leaveOneOut compares each sample with signatures of all the others.
func leaveOneOut(t *testing.T, book *naming.Book, probes, all []naming.Sample) tally {
	t.Helper()
	var n tally
	for i, probe := range probes {
		rest := slices.Delete(slices.Clone(all), i, i+1)
		likes := book.LikenessAmong(probe.Features, naming.Sign(rest))
		id, _, _ := strings.Cut(probe.Client, "@")
		switch {
		case likes == nil:
			n.silent++
		case likes[0].Client == id || likes[0].Or == book.Display(id):
			n.right++
		default:
			t.Logf("%s (sample %d) looks like %s", probe.Client, i, likes[0])
			n.wrong++
			if likes[0].Sure == naming.Certain {
				n.wrongAndCertain++
			}
		}
	}
	return n
}

// A recording that is left out is found by the others, or nothing is said.
func TestLikenessLeavesOneOut(t *testing.T) {
	t.Parallel()
	book := load(t)
	recorded, err := sample.Recordings("../../testdata/recordings")
	if err != nil {
		t.Fatal(err)
	}
	measured, err := sample.Results("../..")
	if err != nil {
		t.Fatal(err)
	}
	all := slices.Concat(recorded, measured)
	for _, test := range []struct {
		name        string
		probes, all []naming.Sample
		right       float64 // the least share
		wrong       float64 // the greatest
	}{
		{"recordings among themselves", recorded, recorded, 0.85, 0},
		{"recordings among all", recorded, all, 0.90, 0.02},
		{"recordings and results", all, all, 0.92, 0.005},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			n := leaveOneOut(t, book, test.probes, test.all)
			of := float64(len(test.probes))
			t.Logf("of %d: %+v", len(test.probes), n)
			if float64(n.right) < test.right*of || float64(n.wrong) > test.wrong*of || n.wrongAndCertain > 0 {
				t.Errorf("of %d: %+v; want at least %.0f right, at most %.0f wrong, none of these certain", len(test.probes), n, test.right*of, test.wrong*of)
			}
		})
	}
}

// Programs of which no signature is known look like what they are made of.
func TestLikenessOfUnknownPrograms(t *testing.T) {
	t.Parallel()
	book := load(t)
	for _, test := range []struct{ recording, want string }{
		{"kilo@7.7.7/dcr-refresh", "opencode (certain"},
		{"kilo@7.7.7/stepup", "opencode (certain"},
		{"openhands@1.16.0/dcr", "FastMCP or Python SDK (certain"},
		{"mcpc@0.2.6/dcr", "TypeScript SDK (perhaps"},
		{"mcp-use@1.7.1/dcr", ""}, // OAuth code of its own
		{"mcporter@0.12.3/dcr-refresh", ""},
	} {
		t.Run(test.recording, func(t *testing.T) {
			t.Parallel()
			rec, err := sample.Read(find(t, test.recording))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if likes := book.Likeness(wire.Features(rec)); likes != nil {
				got = likes[0].String()
			}
			if !strings.HasPrefix(got, test.want) || test.want == "" && got != "" {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// Little evidence is none, and what anybody can send is no evidence at all.
func TestLikenessSaysNothing(t *testing.T) {
	t.Parallel()
	book := load(t)
	for name, features := range map[string][]report.Feature{
		"no features": nil,
		"three features": {
			{Path: "discovery.start", Value: "metadata"}, {Path: "pkce.method", Value: "S256"}, {Path: "state.form", Value: "43 characters"},
		},
		"a name alone": {
			{Path: "registration.dynamic.clientName", Value: "OpenCode"},
			{Path: "headers.userAgent", Value: "opencode"},
			{Path: "registration.clientIdMetadataDocument", Value: "https://claude.ai/oauth/claude-code-client-metadata"},
		},
		"unknown paths": {{Path: "a", Value: "1"}, {Path: "b", Value: "\u202e\x1b[2J"}},
	} {
		if likes := book.Likeness(features); likes != nil {
			t.Errorf("%s: %v", name, likes)
		}
	}
}
