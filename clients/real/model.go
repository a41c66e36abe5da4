//go:build unix

package real

import (
	"errors"
	"fmt"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients/real/internal/modelstub"
)

// model is the language model that a program is configured with.
type model struct{ *modelstub.Stub }

// open serves the model until the session is closed, or closes the session where
// that fails.
func (m *model) open(s *session) (err error) {
	if m.Stub, err = modelstub.Start(); err != nil {
		return closing(s, err)
	}
	before := s.release
	s.release = func() {
		_ = m.Close() // nobody asks it any more
		if before != nil {
			before()
		}
	}
	return nil
}

// closing closes a session that could not be started.
func closing(s *session, err error) error {
	return errors.Join(fmt.Errorf("%s: %w", s.id, err), s.Close())
}

// result is what became of a turn that the program has brought to its end.
func (m *model) result(t *modelstub.Turn) (modelstub.Result, error) {
	r := m.Result(t)
	switch {
	case r.CallID == "":
		offered := m.Offered()
		if len(offered) == 0 {
			offered = []string{"none"}
		}
		return r, &answered{words: "it offered its model no such tool; the tools were " + strings.Join(offered, ", ")}
	case !r.Answered:
		return r, &answered{words: "it did not tell its model what became of the tool"}
	}
	return r, nil
}
