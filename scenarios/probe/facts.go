package probe

import (
	"errors"
	"net/http"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// Redirect is the redirect URI with which the prober registers, and with which
// an operator registers it by hand. Nothing listens there: the user agent hands
// the callback over.
const Redirect = "http://127.0.0.1:43117/callback"

// Facts are what the prober is told of a deployment.
type Facts struct {
	// MCPURL is what a user would type in. Required.
	MCPURL string
	// Recorder takes the marks of the probes. Required.
	Recorder *trace.Recorder
	// UserAgent is the user, who allows everything unless told otherwise.
	// Required.
	UserAgent clients.UserAgent
	// Decide makes the user allow or deny from now on; nil means that the user
	// always allows.
	Decide func(allow bool)
	// Control switches the deployment's state; nil means that nobody can.
	Control fixtures.Control
	// Registered are clients that the operator registered by hand for the
	// prober, with [Redirect]; a second one serves to play a stranger. nil
	// means none.
	Registered []fixtures.RegisteredClient
	// BearerToken is an access token that the operator made by hand; "" where
	// tokens come from an authorization server.
	BearerToken string
	// Documents are what the authorization server finds when it fetches the
	// prober's client ID metadata documents; nil means that the prober has no
	// host whose documents this server could fetch.
	Documents *Documents
	// Transport carries the prober's own requests; nil means a transport of
	// its own.
	Transport http.RoundTripper
	// Revision is the MCP revision to speak; "" means the newest.
	Revision string
	// StepUpTool is a tool that needs more scope than a request as such; ""
	// means that none is known.
	StepUpTool string
	// Patience is how long to wait for the answer to a request whose metadata
	// document never comes; 0 leaves that probe out, as it takes as long as
	// the server's own patience.
	Patience time.Duration
}

func (f Facts) validate() error {
	switch {
	case f.MCPURL == "":
		return errors.New("prober: no MCP server URL")
	case f.Recorder == nil:
		return errors.New("prober: no recorder")
	case f.UserAgent == nil:
		return errors.New("prober: no user agent")
	}
	return nil
}
