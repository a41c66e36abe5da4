package judge

import (
	"slices"
	"strings"
)

// Cells in which there was no flow to judge, because the client has none or
// needed none. Both are read off the wire; a client's word alone excuses it
// from nothing that it began.

// unable is what a client said that told it could not authorize at all, and
// began nothing: an MCP client need not support authorization (MCP 2026-07-28,
// protocol requirements). "" for every other client.
func (v *View) unable() string {
	if len(v.Attempts) == 0 || v.Attempts[0].Status != "unsupported" || v.flowWithin(v.whole()) {
		return ""
	}
	return clip(v.Attempts[0].Words)
}

// typedToken reports whether a client was let in with an access token that its
// user had typed in. A cell begins with a client that has nothing stored, so a
// token that nobody issued can come from nowhere else; an imported recording may
// begin anywhere, and says nothing. A token that let nobody in excuses nothing.
func (v *View) typedToken() bool {
	i := slices.IndexFunc(v.MCP, MCPRequest.authorized)
	return len(v.Attempts) > 0 && i >= 0 && v.MCP[i].Status/100 == 2 && !v.asked(span{1, v.MCP[i].ID})
}

// asked reports whether the client asked for authorization, or for a token.
func (v *View) asked(s span) bool {
	return lastOf(v.Authorizations, s, every[Authorization])+lastOf(v.Tokens, s, every[TokenRequest]) > 0
}

// flowWithin reports whether the client took any step towards a token.
func (v *View) flowWithin(s span) bool {
	return v.asked(s) || lastOf(v.ResourceMetadata, s, every[Document])+lastOf(v.ServerMetadata, s, every[Document])+
		lastOf(v.Registrations, s, every[Registration]) > 0
}

// typedEndpoints reports whether the client asked for authorization at an
// address that its user had typed in beside the client_id: nothing on the
// recording of the cell names it, and it is not the MCP server's own.
func (v *View) typedEndpoints() bool {
	if len(v.Attempts) == 0 || v.Rec.Setting.Configured == nil || len(v.Authorizations) == 0 {
		return false
	}
	first := v.Authorizations[0]
	before := span{1, first.ID}
	discovered := lastOf(v.ResourceMetadata, before, every[Document])+lastOf(v.ServerMetadata, before, every[Document]) > 0
	return !discovered && !strings.HasPrefix(first.Request.URL, v.origin()+"/")
}

// unnamed is why there was no authorization server whose metadata has its
// places: the client looked for the metadata of the resource, which names it,
// and found none. "" where one was named, and where the client did not look.
func (v *View) unnamed() string {
	if len(v.ResourceMetadata) == 0 || slices.ContainsFunc(v.ResourceMetadata, Document.usable) {
		return ""
	}
	return "no protected resource metadata was found: nothing named an authorization server, and so no order of its metadata"
}

// Why a scenario is apart: it does not apply to a client to which its user gave
// what the others have to look for.
const (
	withTypedToken     = "the client was let in with an access token that its user had typed in: "
	withTypedEndpoints = "the client went to endpoints that its user had typed in: "
)

// apart is a goal that is none.
func apart(why string) goal { return goal{apart: why} }
