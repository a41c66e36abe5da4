package client

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

const (
	mcpURL = "http://127.0.0.1:8001/mcp"
	asURL  = "http://127.0.0.1:8002"
	// elsewhere is an address in a private network.
	elsewhere = "http://10.0.0.7/"
)

func TestInward(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		home, to string
		want     bool
	}{
		{mcpURL, elsewhere, true},
		{mcpURL, "http://169.254.169.254/latest", true},
		{mcpURL, "http://[fd00::1]:8080/", true},
		{mcpURL, "http://[::ffff:192.168.0.1]/", true},
		{mcpURL, "http://0.0.0.0/", true},
		{"https://mcp.example/mcp", elsewhere, true},
		{"http://10.0.0.7/mcp", elsewhere, false},
		{mcpURL, "https://192.0.2.1/", false},
		{mcpURL, "https://as.example/", false},
		{mcpURL, asURL, false},
		{mcpURL, "http://%zz", false},
	} {
		v := reading.NewView(&trace.Recording{Setting: trace.Setting{MCPURL: tt.home}})
		if got := inward(v, tt.to); got != tt.want {
			t.Errorf("from %s to %s: %t", tt.home, tt.to, got)
		}
	}
}
