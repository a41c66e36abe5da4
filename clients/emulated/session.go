package emulated

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
)

// Session is one installation of an emulated client at one MCP server.
type Session struct {
	identity  clients.Identity
	behaviour Behaviour
	facts     clients.Facts
	mcpURL    *url.URL
	store     *installation
	rng       *rand.Rand
	wrap      func(http.RoundTripper) http.RoundTripper

	// program is the running program; Restart replaces it.
	program atomic.Pointer[program]
	closed  atomic.Bool
}

// program is what ends with the process that a session plays.
type program struct {
	// ctx ends with the program; the GET stream hangs on it.
	ctx     context.Context //nolint:containedctx // the program owns a stream that outlives the call that opened it
	cancel  context.CancelFunc
	streams sync.WaitGroup
	http    *requester
	nonces  nonces
	conn    atomic.Pointer[connection]
	// tokens are the program's own copy, for sessions that go by one.
	tokens atomic.Pointer[tokens]
	// loggedIn says that the tokens were granted to this program.
	loggedIn atomic.Bool
	// basicRefused says that a guess at how to authenticate was wrong.
	basicRefused atomic.Bool
}

// launch starts the program with a transport of its own.
func (s *Session) launch() {
	p := &program{}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	g := newGuard(s.behaviour.Network, s.facts.MCPURL)
	g.permit = s.facts.Permit
	p.http = newRequester(&s.behaviour, g, s.identity.ID, s.identity.Version, tlsConfig(s.facts))
	s.wrapTransport(p)
	s.program.Store(p)
}

// end ends the program: a farewell to the server if one is due, and nothing
// left running.
func (s *Session) end(ctx context.Context, p *program) {
	s.leave(ctx, p)
	p.cancel()
	p.streams.Wait()
	p.http.close()
}

func (s *Session) http() *requester { return s.program.Load().http }

// Connect authorizes as far as the server asks for it, and lists the tools.
func (s *Session) Connect(ctx context.Context) clients.Outcome {
	ctx, done := s.bound(ctx)
	defer done()
	return outcome(ctx, "", s.connect(ctx))
}

func (s *Session) connect(ctx context.Context) error {
	if _, loggedIn := s.token(); !loggedIn && !s.useTypedToken() {
		s.lookAround(ctx)
		if s.behaviour.Discovery.Start == StartWithMetadata {
			if err := s.login(ctx, login{}); err != nil {
				return err
			}
		}
	}
	s.reread(ctx, s.behaviour.Discovery.EveryStart, nil)
	return s.handshake(ctx)
}

// Call makes the client call a tool.
func (s *Session) Call(ctx context.Context, tool string, arguments map[string]any) clients.Outcome {
	ctx, done := s.bound(ctx)
	defer done()
	conn := s.program.Load().conn.Load()
	if conn == nil {
		return outcome(ctx, "", fail("not connected"))
	}
	text, err := s.call(ctx, conn, tool, arguments)
	return outcome(ctx, text, err)
}

// Restart ends the program and starts it again with what it had stored.
func (s *Session) Restart(ctx context.Context) clients.Outcome {
	s.end(ctx, s.program.Load())
	if s.closed.Load() {
		return outcome(ctx, "", fail("the session is closed"))
	}
	s.launch()
	return s.Connect(ctx)
}

// Close ends the program and leaves nothing running.
func (s *Session) Close() error {
	s.closed.Store(true)
	s.end(context.Background(), s.program.Load())
	return nil
}

// endTimeout bounds the farewell to the server.
const endTimeout = 2 * time.Second

// leave ends the MCP session, if there is one that can be ended.
func (s *Session) leave(ctx context.Context, p *program) {
	conn := p.conn.Swap(nil)
	if conn == nil || conn.sessionID == "" || s.behaviour.Protocol.SessionEnd == SessionKept || p.ctx.Err() != nil {
		return
	}
	ctx, cancel := within(ctx, endTimeout)
	defer cancel()
	q := request{method: http.MethodDelete, url: s.facts.MCPURL, header: s.mcpHeaders(conn, message{})}
	q.header["Accept"] = nil // nothing is awaited; nil keeps the field from being sent
	if accept := s.behaviour.Headers.AcceptSessionEnd; accept != "" {
		q.header.Set("Accept", accept)
	}
	if t, ok := s.token(); ok && s.behaviour.Protocol.SessionEnd != SessionAnonymous {
		if err := s.present(&q, t); err != nil {
			return
		}
	}
	if res, err := p.http.send(ctx, toMCP, q); err == nil {
		res.Body.Close()
	}
}

// bound ends a call's context with the program, so that Close interrupts it.
func (s *Session) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stopWatching := context.AfterFunc(s.program.Load().ctx, cancel)
	return ctx, func() { stopWatching(); cancel() }
}
