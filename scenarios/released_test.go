package scenarios_test

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/scenarios"
)

// Every client that somebody ships is driven itself, or its profile says why not.
func TestEveryProductIsDrivenOrSkippedWithAReason(t *testing.T) {
	t.Parallel()
	c, err := scenarios.NewCatalogue(scenarios.CatalogueOptions{Clients: programs()})
	if err != nil {
		t.Fatal(err)
	}
	driven := map[string]bool{}
	for _, o := range c.Clients() {
		if basis := o.Identity().Basis; basis == clients.Real || basis == clients.SDK {
			driven[o.Identity().ID] = true
		}
	}
	for _, p := range c.Profiles() {
		reason := p.Released.String()
		switch product := p.Vendor != ""; {
		case product && !driven[p.ID] && reason == "":
			t.Errorf("%s: neither an adapter nor a reason (released)", p.ID)
		case (driven[p.ID] || !product) && reason != "":
			t.Errorf("%s: a reason not to drive it, and yet it is driven or nobody ships it", p.ID)
		}
	}
}
