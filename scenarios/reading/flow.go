package reading

import (
	"slices"
	"strings"
)

// Unable is what a client said that told it could not authorize at all, and
// began nothing: an MCP client need not support authorization (MCP 2026-07-28,
// protocol requirements). "" for every other client.
func (v *View) Unable() string {
	if len(v.Attempts) == 0 || v.Attempts[0].Status != "unsupported" || v.flowWithin(v.Whole()) {
		return ""
	}
	return Clip(v.Attempts[0].Words)
}

// TypedToken reports whether a client was let in with an access token that its
// user had typed in. A cell begins with a client that has nothing stored, so a
// token that nobody issued can come from nowhere else; an imported recording may
// begin anywhere, and says nothing. A token that let nobody in excuses nothing.
func (v *View) TypedToken() bool {
	i := slices.IndexFunc(v.MCP, MCPRequest.Authorized)
	return len(v.Attempts) > 0 && i >= 0 && v.MCP[i].Status/100 == 2 && !v.Asked(Span{1, v.MCP[i].ID})
}

// Asked reports whether the client asked for authorization, or for a token.
func (v *View) Asked(s Span) bool {
	return LastOf(v.Authorizations, s, Every[Authorization])+LastOf(v.Tokens, s, Every[TokenRequest]) > 0
}

// flowWithin reports whether the client took any step towards a token.
func (v *View) flowWithin(s Span) bool {
	return v.Asked(s) || LastOf(v.ResourceMetadata, s, Every[Document])+LastOf(v.ServerMetadata, s, Every[Document])+
		LastOf(v.Registrations, s, Every[Registration]) > 0
}

// TypedEndpoints reports whether the client asked for authorization at an
// address that its user had typed in beside the client_id: nothing on the
// recording of the cell names it, and it is not the MCP server's own.
func (v *View) TypedEndpoints() bool {
	if len(v.Attempts) == 0 || v.Rec.Setting.Configured == nil || len(v.Authorizations) == 0 {
		return false
	}
	first := v.Authorizations[0]
	before := Span{1, first.ID}
	discovered := LastOf(v.ResourceMetadata, before, Every[Document])+LastOf(v.ServerMetadata, before, Every[Document]) > 0
	return !discovered && !strings.HasPrefix(first.Request.URL, v.Origin()+"/")
}

// Connect is the progress of the first flow: until the client was told
// something other than to connect and call.
func (v *View) Connect() Progress { return v.Progress(v.FirstFlow()) }

// FirstFlow is the span of the way from nothing to the first tool result.
func (v *View) FirstFlow() Span {
	s := v.Whole()
	for i, a := range v.Attempts {
		if a.Scenario != "" && !slices.Contains([]string{"C.1", "C.2", "C.3", "C.4", "C.5", "C.8"}, a.Scenario) && i > 0 {
			s.Last = a.First - 1
			break
		}
	}
	return s
}

// FirstWords is what the client said about its first failure, "" when it said
// nothing.
func (v *View) FirstWords() string {
	for _, a := range v.Attempts {
		if a.Words != "" && a.Status != "ok" {
			return Clip(a.Words)
		}
	}
	return ""
}

// Scenario lists the attempts of one scenario.
func (v *View) Scenario(id string) []Attempt {
	var out []Attempt
	for _, a := range v.Attempts {
		if a.Scenario == id {
			out = append(out, a)
		}
	}
	return out
}
