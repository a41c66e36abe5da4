package emulated

import (
	"slices"
)

const offlineAccess = "offline_access"

// requestedScope is what an authorization request asks for at first.
func (s *Session) requestedScope(t *target) []string {
	return s.withOffline(s.scopeFrom(s.behaviour.Scope.Order, t), t)
}

// registeredScope is what a registration request names.
func (s *Session) registeredScope(t *target) []string {
	order := s.behaviour.Scope.Registration
	if order == nil {
		order = s.behaviour.Scope.Order
	}
	if slices.Contains(order, ScopeNone) && len(order) == 1 {
		return nil
	}
	scope := s.scopeFrom(order, t)
	if s.behaviour.Scope.OfflineAccessRegistered == OfflineNotRegistered {
		return scope
	}
	return s.withOffline(scope, t)
}

// scopeFrom takes the first source that has a scope (MCP 2026-07-28, scope
// selection strategy).
func (s *Session) scopeFrom(order []ScopeSource, t *target) []string {
	if order == nil {
		order = []ScopeSource{ScopeFromChallenge, ScopeFromResource}
	}
	for _, source := range order {
		var scope []string
		switch source {
		case ScopeFromChallenge:
			scope = t.challenge.scopes()
		case ScopeFromResource:
			if t.resource != nil {
				scope = t.resource.Scopes
			}
		case ScopeFromBoth:
			scope = t.challenge.scopes()
			if t.resource != nil {
				scope = union(scope, t.resource.Scopes)
			}
		case ScopeFromServer:
			scope = t.server.Scopes
		case ScopeFixed:
			scope = s.behaviour.Scope.Fixed
		case ScopeNone:
			return nil
		}
		if len(scope) > 0 {
			return slices.Clone(scope)
		}
	}
	return nil
}

// withOffline adds offline_access as the profile says (MCP 2026-07-28,
// SEP-2207: a client may ask for it when the server lists it). Where the scope
// is left to the server it stays so: offline_access alone would narrow it.
func (s *Session) withOffline(scope []string, t *target) []string {
	choice := s.behaviour.Scope.OfflineAccess
	listed := slices.Contains(t.server.Scopes, offlineAccess)
	ask := choice == OfflineAlways || listed && (choice == OfflineAlone || choice == "" && len(scope) > 0)
	if !ask || slices.Contains(scope, offlineAccess) {
		return scope
	}
	return append(scope, offlineAccess)
}

// union is a followed by what b has besides.
func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// containsAll tells whether every element of b is in a.
func containsAll(a, b []string) bool {
	return !slices.ContainsFunc(b, func(x string) bool { return !slices.Contains(a, x) })
}
