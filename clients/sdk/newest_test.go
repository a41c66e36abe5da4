package sdk_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients/sdk"
)

// The go command is one of ours here.
func TestNewest(t *testing.T) {
	for name, test := range map[string]struct {
		client, script string
		want, says     string
	}{
		"answer":       {"go-sdk", `[ "$5" = github.com/modelcontextprotocol/go-sdk@latest ] && echo v1.9.0`, "1.9.0", ""},
		"other module": {"mcp-go", `[ "$5" = github.com/mark3labs/mcp-go@latest ] && echo v1.3.0`, "1.3.0", ""},
		"out of reach": {"go-sdk", "echo 'dial tcp: connection refused' >&2; exit 1", "", "connection refused"},
		"no version":   {"go-sdk", "echo hello", "", "hello"},
		"unknown":      {"codex", "echo v1.0.0", "", `"codex"`},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "go"), []byte("#!/bin/sh\n"+test.script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PATH", dir)
		got, err := sdk.Newest(t.Context(), test.client)
		if got != test.want || (err == nil) != (test.says == "") || (err != nil && !strings.Contains(err.Error(), test.says)) {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := sdk.Newest(t.Context(), "go-sdk"); !errors.Is(err, sdk.ErrNoGo) {
		t.Errorf("without a go command: %v", err)
	}
}
