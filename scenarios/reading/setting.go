package reading

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// fillSetting infers what an imported recording shows of its setting and does
// not say. A setting with an MCP URL was written by who made the recording, and
// is left as it is. What was configured is never inferred.
func fillSetting(rec *trace.Recording) {
	s := &rec.Setting
	if s.MCPURL != "" {
		return
	}
	main := mainFlow(Flows(rec)) // of no flow everything is unknown
	s.MCPURL = main.Resource
	s.Issuer = cmp.Or(s.Issuer, main.issuer)
	s.Client = cmp.Or(s.Client, main.Client)
}

// resourceOf is the resource that protected resource metadata was asked for: its
// own word where it fits the URL (RFC 9728 section 3.3), else what the URL was
// made of by inserting the well-known path; "" where the URL does not tell.
func resourceOf(x trace.Exchange) string {
	const wellKnown = "/.well-known/oauth-protected-resource"
	before, after, found := strings.Cut(WithoutQuery(x.Request.URL), wellKnown)
	if !found || originOf(before) != strings.ToLower(before) {
		return ""
	}
	if x.Response != nil && x.Response.Status == http.StatusOK {
		r := Text(Object(x.Response.Body.Text), "resource")
		if originOf(r) == originOf(before) && (after == "" || SameResource(PathOf(r), after)) {
			return r
		}
	}
	if after == "" {
		return ""
	}
	return before + after
}

// clientName is id@version of what a client calls itself: in initialize, or in
// the _meta of a request.
func clientName(x trace.Exchange) string {
	if !strings.Contains(x.Request.Body.Text, "lientInfo\"") {
		return ""
	}
	for _, m := range messages(x.Request.Body.Text) {
		params, _ := m["params"].(map[string]any)
		info, _ := params["clientInfo"].(map[string]any)
		if info == nil {
			meta, _ := params["_meta"].(map[string]any)
			info, _ = meta["io.modelcontextprotocol/clientInfo"].(map[string]any)
		}
		if name := Text(info, "name"); name != "" {
			return strings.ReplaceAll(name, " ", "-") + "@" + Text(info, "version")
		}
	}
	return ""
}
