package node

import (
	"errors"
	"testing"
)

func TestNewest(t *testing.T) {
	t.Parallel()
	if got, err := Newest(t.Context(), fakeRuntime(t, "echo 1.2.3\n"), "a"); err != nil || got != "1.2.3" {
		t.Errorf("got %q, %v", got, err)
	}
	for name, test := range map[string]struct {
		script string
		want   error
	}{
		"out of reach": {"echo npm error code ECONNREFUSED >&2; exit 1", ErrRegistry},
		"no such one":  {"echo npm error code E404 >&2; exit 1", ErrInstall},
		"no version":   {"echo hello", ErrInstall},
		"nothing":      {"exit 0", ErrInstall},
	} {
		if got, err := Newest(t.Context(), fakeRuntime(t, test.script), "a"); !errors.Is(err, test.want) || got != "" {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}
