package server

import (
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// audienceOf reads the aud of a masked JWT; false when the token is none.
func audienceOf(_ *reading.View, token string) ([]string, bool) {
	m, ok := trace.ParseMasked(token)
	if !ok || m.JWT == nil {
		return nil, false
	}
	return audience(m.JWT.Claims["aud"]), true
}
