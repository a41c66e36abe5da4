package sdk

import (
	"context"
	"errors"
	"fmt"

	"github.com/mcpcompat/mcpcompat/clients"
)

const (
	goSDKModule = "github.com/modelcontextprotocol/go-sdk"
	// goSDKVersion is used where a binary does not know its modules.
	goSDKVersion = "1.8.0"
	// registeredPort is the port of the callback that is registered by hand;
	// it is the one of the SDK's own example client.
	registeredPort = 3142
)

// GoSDK is a client on the Go SDK (github.com/modelcontextprotocol/go-sdk). It
// registers dynamically unless it was given credentials. The SDK keeps tokens
// and registrations in memory only and leaves storing them to the program, so a
// restart begins from nothing.
type GoSDK struct {
	// MetadataDocument is the URL of a client ID metadata document to offer
	// before every other way of registration; "" means none, as the SDK has
	// no document of its own.
	MetadataDocument string
}

// All returns a client for every SDK that runs in this process.
func All() []clients.Client { return []clients.Client{GoSDK{}, MCPGo{}} }

// Identity implements clients.Client.
func (GoSDK) Identity() clients.Identity {
	return clients.Identity{ID: "go-sdk", Name: "MCP Go SDK", Version: version(goSDKModule, goSDKVersion), Basis: clients.SDK}
}

// Registration implements clients.Client.
func (GoSDK) Registration() clients.Registration {
	return clients.Registration{Name: "MCP Go SDK client", RedirectURIs: []string{redirectURI(registeredPort)}}
}

// Available implements clients.Client: what is compiled in can always run.
func (GoSDK) Available(context.Context) error { return nil }

// Start implements clients.Client.
func (g GoSDK) Start(_ context.Context, f clients.Facts) (clients.Session, error) {
	if f.UserAgent == nil {
		return nil, errors.New("go-sdk: no user agent given")
	}
	return newSession(g, f), nil
}

func redirectURI(port int) string { return fmt.Sprintf("http://localhost:%d/callback", port) }
