package sdk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"sync"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// mcpGoSession is one program on mcp-go.
type mcpGoSession struct {
	facts  clients.Facts
	masker *trace.Masker

	mu        sync.Mutex
	closed    bool
	transport *http.Transport // nil while the program does not run
	client    *client.Client
	redirect  string
	stop      context.CancelFunc
}

func newMCPGoSession(f clients.Facts) *mcpGoSession {
	return &mcpGoSession{facts: f, masker: trace.NewMasker()}
}

// Connect implements clients.Session.
func (s *mcpGoSession) Connect(ctx context.Context) clients.Outcome {
	if err := s.connect(ctx); err != nil {
		s.quit()
		return s.failure(ctx, err)
	}
	return clients.Outcome{Status: clients.OK}
}

func (s *mcpGoSession) connect(ctx context.Context) error {
	port, err := callbackPort(s.facts, mcpGoPort)
	if err != nil {
		return err
	}
	redirect := mcpGoRedirect(port)
	t := newTransport(s.facts)
	c, err := newMCPGoClient(s.facts, redirect, &http.Client{Transport: t})
	if err != nil {
		return err
	}
	// What the library starts lives as long as the program.
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	if err := s.begin(t, c, redirect, stop); err != nil {
		stop()
		return err
	}
	if err := c.Start(life); err != nil {
		return err
	}
	err = s.authorized(ctx, func() error {
		_, err := c.Initialize(ctx, mcp.InitializeRequest{Params: mcp.InitializeParams{
			ProtocolVersion: s.revision(), ClientInfo: mcp.Implementation{Name: "mcpcompat", Version: "1"},
		}})
		return err
	})
	if err != nil {
		return err
	}
	return s.authorized(ctx, func() error {
		_, err := c.ListTools(ctx, mcp.ListToolsRequest{})
		return err
	})
}

func (s *mcpGoSession) revision() string {
	if s.facts.Revision != "" {
		return s.facts.Revision
	}
	return mcp.LATEST_PROTOCOL_VERSION
}

// newMCPGoClient is the least that a program has to say.
func newMCPGoClient(f clients.Facts, redirect string, h *http.Client) (*client.Client, error) {
	config := client.OAuthConfig{
		RedirectURI: redirect,
		TokenStore:  client.NewMemoryTokenStore(),
		PKCEEnabled: true,
		HTTPClient:  h,
	}
	if c := f.Credentials; c != nil {
		config.ClientID, config.ClientSecret = c.ClientID, c.ClientSecret
	}
	t, err := transport.NewStreamableHTTP(f.MCPURL, transport.WithHTTPOAuth(config), transport.WithHTTPBasicClient(h))
	if err != nil {
		return nil, err
	}
	return client.NewClient(t, client.WithProtocolVersion(f.Revision)), nil
}

// authorized makes a call, and makes it again after a login where the library
// asks for one.
func (s *mcpGoSession) authorized(ctx context.Context, call func() error) error {
	err := call()
	if !client.IsOAuthAuthorizationRequiredError(err) {
		return err
	}
	if err := s.login(ctx, client.GetOAuthHandler(err)); err != nil {
		return err
	}
	return call()
}

func (s *mcpGoSession) login(ctx context.Context, h *transport.OAuthHandler) error {
	verifier, err := client.GenerateCodeVerifier()
	if err != nil {
		return err
	}
	state, err := client.GenerateState()
	if err != nil {
		return err
	}
	if h.GetClientID() == "" {
		if err := h.RegisterClient(ctx, "MCP Go client"); err != nil {
			return err
		}
	}
	address, err := h.GetAuthorizationURL(ctx, state, client.GenerateCodeChallenge(verifier))
	if err != nil {
		return err
	}
	q, err := callback(ctx, s.facts.UserAgent, address, s.redirect)
	if err != nil {
		return err
	}
	return h.ProcessAuthorizationResponse(ctx, q.Get("code"), q.Get("state"), verifier)
}

// begin notes that the program runs.
func (s *mcpGoSession) begin(t *http.Transport, c *client.Client, redirect string, stop context.CancelFunc) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return errors.New("the session is closed")
	case s.transport != nil:
		return errors.New("it is connected already")
	}
	s.transport, s.client, s.redirect, s.stop = t, c, redirect, stop
	return nil
}

// Call implements clients.Session.
func (s *mcpGoSession) Call(ctx context.Context, tool string, arguments map[string]any) clients.Outcome {
	s.mu.Lock()
	c := s.client
	s.mu.Unlock()
	if c == nil {
		return notConnected()
	}
	var result *mcp.CallToolResult
	err := s.authorized(ctx, func() (err error) {
		result, err = c.CallTool(ctx, mcp.CallToolRequest{Params: mcp.CallToolParams{Name: tool, Arguments: object(arguments)}})
		return err
	})
	if err != nil {
		return s.failure(ctx, err)
	}
	var texts []string
	for _, content := range result.Content {
		if text, ok := content.(mcp.TextContent); ok {
			texts = append(texts, text.Text)
		}
	}
	return called(s.masker, texts, result.IsError)
}

// Restart implements clients.Session. The library has stored nothing.
func (s *mcpGoSession) Restart(ctx context.Context) clients.Outcome {
	s.quit()
	return s.Connect(ctx)
}

// Close implements clients.Session.
func (s *mcpGoSession) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.quit()
	return nil
}

// quit ends the program, if it runs.
func (s *mcpGoSession) quit() {
	s.mu.Lock()
	c, stop, t := s.client, s.stop, s.transport
	s.client, s.stop, s.transport = nil, nil, nil
	s.mu.Unlock()
	if c != nil {
		_ = c.Close() // an error is the server's, and on the recording
		stop()
		t.CloseIdleConnections()
	}
}

// mcpGoRefusals are the words by which the library says that it declines what a
// server offers, as opposed to not getting what it needs.
var mcpGoRefusals = regexp.MustCompile(`does not match|invalid state parameter|disallowed scheme|declares issuer`)

func (s *mcpGoSession) failure(ctx context.Context, err error) clients.Outcome {
	if h := client.GetOAuthHandler(err); h != nil {
		// The error says only that the second attempt ended like the first.
		err = fmt.Errorf("after a login: %w", err)
	}
	words := s.masker.Text(err.Error())
	if timedOut(ctx) {
		return clients.Outcome{Status: clients.TimedOut, Words: words}
	}
	if mcpGoRefusals.MatchString(words) {
		return clients.Outcome{Status: clients.Refused, Words: words}
	}
	return clients.Outcome{Status: clients.Failed, Words: words}
}
