package emulated

import "testing"

func TestEmbeddedProfilesAreGood(t *testing.T) {
	t.Parallel()
	ps, err := All()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range ps.Clients() {
		t.Log(c.Identity(), c.Registration())
	}
}
