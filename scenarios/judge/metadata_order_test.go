package judge

import (
	"net/http"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// Where a client looks for the metadata of an issuer with a path, and with a
// slash at its end.
func TestThePlacesOfServerMetadata(t *testing.T) {
	t.Parallel()
	const (
		oauth, openID = "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"
		good          = `{"issuer":"ISSUER","authorization_endpoint":"` + asURL + `/a","code_challenge_methods_supported":["S256"]}`
	)
	type asked struct {
		path   string
		status int
	}
	for name, tt := range map[string]struct {
		issuer string
		asked  []asked
		want   check.State
		// published is what the server is judged to have done.
		published check.State
	}{
		"in order":                   {asURL + "/t", []asked{{oauth + "/t", 404}, {openID + "/t", 404}, {"/t" + openID, 200}}, check.Kept, check.Kept},
		"stops before the third":     {asURL + "/t", []asked{{oauth + "/t", 404}, {openID + "/t", 404}}, check.Broken, check.NotSeen},
		"stops at a failure":         {asURL + "/t", []asked{{oauth + "/t", 503}}, check.Broken, check.NotSeen},
		"one kind only":              {asURL + "/t", []asked{{oauth + "/t", 404}}, check.Kept, check.NotSeen}, // discovery/both-metadata-kinds says so
		"all of them in vain":        {asURL + "/t", []asked{{oauth + "/t", 404}, {openID + "/t", 404}, {"/t" + openID, 404}}, check.Kept, check.Broken},
		"without the path":           {asURL + "/t", []asked{{oauth, 404}, {openID, 404}}, check.Broken, check.NotSeen},
		"the slash kept":             {asURL + "/", []asked{{oauth + "/", 404}}, check.Broken, check.NotSeen},
		"the slash taken off":        {asURL + "/", []asked{{oauth, 200}}, check.Kept, check.Kept},
		"nobody asked":               {asURL, nil, check.NotSeen, check.NotSeen},
		"at the MCP server's origin": {"http://127.0.0.1:8001/t", []asked{{oauth, 404}}, check.NotSeen, check.NotSeen},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFlow()
			f.told("connect", "")
			f.add(trace.Client, trace.MCPServer, http.MethodGet, "http://127.0.0.1:8001/.well-known/oauth-protected-resource/mcp", "", 200, nil,
				`{"resource":"`+mcpURL+`","authorization_servers":["`+tt.issuer+`"]}`)
			for _, a := range tt.asked {
				body := ""
				if a.status == 200 {
					body = `{"issuer":"` + tt.issuer + good[len(`{"issuer":"ISSUER`):]
				}
				f.add(trace.Client, trace.AuthorizationServer, http.MethodGet, asURL+a.path, "", a.status, nil, body)
			}
			f.answered("failed", "no")
			v := reading.NewView(&f.rec)
			if got := ask(t, v, "discovery/as-metadata-order"); got.State != tt.want {
				t.Errorf("order: %+v, want %v", got, tt.want)
			}
			if got := ask(t, v, "discovery/as-metadata-published"); got.State != tt.published {
				t.Errorf("published: %+v, want %v", got, tt.published)
			}
		})
	}
}

// A redirect that keeps method and origin is no refusal; one to a sign-in page
// is.
func TestAServerThatMoved(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status   int
		location string
		want     bool
	}{
		"a slash":        {307, "/mcp/", true},
		"for good":       {308, mcpURL + "/", true},
		"found":          {302, "/mcp/", false},
		"another origin": {307, asURL + "/mcp", false},
		"no location":    {307, "", false},
		"no redirect":    {401, "/mcp/", false},
	} {
		f := newFlow()
		f.call("", tt.status, "", "")
		f.rec.Exchanges[0].Response.Header.Set("Location", tt.location)
		if got := reading.NewView(&f.rec).MCP[0].Moved(); got != tt.want {
			t.Errorf("%s: %t, want %t", name, got, tt.want)
		}
	}
}
