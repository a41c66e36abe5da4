package scenarios_test

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/scenarios"
)

func TestParseShard(t *testing.T) {
	t.Parallel()
	if s, err := scenarios.ParseShard("2/4"); err != nil || s != (scenarios.Shard{Index: 2, Of: 4}) {
		t.Errorf("2/4: %v, %v", s, err)
	}
	if s, err := scenarios.ParseShard(""); err != nil || s != (scenarios.Shard{}) {
		t.Errorf("the whole: %v, %v", s, err)
	}
	for _, bad := range []string{"0/4", "5/4", "1", "a/b", "1/0", "/", "1/2/3"} {
		if _, err := scenarios.ParseShard(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

// Every cell is in one shard, and the cells of a client are in the same one.
func TestShardsAreTheWhole(t *testing.T) {
	t.Parallel()
	cat, err := scenarios.NewCatalogue(scenarios.CatalogueOptions{})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := cat.Select(scenarios.Selection{Deployments: []string{"reference", "enterprise"}})
	if err != nil {
		t.Fatal(err)
	}
	where := map[string]int{}
	cells := map[string]int{}
	for i := 1; i <= 3; i++ {
		part := plan.Shard(scenarios.Shard{Index: i, Of: 3})
		if len(part.Cells) == 0 {
			t.Errorf("shard %d is empty", i)
		}
		for _, c := range part.Cells {
			cells[c.Name()]++
			id := c.Client.Identity().ID
			if at, seen := where[id]; seen && at != i {
				t.Errorf("%s is in shards %d and %d", id, at, i)
			}
			where[id] = i
		}
	}
	for name, n := range cells {
		if n != 1 {
			t.Errorf("%s is in %d shards", name, n)
		}
	}
	if len(cells) != len(plan.Cells) {
		t.Errorf("%d cells in all shards, %d in the plan", len(cells), len(plan.Cells))
	}
	if whole := plan.Shard(scenarios.Shard{}); len(whole.Cells) != len(plan.Cells) {
		t.Errorf("the whole has %d cells", len(whole.Cells))
	}
}
