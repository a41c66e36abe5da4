package real_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	programs "github.com/mcpcompat/mcpcompat/clients/real"
	"github.com/mcpcompat/mcpcompat/internal/cargo"
	"github.com/mcpcompat/mcpcompat/internal/python"
)

// Without the language's own tools an SDK is unavailable, and says what is missing.
func TestSDKsWithoutTheirTools(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv(python.Env, "")
	t.Setenv(cargo.Env, "")
	for id, want := range map[string]struct {
		version string
		err     error
		says    string
	}{
		"python-sdk": {"2.3.0", python.ErrNoPython, "python3-venv"},
		"fastmcp":    {"4.1.2", python.ErrNoPython, "python3-venv"},
		"rmcp":       {"3.1.4", cargo.ErrNoCargo, "install Rust"},
	} {
		o := programs.Options{Cache: t.TempDir(), Install: programs.Asked("1")}
		c, err := programs.Release(id, want.version, o)
		if err != nil {
			t.Fatal(err)
		}
		err = c.Available(t.Context())
		if !errors.Is(err, clients.ErrUnavailable) || !errors.Is(err, want.err) || !strings.Contains(err.Error(), want.says) {
			t.Errorf("%s: %v", id, err)
		}
		if got, err := programs.Installed(id, o); err != nil || len(got) > 0 {
			t.Errorf("%s: installed %v, %v", id, got, err)
		}
	}
}

func TestUnavailable(t *testing.T) {
	t.Setenv("MCPCOMPAT_NODE", "")
	c := programs.All(programs.Options{Cache: t.TempDir()})[0]
	if err := c.Available(t.Context()); !errors.Is(err, clients.ErrUnavailable) {
		t.Errorf("not installed: %v", err)
	}
	if _, err := c.Start(t.Context(), clients.Facts{MCPURL: "http://127.0.0.1:1/mcp", Home: t.TempDir()}); !errors.Is(err, clients.ErrUnavailable) {
		t.Errorf("started without being installed: %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	if err := c.Available(t.Context()); !errors.Is(err, clients.ErrUnavailable) || !strings.Contains(err.Error(), "Node.js") {
		t.Errorf("without Node.js: %v", err)
	}
	if len(programs.All(programs.Options{})) == 0 {
		t.Error("no real clients at all")
	}
}
