package reading

import (
	"net/http"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/internal/params"
)

// kind is what sort of message an exchange is, by what it carries.
type kind int

const (
	kindNone kind = iota
	kindPreflight
	kindMCP
	kindResourceMetadata
	kindServerMetadata
	kindRegistration
	kindPushed
	kindAuthorization
	kindToken
	kindCallback
	kindRevocation
	kindAsset
)

// messages are the JSON-RPC messages of a payload: one, or a batch.
func messages(text string) []map[string]any {
	if !strings.Contains(text, `"jsonrpc"`) {
		return nil
	}
	return decoded(text)
}

// decoded are the JSON objects of a payload: one, or a list.
func decoded(text string) []map[string]any {
	if m := Object(text); m != nil {
		return []map[string]any{m}
	}
	return list(text)
}

// mcpFamilies begin the names of the JSON-RPC methods of MCP, of all revisions.
func mcpFamilies() []string {
	return []string{
		"initialize", "ping", "server/discover", "notifications/", "tools/", "resources/", "prompts/", "completion/",
		"logging/", "sampling/", "roots/", "elicitation/", "tasks/", "subscriptions/", "messages/",
	}
}

// isMCPMethod tells a method of MCP from one of another protocol over JSON-RPC.
func isMCPMethod(method string) bool {
	return slices.ContainsFunc(mcpFamilies(), func(family string) bool {
		return method == family || strings.HasSuffix(family, "/") && strings.HasPrefix(method, family)
	})
}

// speaksMCP reports whether the exchange itself shows that it is MCP: its
// messages, its session, the challenge of its answer.
func speaksMCP(x trace.Exchange) bool {
	if x.Request.Method == http.MethodOptions || isServerMetadata(x.Request.URL) || IsResourceMetadata(x.Request.URL) {
		return false
	}
	for _, m := range messages(x.Request.Body.Text) {
		method := Text(m, "method")
		_, result := m["result"]
		if isMCPMethod(method) || method == "" && result && x.Request.Header.Get("Mcp-Session-Id") != "" {
			return true
		}
	}
	if x.Request.Header.Get("Mcp-Session-Id") != "" || x.Response != nil && x.Response.Header.Get("Mcp-Session-Id") != "" {
		return true
	}
	if x.Response == nil {
		return false
	}
	return slices.ContainsFunc(parseChallenges(x.Response.Header), func(c Challenge) bool { return c.Param("resource_metadata") != "" })
}

// mayBeMCP reports whether a request could be one to an MCP endpoint that other
// requests have shown to be one.
func mayBeMCP(x trace.Exchange) bool {
	return x.Request.Method != http.MethodOptions && !isServerMetadata(x.Request.URL) && !IsResourceMetadata(x.Request.URL)
}

// isAsset recognises what a browser fetches beside a page.
func isAsset(x trace.Exchange) bool {
	p := strings.ToLower(PathOf(x.Request.URL))
	for _, end := range []string{".ico", ".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp", ".css", ".js", ".mjs", ".map", ".woff", ".woff2", ".ttf", ".webmanifest"} {
		if strings.HasSuffix(p, end) {
			return true
		}
	}
	switch x.Request.Header.Get("Sec-Fetch-Dest") {
	case "image", "script", "style", "font", "manifest", "audio", "video":
		return true
	}
	return false
}

// paramsOf are the parameters of a request, and how they were sent: in a form, as
// JSON, or in the query.
func paramsOf(x trace.Exchange) (p Params, sent string) {
	body := strings.TrimSpace(x.Request.Body.Text)
	mediaType := strings.ToLower(x.Request.Header.Get("Content-Type"))
	switch {
	case x.Request.Method != http.MethodPost && x.Request.Method != http.MethodPut, body == "":
	case strings.HasPrefix(body, "{"):
		m := Object(body)
		if _, rpc := m["jsonrpc"]; rpc {
			return nil, ""
		}
		for name, value := range m {
			if s, ok := value.(string); ok {
				p = append(p, params.Param{Name: name, Value: s})
			}
		}
		slices.SortFunc(p, func(a, b params.Param) int { return strings.Compare(a.Name, b.Name) })
		return p, SentAsJSON
	case strings.Contains(mediaType, "x-www-form-urlencoded"), mediaType == "" && strings.Contains(body, "="):
		return ParseParams(body), SentAsForm
	}
	return queryOf(x.Request.URL), SentInQuery
}

// How the parameters of a request were sent.
const (
	SentAsForm  = "form"
	SentAsJSON  = "json"
	SentInQuery = "query"
)

// queryOf are the parameters of a URL's query.
func queryOf(u string) Params {
	u, _, _ = strings.Cut(u, "#")
	_, query, _ := strings.Cut(u, "?")
	return ParseParams(query)
}

// responseParams are those of an authorization response, in the query or in the
// fragment (response_mode).
func responseParams(location string) Params {
	_, fragment, _ := strings.Cut(location, "#")
	return append(queryOf(location), ParseParams(fragment)...)
}

// asksForAuthorization are the parameters of an authorization request, by GET or
// by POST; nil when the exchange is none.
func asksForAuthorization(x trace.Exchange) Params {
	p := queryOf(x.Request.URL)
	if x.Request.Method == http.MethodPost {
		if form, sent := paramsOf(x); sent == SentAsForm {
			p = append(p, form...)
		}
	}
	if p.Has("client_id") && !p.Has("grant_type") && (p.Has("response_type") || p.Has("request_uri") || p.Has("code_challenge")) {
		return p
	}
	return nil
}

// asksForToken are the parameters of a token request; nil when it is none.
func asksForToken(x trace.Exchange) Params {
	p, _ := paramsOf(x)
	if p.Has("grant_type") {
		return p
	}
	if q := queryOf(x.Request.URL); q.Has("grant_type") {
		return q
	}
	return nil
}

// isPushed recognises a pushed authorization request by its answer (RFC 9126
// section 2.2).
func isPushed(x trace.Exchange) bool {
	return x.Request.Method == http.MethodPost && x.Response != nil && asksForAuthorization(x) != nil &&
		Text(Object(x.Response.Body.Text), "request_uri") != ""
}
