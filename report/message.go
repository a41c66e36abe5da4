package report

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// pair is a parameter of a query or a form.
type pair struct{ name, value string }

// pairs splits a query or a form in the order of the wire. A malformed escape
// is kept as it was sent: it may be what went wrong.
func pairs(encoded string) []pair {
	var out []pair
	for part := range strings.SplitSeq(encoded, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		out = append(out, pair{unescape(name), unescape(value)})
	}
	return out
}

func unescape(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

// get returns the first value of a parameter.
func get(params []pair, name string) (string, bool) {
	for _, p := range params {
		if p.name == name {
			return p.value, true
		}
	}
	return "", false
}

func mediaType(h http.Header) string {
	t, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}

// query returns the parameters of a request's URL.
func query(e trace.Exchange) []pair {
	_, q, _ := strings.Cut(e.Request.URL, "?")
	q, _, _ = strings.Cut(q, "#")
	return pairs(q)
}

// form returns the parameters of a request's form body.
func form(e trace.Exchange) []pair {
	if mediaType(e.Request.Header) != "application/x-www-form-urlencoded" {
		return nil
	}
	return pairs(e.Request.Body.Text)
}

// pathOf is the path of a request's URL.
func pathOf(e trace.Exchange) string {
	u, err := url.Parse(e.Request.URL)
	if err != nil {
		return ""
	}
	return u.Path
}

// status is the status of the response, 0 when there was none.
func status(e trace.Exchange) int {
	if e.Response == nil {
		return 0
	}
	return e.Response.Status
}

// rpc is the part of an MCP request that a reader looks for.
type rpc struct {
	Method string `json:"method"`
	Params struct {
		Name       string `json:"name"`
		ClientInfo *info  `json:"clientInfo"`
		Meta       struct {
			ClientInfo *info `json:"io.modelcontextprotocol/clientInfo"`
		} `json:"_meta"`
	} `json:"params"`
}

// info is what a client calls itself in MCP.
type info struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// rpcOf returns the MCP request in the body, if there is one.
func rpcOf(e trace.Exchange) (rpc, bool) {
	var m rpc
	if e.Request.Method != http.MethodPost || json.Unmarshal([]byte(e.Request.Body.Text), &m) != nil {
		return rpc{}, false
	}
	return m, m.Method != ""
}

// AnswerWords says what came back for a request: the status and the OAuth error
// that it carries, or why there was no answer.
func AnswerWords(e trace.Exchange) string {
	if e.Response == nil {
		return cmpOr(e.Error, "no answer")
	}
	words := strconv.Itoa(e.Response.Status)
	if problem := oauthError(e); problem != "" {
		words += " " + problem
	}
	return words
}

// oauthError returns error and error_description of a JSON response or of the
// redirect that it carries.
func oauthError(e trace.Exchange) string {
	if e.Response == nil {
		return e.Error
	}
	var body struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	if err := json.Unmarshal([]byte(e.Response.Body.Text), &body); err == nil && body.Error != "" {
		return strings.TrimSuffix(body.Error+": "+body.Description, ": ")
	}
	if location := e.Response.Header.Get("Location"); location != "" {
		_, q, _ := strings.Cut(location, "?")
		params := pairs(q)
		if code, ok := get(params, "error"); ok {
			description, _ := get(params, "error_description")
			return strings.TrimSuffix(code+": "+description, ": ")
		}
	}
	return ""
}
