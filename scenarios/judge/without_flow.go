package judge

import (
	"slices"

	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// unnamed is why there was no authorization server whose metadata has its
// places: the client looked for the metadata of the resource, which names it,
// and found none. "" where one was named, and where the client did not look.
func unnamed(v *reading.View) string {
	if len(v.ResourceMetadata) == 0 || slices.ContainsFunc(v.ResourceMetadata, reading.Document.Usable) {
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
