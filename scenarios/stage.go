package scenarios

import (
	"context"
	"fmt"
	"slices"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	"github.com/mcpcompat/mcpcompat/fixtures"
	"github.com/mcpcompat/mcpcompat/fixtures/container"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/fixtures/embedded"
	"github.com/mcpcompat/mcpcompat/fixtures/standalone"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// issued is the value of a deployment's credentials with which the operator
// registers every client by hand and hands out the client ids.
const issued = "issued"

// Stage opens Worlds, by the provider that a deployment names.
type Stage struct {
	// Containers is nil when containers are not to be used.
	Containers *container.Provider
	// Documents are captured client ID metadata documents; the zero value
	// holds none.
	Documents documents.Store
}

// unavailable says why the deployment cannot be run here, "" when it can.
func (s Stage) unavailable(ctx context.Context, d deployment.Deployment) string {
	switch d.Provider {
	case deployment.Embedded, "":
		return ""
	case deployment.Container:
		if s.Containers == nil {
			return "containers were not asked for"
		}
		if err := s.Containers.Available(ctx); err != nil {
			return err.Error()
		}
		return ""
	case deployment.Process, deployment.External:
	}
	return fmt.Sprintf("no provider %q in this version", d.Provider)
}

// open starts the World of a cell. Credentials are nil unless the deployment's
// operator hands them out.
func (s Stage) open(ctx context.Context, spec CellSpec, revision string, seed int64) (*fixtures.World, *clients.Credentials, error) {
	setting := trace.Setting{
		Client: spec.Client.Identity().String(), Revision: revision,
		NoResourceMetadata: spec.Deployment.NoResourceMetadata(),
	}
	var registered []fixtures.RegisteredClient
	var credentials *clients.Credentials
	if spec.Deployment.Credentials == issued {
		r := register(spec.Client, *spec.Deployment)
		registered = append(registered, r)
	}
	if len(registered) > 0 && !spec.Client.Registration().NoCredentials {
		r := registered[0]
		credentials = &clients.Credentials{ClientID: r.ClientID, ClientSecret: r.ClientSecret}
		setting.Configured = &trace.RegisteredClient{
			ClientID: r.ClientID, RedirectURIs: r.RedirectURIs, AuthMethod: r.AuthMethod,
		}
	}
	w, err := s.start(ctx, *spec.Deployment, registered, setting, seed)
	if err != nil {
		return nil, nil, err
	}
	if credentials != nil {
		credentials.AuthorizationEndpoint, credentials.TokenEndpoint = w.AuthorizationEndpoint, w.TokenEndpoint
	}
	if w.BearerToken != "" {
		credentials = &clients.Credentials{BearerToken: w.BearerToken}
	}
	return w, credentials, nil
}

func (s Stage) start(
	ctx context.Context, d deployment.Deployment, registered []fixtures.RegisteredClient, setting trace.Setting, seed int64,
) (*fixtures.World, error) {
	if d.Provider == deployment.Container {
		return s.Containers.Start(ctx, d, container.WorldOptions{
			Registered: registered, Setting: setting, Documents: s.copies(),
		})
	}
	return embedded.Start(ctx, d, embedded.Options{
		Registered: registered, Setting: setting, Documents: s.Documents, Seed: seed,
	})
}

// copies are the captured documents in the form in which they are handed to a
// container.
func (s Stage) copies() []standalone.Document {
	var out []standalone.Document
	for _, d := range s.Documents.Documents() {
		if body, header, ok := s.Documents.Document(d.URL); ok {
			out = append(out, standalone.Document{URL: d.URL, Header: header, Body: string(body)})
		}
	}
	for _, address := range s.Documents.KeySets() {
		if body, header, ok := s.Documents.Document(address); ok {
			out = append(out, standalone.Document{URL: address, Header: header, Body: string(body)})
		}
	}
	return out
}

// register does what an operator does by hand with a client's documentation.
func register(c clients.Client, d deployment.Deployment) fixtures.RegisteredClient {
	want := c.Registration()
	r := fixtures.RegisteredClient{
		ClientID: "client-of-" + c.Identity().ID, Name: want.Name, RedirectURIs: d.Registered.RedirectURIs(want.RedirectURIs),
		AuthMethod: want.AuthMethod, ApplicationType: want.ApplicationType,
	}
	if want.AuthMethod != "" && want.AuthMethod != "none" {
		r.ClientSecret = "a-secret-of-" + c.Identity().ID
	}
	if !slices.Equal(r.RedirectURIs, want.RedirectURIs) {
		r.Asked = want.RedirectURIs
	}
	return r
}
