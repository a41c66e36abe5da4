// Command mcpcompat measures which MCP clients can connect to which
// deployments of an authorization server and an MCP server, and says where and
// why each one breaks.
package main

import (
	"context"
	"os"
)

func main() {
	a := newApp(harness{})
	os.Exit(a.main(context.Background(), os.Args[1:]))
}
