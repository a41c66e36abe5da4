//go:build unix

package real

import "testing"

func TestOnlyNodeKeepsCompiledCode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		node, shared string
		kept         bool
	}{
		{"22", "/cache/shared/program", true},
		{"", "/cache/shared/program", false}, // a native program
		{"22", "", false},                    // one of ours, beside what it runs on
	} {
		b := &sandbox{program: program{node: c.node}, at: installation{shared: c.shared}}
		if got := b.compiled(); (len(got) == 1) != c.kept {
			t.Errorf("Node.js %q, shared %q: %q", c.node, c.shared, got)
		}
	}
}
