package report

import (
	"slices"
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

// A shard whose machine failed is said to be missing.
func TestMergeSaysWhichShardsAreMissing(t *testing.T) {
	t.Parallel()
	a, b := part("2026-11-20", "a@1/x"), part("2026-11-20", "b@1/x")
	a.Shard, b.Shard = "1/4", "3/4"
	got, err := Merge(b, a)
	if err != nil {
		t.Fatal(err)
	}
	if missing := got.MissingShards(); !slices.Equal(missing, []string{"2/4", "4/4"}) || got.Shard != "" {
		t.Errorf("missing %v of %+v", missing, got)
	}
	a.Shard, b.Shard = "1/2", "2/2"
	if got, err = Merge(a, b); err != nil || got.MissingShards() != nil {
		t.Errorf("a whole: %v, %v", got, err)
	}
}

func TestMergeRefuses(t *testing.T) {
	t.Parallel()
	other := func(change func(*Results)) []*Results {
		r := part("2026-11-21", "b@1/x")
		change(r)
		return []*Results{part("2026-11-21", "a@1/x"), r}
	}
	shards := func(a, b string) []*Results {
		parts := other(func(r *Results) { r.Shard = b })
		parts[0].Shard = a
		return parts
	}
	for want, parts := range map[string][]*Results{
		"there are none":            nil,
		"revision 2025-11-25":       other(func(r *Results) { r.Revision = "2025-11-25" }),
		"its seed is 2":             other(func(r *Results) { r.Seed = 2 }),
		"its schema is":             other(func(r *Results) { r.Schema = "old" }),
		"measured by version v9":    other(func(r *Results) { r.Tool.Version = "v9" }),
		"is in an earlier part, to": {part("d", "a@1/x"), part("d", "a@1/x")},
		"shard 1/2 is in an earli":  shards("1/2", "1/2"),
		"the others are of 2":       shards("1/2", "2/3"),
		`"5/4" is no shard`:         shards("5/4", "1/4"),
		`"one" is no shard`:         shards("one", "1/4"),
	} {
		if _, err := Merge(parts...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
