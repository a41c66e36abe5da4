package main

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/internal/quirk"
)

// clientGroup stands in front of the quirks of clients, which are named as in
// a profile's variant.
const clientGroup = "client"

// quirks returns every documented way to differ from the conformant default:
// of a client, of an authorization server, of an MCP server.
func quirks() ([]quirk.Field, error) {
	ofClients, errClients := quirk.Fields(reflect.TypeFor[emulated.Behaviour](), clientGroup)
	ofDeployments, errDeployments := deployment.Quirks()
	if errClients != nil {
		errClients = fmt.Errorf("listing the clients' quirks: %w", errClients)
	}
	return append(quirk.Prefixed(clientGroup, ofClients), ofDeployments...), errors.Join(errClients, errDeployments)
}
