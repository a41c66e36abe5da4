package judge

import (
	"net/http"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// Where a client looks for the metadata of an issuer with a path, and with a
// slash at its end.
func TestThePlacesOfServerMetadata(t *testing.T) {
	t.Parallel()
	const (
		oauth, openID = "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"
		good          = `{"issuer":"ISSUER","authorization_endpoint":"` + asURL + `/a","code_challenge_methods_supported":["S256"]}`
	)
	type ask struct {
		path   string
		status int
	}
	for name, tt := range map[string]struct {
		issuer string
		asked  []ask
		want   State
		// published is what the server is judged to have done.
		published State
	}{
		"in order":                   {asURL + "/t", []ask{{oauth + "/t", 404}, {openID + "/t", 404}, {"/t" + openID, 200}}, Good, Good},
		"stops before the third":     {asURL + "/t", []ask{{oauth + "/t", 404}, {openID + "/t", 404}}, Bad, Unseen},
		"stops at a failure":         {asURL + "/t", []ask{{oauth + "/t", 503}}, Bad, Unseen},
		"one kind only":              {asURL + "/t", []ask{{oauth + "/t", 404}}, Good, Unseen}, // discovery/both-metadata-kinds says so
		"all of them in vain":        {asURL + "/t", []ask{{oauth + "/t", 404}, {openID + "/t", 404}, {"/t" + openID, 404}}, Good, Bad},
		"without the path":           {asURL + "/t", []ask{{oauth, 404}, {openID, 404}}, Bad, Unseen},
		"the slash kept":             {asURL + "/", []ask{{oauth + "/", 404}}, Bad, Unseen},
		"the slash taken off":        {asURL + "/", []ask{{oauth, 200}}, Good, Good},
		"nobody asked":               {asURL, nil, Unseen, Unseen},
		"at the MCP server's origin": {"http://127.0.0.1:8001/t", []ask{{oauth, 404}}, Unseen, Unseen},
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
			v := NewView(&f.rec)
			if got := serverMetadataOrder(v); got.State != tt.want {
				t.Errorf("order: %+v, want %v", got, tt.want)
			}
			if got := metadataPublished(v); got.State != tt.published {
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
		if got := NewView(&f.rec).MCP[0].moved(); got != tt.want {
			t.Errorf("%s: %t, want %t", name, got, tt.want)
		}
	}
}
