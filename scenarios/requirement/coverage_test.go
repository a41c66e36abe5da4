package requirement_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

const sound = `- id: A-1
  party: client
  level: {2025-11-25: SHOULD, 2026-07-28: MUST}
  says: "do it."
  source: https://example.com/page#a
  check: area/behaviour
- id: A-2
  party: client
  level: {all: MUST NOT}
  says: "do that."
  source: https://example.com/page#b
  unobservable: "nobody sees it"
`

func load(text string) (*requirement.Book, error) {
	return requirement.Load(fstest.MapFS{"a.yaml": {Data: []byte(text)}})
}

func TestCoverageCountsByPartyAndRevision(t *testing.T) {
	t.Parallel()
	b, err := load(sound)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]requirement.Count{}
	for _, c := range requirement.Coverage(b) {
		got[string(c.Party)+" "+c.Revision] = c
	}
	if len(got) != 12 {
		t.Errorf("%d counts, want 3 parties in 4 revisions", len(got))
	}
	for key, want := range map[string][2]int{
		"client 2025-06-18": {0, 1}, "client 2025-11-25": {1, 1}, "client 2026-07-28": {1, 1}, "mcp-server 2026-07-28": {0, 0},
	} {
		if c := got[key]; c.Judged != want[0] || c.Unobservable != want[1] {
			t.Errorf("%s: %d judged, %d unobservable, want %v", key, c.Judged, c.Unobservable, want)
		}
	}
}

func TestTheBuiltInBookIsSoundAndCoversEverybody(t *testing.T) {
	t.Parallel()
	b, err := requirement.Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range requirement.Coverage(b) {
		if c.Judged == 0 {
			t.Errorf("no row judges the %s by %s", c.Party, c.Revision)
		}
	}
	for _, r := range b.Rows() {
		if !strings.HasSuffix(r.Says, ".") || strings.HasPrefix(r.Says, "to ") {
			t.Errorf("%s: %q does not complete the sentence", r.ID, r.Says)
		}
	}
}

func TestABadBookIsRefusedWithItsFaults(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ text, want string }{
		"neither check nor reason": {strings.Replace(sound, "  check: area/behaviour\n", "", 1), "A-1: neither a check"},
		"the same id twice":        {sound + sound, "already a row of a.yaml"},
		"unknown party":            {strings.Replace(sound, "party: client", "party: butler", 1), `party "butler"`},
		"unknown revision":         {strings.Replace(sound, "2025-11-25", "2024-11-05", 1), `unknown revision "2024-11-05"`},
		"unknown level":            {strings.Replace(sound, "MUST NOT", "OUGHT", 1), `level "OUGHT"`},
		"no anchor":                {strings.Replace(sound, "page#a", "page", 1), "no https link with an anchor"},
		"unknown key":              {strings.Replace(sound, "says: \"do it.\"", "say: \"do it.\"", 1), "a.yaml:4"},
		"no rows":                  {"[]", "no rows"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := load(tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want something about %q", err, tt.want)
			}
		})
	}
}
