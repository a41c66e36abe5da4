package main

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated"
)

// profileRows is a catalogue of which only the clients are asked for.
type profileRows struct {
	catalogue

	rows []clients.Client
}

func (c profileRows) Clients() []clients.Client { return c.rows }

// A release is held against the profile of its version and its circumstances.
func TestTheProfileOfARelease(t *testing.T) {
	t.Parallel()
	profiles, err := emulated.All()
	if err != nil {
		t.Fatal(err)
	}
	cat := profileRows{rows: profiles.Clients()}
	for _, test := range []struct {
		id   clients.Identity
		want string
	}{
		{clients.Identity{ID: "copilot-cli", Version: "1.0.200", Condition: "headless"}, "copilot-cli@1.0.102+headless"},
		{clients.Identity{ID: "copilot-cli", Version: "1.0.102"}, "copilot-cli@1.0.102"},
		{clients.Identity{ID: "typescript-sdk", Version: "1.32.2"}, "typescript-sdk@1.32.2"},
		{clients.Identity{ID: "copilot-cli", Version: "1.0.102", Condition: "unheard-of"}, "copilot-cli"},
		{clients.Identity{ID: "nobody", Version: "1"}, ""},
	} {
		if got := profileOf(cat, test.id); got != test.want {
			t.Errorf("%s: %q, want %q", test.id, got, test.want)
		}
	}
}

// A name may pin a version, also one that the adapter was not made for, and a
// condition.
func TestWantedReleases(t *testing.T) {
	t.Parallel()
	web := clients.Identity{ID: "inspector", Version: "2.0.0", Condition: "web"}
	for _, test := range []struct {
		names   []string
		version string
		ok      bool
	}{
		{nil, "", true},
		{[]string{"codex", "inspector"}, "", true},
		{[]string{"inspector@1.9.0+web"}, "1.9.0", true},
		{[]string{"inspector@1.9.0"}, "", false},
		{[]string{"codex"}, "", false},
	} {
		if version, ok := wanted(test.names, web); version != test.version || ok != test.ok {
			t.Errorf("%v: %q, %t", test.names, version, ok)
		}
	}
}
