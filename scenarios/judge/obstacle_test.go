package judge

import (
	"net/url"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// An obstacle names what each side did, so that a person sees what collided.
func TestObstaclesNameBothSides(t *testing.T) {
	t.Parallel()
	metadata := func(members map[string]any) *reading.View {
		x := trace.Exchange{ID: 1, Request: trace.Request{Method: "GET", URL: "https://as.example/m"}, Response: &trace.Response{Status: 200}}
		return &reading.View{Rec: &trace.Recording{Exchanges: []trace.Exchange{x}}, ServerMetadata: []reading.Document{{Exchange: x, Status: 200, JSON: members}}}
	}
	refused := func(code, description string, request url.Values) *reading.View {
		v := metadata(map[string]any{})
		v.Authorizations = []reading.Authorization{{
			Exchange: trace.Exchange{ID: 2}, Params: reading.ParseParams(request.Encode()),
			Callback: &reading.Callback{ID: 3, Params: reading.ParseParams(url.Values{"error": {code}, "error_description": {description}}.Encode())},
		}}
		return v
	}
	none := metadata(map[string]any{})
	none.Attempts = []reading.Attempt{{}}
	for _, test := range []struct {
		name string
		view *reading.View
		door reading.Door
		at   int
		want string
	}{
		{"no way to register", none, reading.DoorRegistration, 1, "the authorization server registers no client at run time"},
		{
			"documents only", metadata(map[string]any{"client_id_metadata_document_supported": true}), reading.DoorRegistration, 1,
			"the client went no further after GET /m (200)",
		},
		{"nothing in the way", metadata(map[string]any{}), reading.DoorAuthorize, 1, "the client went no further after GET /m (200)"},
		{
			"resource", refused("invalid_target", "not here", url.Values{"resource": {"https://m.example/mcp"}}), reading.DoorAuthorize, 2,
			`the authorization server answered invalid_target: not here; the request had resource "https://m.example/mcp"`,
		},
		{
			"no scope", refused("invalid_scope", "", nil), reading.DoorAuthorize, 2,
			"the authorization server answered invalid_scope; the request had no scope",
		},
		{"another error", refused("server_error", "", nil), reading.DoorAuthorize, 2, "the authorization server answered server_error"},
	} {
		if got := obstacle(test.view, reading.Progress{Broken: test.door, At: test.at}).String(); got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}
