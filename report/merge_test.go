package report

import (
	"strings"
	"testing"
)

func part(date string, cells ...string) *Results {
	r := &Results{Schema: Schema, Revision: "2026-07-28", Seed: 1, Consent: "http", Date: date}
	for _, name := range cells {
		client, deployment, _ := strings.Cut(name, "/")
		r.Cells = append(r.Cells, Cell{Client: client, Deployment: deployment, Basis: "real"})
	}
	return r
}

func TestMerge(t *testing.T) {
	t.Parallel()
	a, b := part("2026-11-20", "a@1/x"), part("2026-11-21", "b@1/x", "b@1/y")
	b.Consent = "browser"
	a.Skipped = []Skipped{{What: "client c@1", Why: "no Node"}}
	b.Skipped = []Skipped{{What: "client c@1", Why: "no Node"}}
	got, err := Merge(a, b)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Cells) != 3 || got.Date != "2026-11-21" || got.Consent != "mixed" || len(got.Skipped) != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestMergeRefuses(t *testing.T) {
	t.Parallel()
	other := func(change func(*Results)) []*Results {
		r := part("2026-11-21", "b@1/x")
		change(r)
		return []*Results{part("2026-11-21", "a@1/x"), r}
	}
	for want, parts := range map[string][]*Results{
		"there are none":            nil,
		"revision 2025-11-25":       other(func(r *Results) { r.Revision = "2025-11-25" }),
		"its seed is 2":             other(func(r *Results) { r.Seed = 2 }),
		"its schema is":             other(func(r *Results) { r.Schema = "old" }),
		"measured by version v9":    other(func(r *Results) { r.Tool.Version = "v9" }),
		"is in an earlier part, to": {part("d", "a@1/x"), part("d", "a@1/x")},
	} {
		if _, err := Merge(parts...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
