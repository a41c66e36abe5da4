// Command mcpcompat measures which MCP clients can connect to which
// deployments of an authorization server and an MCP server, and says where and
// why each one breaks.
package main

//go:generate go run . pages --pages ../..

import (
	"context"
	"fmt"
	"os"
)

func main() {
	a := newApp(harness{
		say:     func(message string) { fmt.Fprintln(os.Stderr, "mcpcompat: "+message) },
		install: os.Getenv(envInstall) != "no",
	})
	os.Exit(a.main(context.Background(), os.Args[1:]))
}
