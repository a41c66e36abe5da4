package nearest_test

import (
	"slices"
	"testing"

	"github.com/mcpcompat/mcpcompat/internal/nearest"
)

func TestNames(t *testing.T) {
	t.Parallel()
	known := []string{"claude-code", "claude-desktop", "cursor", "vscode", "reference", "reference-container"}
	for given, want := range map[string][]string{
		"vscdoe":      {"vscode"},
		"Cursor":      {"cursor"},
		"claude-cod":  {"claude-code"},
		"referenc":    {"reference", "reference-container"},
		"reference":   {"reference", "reference-container"},
		"zzz":         nil,
		"":            nil,
		"desktop":     {"claude-desktop"},
		"claude-kode": {"claude-code"},
	} {
		if got := nearest.Names(given, known); !slices.Equal(got, want) {
			t.Errorf("Names(%q) = %q, want %q", given, got, want)
		}
	}
}
