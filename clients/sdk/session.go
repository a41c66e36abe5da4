package sdk

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/modelcontextprotocol/go-sdk/oauthex"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// session is one program on the SDK.
type session struct {
	client GoSDK
	facts  clients.Facts
	masker *trace.Masker

	mu        sync.Mutex
	closed    bool
	transport *http.Transport // nil while the program does not run
	mcp       *mcp.ClientSession
	stop      context.CancelFunc
}

func newSession(g GoSDK, f clients.Facts) *session {
	return &session{client: g, facts: f, masker: trace.NewMasker()}
}

// Connect implements clients.Session.
func (s *session) Connect(ctx context.Context) clients.Outcome {
	if err := s.connect(ctx); err != nil {
		s.quit()
		return s.failure(ctx, err)
	}
	return clients.Outcome{Status: clients.OK}
}

func (s *session) connect(ctx context.Context) error {
	port, err := callbackPort(s.facts, registeredPort)
	if err != nil {
		return err
	}
	transport := newTransport(s.facts)
	client := &http.Client{Transport: transport}
	handler, err := auth.NewAuthorizationCodeHandler(s.config(redirectURI(port), client))
	if err != nil {
		return err
	}
	if err := s.begin(transport); err != nil {
		return err
	}
	// The SDK ends a connection with the context that it was made with, so
	// that must not be the attempt's.
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	untie := context.AfterFunc(ctx, stop)
	defer untie()
	connected, err := mcp.NewClient(&mcp.Implementation{Name: "mcpcompat", Version: "1"}, nil).Connect(life,
		&mcp.StreamableClientTransport{
			Endpoint: s.facts.MCPURL, HTTPClient: client, OAuthHandler: handler,
			// A lost stream is not what is measured; waiting for it to come
			// back would cost seconds.
			MaxRetries: -1, DisableStandaloneSSE: true,
		}, &mcp.ClientSessionOptions{ProtocolVersion: s.facts.Revision})
	if err != nil {
		stop()
		return errors.Join(ctx.Err(), err)
	}
	if err := s.keep(connected, stop); err != nil {
		return err
	}
	_, err = connected.ListTools(ctx, nil)
	return err
}

// config is the least that a program has to say.
func (s *session) config(redirect string, client *http.Client) *auth.AuthorizationCodeHandlerConfig {
	config := &auth.AuthorizationCodeHandlerConfig{
		RedirectURL:              redirect,
		RequestRefreshToken:      true,
		Client:                   client,
		AuthorizationCodeFetcher: s.fetch(redirect),
	}
	if s.client.MetadataDocument != "" {
		config.ClientIDMetadataDocumentConfig = &auth.ClientIDMetadataDocumentConfig{URL: s.client.MetadataDocument}
	}
	if c := s.facts.Credentials; c != nil && c.ClientID != "" {
		config.PreregisteredClient = &oauthex.ClientCredentials{ClientID: c.ClientID}
		if c.ClientSecret != "" {
			config.PreregisteredClient.ClientSecretAuth = &oauthex.ClientSecretAuth{ClientSecret: c.ClientSecret}
		}
		return config
	}
	config.DynamicClientRegistrationConfig = &auth.DynamicClientRegistrationConfig{Metadata: &oauthex.ClientRegistrationMetadata{
		ClientName:   "MCP Go SDK client",
		RedirectURIs: []string{redirect},
		GrantTypes:   []string{"authorization_code", "refresh_token"},
	}}
	return config
}

// fetch shows the authorization URL to the user and returns what came back,
// which is all that the SDK leaves to the program.
func (s *session) fetch(redirect string) auth.AuthorizationCodeFetcher {
	return func(ctx context.Context, args *auth.AuthorizationArgs) (*auth.AuthorizationResult, error) {
		q, err := callback(ctx, s.facts.UserAgent, args.URL, redirect)
		if err != nil {
			return nil, err
		}
		return &auth.AuthorizationResult{Code: q.Get("code"), State: q.Get("state"), Iss: q.Get("iss")}, nil
	}
}

// begin notes that the program runs.
func (s *session) begin(t *http.Transport) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return errors.New("the session is closed")
	case s.transport != nil:
		return errors.New("it is connected already")
	}
	s.transport = t
	return nil
}

// keep notes the connection, unless the program was ended meanwhile.
func (s *session) keep(connected *mcp.ClientSession, stop context.CancelFunc) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		stop()
		return errors.New("the session is closed")
	}
	s.mcp, s.stop = connected, stop
	return nil
}

// Call implements clients.Session.
func (s *session) Call(ctx context.Context, tool string, arguments map[string]any) clients.Outcome {
	s.mu.Lock()
	connected := s.mcp
	s.mu.Unlock()
	if connected == nil {
		return notConnected()
	}
	result, err := connected.CallTool(ctx, &mcp.CallToolParams{Name: tool, Arguments: object(arguments)})
	if err != nil {
		return s.failure(ctx, err)
	}
	var texts []string
	for _, c := range result.Content {
		if text, ok := c.(*mcp.TextContent); ok {
			texts = append(texts, text.Text)
		}
	}
	return called(s.masker, texts, result.IsError)
}

// Restart implements clients.Session. The SDK has stored nothing.
func (s *session) Restart(ctx context.Context) clients.Outcome {
	s.quit()
	return s.Connect(ctx)
}

// Close implements clients.Session.
func (s *session) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.quit()
	return nil
}

// quit ends the program, if it runs: a program that exits takes its connections
// with it, whether the server likes it or not.
func (s *session) quit() {
	s.mu.Lock()
	connected, stop, transport := s.mcp, s.stop, s.transport
	s.mcp, s.stop, s.transport = nil, nil, nil
	s.mu.Unlock()
	if connected != nil {
		_ = connected.Close() // an error is the server's, and on the recording
		stop()
	}
	if transport != nil {
		transport.CloseIdleConnections()
	}
}

// refusals are the words by which the SDK says that it declines what a server
// offers, as opposed to not getting what it needs.
var refusals = regexp.MustCompile(`does not match|does not implement PKCE|state mismatch|RFC 9207|disallowed scheme` +
	`|does not use HTTPS|non-public|security downgrade|redirect into loopback`)

func (s *session) failure(ctx context.Context, err error) clients.Outcome {
	words := s.masker.Text(err.Error())
	if timedOut(ctx) {
		return clients.Outcome{Status: clients.TimedOut, Words: words}
	}
	if refusals.MatchString(words) {
		return clients.Outcome{Status: clients.Refused, Words: words}
	}
	return clients.Outcome{Status: clients.Failed, Words: words}
}
