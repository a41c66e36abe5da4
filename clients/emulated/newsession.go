package emulated

import (
	"context"
	"errors"
)

// errConnectAnew says that a message is to be sent again in a new MCP session.
var errConnectAnew = errors.New("the client has to connect anew after the login")

// connectAnew ends the MCP session, if one is left, and begins another one.
func (s *Session) connectAnew(ctx context.Context) (*connection, error) {
	s.leave(ctx, s.program.Load())
	s.reread(ctx, s.behaviour.Discovery.EveryStart, nil)
	if err := s.handshake(ctx); err != nil {
		return nil, err
	}
	if conn := s.program.Load().conn.Load(); conn != nil {
		return conn, nil
	}
	return nil, fail("the program has ended")
}
