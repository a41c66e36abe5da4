//go:build unix

package real

import (
	"context"
	"errors"
	"fmt"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/proc"
)

// driver has one program do in its sandbox what a user would. It is used by one
// goroutine at a time.
type driver interface {
	// connect starts the program and waits until it has listed the server's
	// tools.
	connect(ctx context.Context) error
	// call has it call a tool, and returns the text of the result.
	call(ctx context.Context, tool string, arguments map[string]any) (string, error)
}

// session is a client's session on top of a driver: what is the same for all
// programs.
type session struct {
	*sandbox
	driver driver
	// release gives back what the session holds besides its sandbox; nil means
	// nothing.
	release func()
	// blocked says why nothing can be attempted; nil means that it can.
	blocked error
}

// Connect implements clients.Session.
func (s *session) Connect(ctx context.Context) clients.Outcome {
	out := s.attempt(ctx, func(ctx context.Context) (string, error) { return "", s.driver.connect(ctx) })
	if out.Status != clients.OK {
		s.quit()
	}
	return out
}

// Call implements clients.Session.
func (s *session) Call(ctx context.Context, tool string, arguments map[string]any) clients.Outcome {
	if arguments == nil {
		arguments = map[string]any{} // some programs send what they are given, and null is no object
	}
	return s.attempt(ctx, func(ctx context.Context) (string, error) { return s.driver.call(ctx, tool, arguments) })
}

// Restart implements clients.Session.
func (s *session) Restart(ctx context.Context) clients.Outcome {
	s.quit()
	return s.Connect(ctx)
}

// Close implements clients.Session.
func (s *session) Close() error {
	err := s.close()
	if s.release != nil {
		s.release()
		s.release = nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", s.id, err)
	}
	return nil
}

// abandon closes a session that could not be prepared, and returns why.
func (s *session) abandon(why error) error {
	return errors.Join(fmt.Errorf("%s: %w", s.id, why), s.Close())
}

func (s *session) attempt(ctx context.Context, do func(context.Context) (string, error)) clients.Outcome {
	ctx, cancel := s.patient(ctx)
	defer cancel()
	s.begin()
	if s.blocked != nil {
		return s.outcome(ctx, s.blocked)
	}
	mark := s.browser.mark()
	text, err := do(ctx)
	if err != nil {
		var said *answered
		own := errors.As(err, &said) || errors.Is(err, proc.ErrExited) || errors.Is(err, errHang)
		// Others say no more than that their context has ended.
		if why := s.waited(ctx, mark, "the end of the attempt"); !own && errors.Is(why, errHang) {
			err = fmt.Errorf("%w: %w", why, err)
		}
		return s.outcome(ctx, err)
	}
	return clients.Outcome{Status: clients.OK, Text: text}
}
