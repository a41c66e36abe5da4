package naming

import (
	"os"
	"path/filepath"
	"testing"
)

// Every profile that the data names exists.
func TestProfilesExist(t *testing.T) {
	t.Parallel()
	book, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	var profiles []string
	for _, p := range book.products {
		profiles = append(profiles, p.Profile)
	}
	for _, l := range book.libraries {
		profiles = append(profiles, l.Profile)
	}
	for _, b := range book.bridges {
		profiles = append(profiles, b.Profile)
	}
	for _, id := range profiles {
		if id == "" {
			continue
		}
		if _, err := os.Stat(filepath.Join("..", "..", "clients", "emulated", "profiles", id+".yaml")); err != nil {
			t.Error(err)
		}
	}
	for _, s := range book.signatures {
		if book.productOf(s.id()) == nil && book.library(s.id()) == nil && book.bridgeProfile(s.id()) == "" {
			t.Errorf("the signature of %s has no display name", s.Client)
		}
	}
}

// What is wrong with the data is refused, and named.
func TestPrepareRefuses(t *testing.T) {
	t.Parallel()
	why := []backing{{Source: "x", Date: "2026-11-30", Basis: "source"}}
	for name, b := range map[string]*Book{
		"no evidence":          {products: []product{{ID: "a", Name: "A"}}},
		"no name":              {products: []product{{ID: "a", Evidence: why}}},
		"a basis of its own":   {products: []product{{ID: "a", Name: "A", Evidence: []backing{{Source: "x", Date: "2026-11-30", Basis: "hearsay"}}}}},
		"no date":              {bridges: []bridge{{ID: "a", Name: "A", Evidence: []backing{{Source: "x", Date: "soon", Basis: "source"}}}}},
		"an id twice":          {products: []product{{ID: "a", Name: "A", Evidence: why}}, bridges: []bridge{{ID: "a", Name: "A", Evidence: why}}},
		"a bad pattern":        {products: []product{{ID: "a", Name: "A", Evidence: why, ClientInfo: []string{"("}}}},
		"an empty pattern":     {libraries: []library{{ID: "a", Name: "A", Evidence: why, Examples: []string{""}}}},
		"an unknown library":   {products: []product{{ID: "a", Name: "A", Evidence: why, On: &basis{Library: "b", Why: "x"}}}},
		"a series of nothing":  {libraries: []library{{ID: "l", Name: "L", Evidence: why}}, products: []product{{ID: "a", Name: "A", Evidence: why, On: &basis{Library: "l", Why: "x", Series: "1.x"}}}},
		"an unknown ancestor":  {products: []product{{ID: "a", Name: "A", Evidence: why, ForkOf: "b"}}},
		"a library under self": {libraries: []library{{ID: "a", Name: "A", Evidence: why, Under: "a"}}},
		"a bad mark":           {libraries: []library{{ID: "a", Name: "A", Evidence: why, Marks: []mark{{UserAgent: "("}}}}},
	} {
		if err := b.prepare(); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	for _, same := range [][2]string{
		{"lab-gosdk", "lab go-sdk"}, {"simple-oauth-client", "Simple OAuth MCP Client"}, {"mcporter", "mcporter (127-0-0-1-mcp)"}, {"mcp-client", "MCP Client"},
	} {
		if plain(same[0]) != plain(same[1]) {
			t.Errorf("%q and %q are told apart", same[0], same[1])
		}
	}
	if plain("Cline") == plain("Codex") {
		t.Error("Cline is Codex")
	}
}
