// Command mcpcompat measures which MCP clients can connect to which
// deployments of an authorization server and an MCP server, and says where and
// why each one breaks.
package main

//go:generate go run . pages --pages ../..

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
)

// A measurement makes much garbage and keeps little: collecting it less often
// takes a fifth of the time away. The limit keeps the program small all the
// same. GOGC and GOMEMLIMIT overrule this.
const (
	gcPercent   = 1000
	memoryLimit = 300 << 20
)

func main() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(gcPercent)
		debug.SetMemoryLimit(memoryLimit)
	}
	a := newApp(harness{
		say:     func(message string) { fmt.Fprintln(os.Stderr, "mcpcompat: "+message) },
		install: mayInstall(os.Getenv),
	})
	os.Exit(a.main(context.Background(), os.Args[1:]))
}
