package emulated

// token returns the tokens that the session goes by: those that are kept for
// the installation, or its own copy of them.
func (s *Session) token() (tokens, bool) {
	if s.behaviour.Refresh.Concurrency != RefreshPerSession {
		return s.store.token(s.facts.MCPURL)
	}
	p := s.program.Load()
	if copied := p.tokens.Load(); copied != nil {
		return *copied, true
	}
	t, ok := s.store.token(s.facts.MCPURL)
	if ok {
		p.tokens.Store(&t)
	}
	return t, ok
}

func (s *Session) setToken(t tokens) {
	s.store.setToken(s.facts.MCPURL, t)
	s.program.Load().tokens.Store(&t)
}

func (s *Session) dropToken() {
	s.store.dropToken(s.facts.MCPURL)
	s.program.Load().tokens.Store(nil)
}
