package reading

import (
	"cmp"
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// QueryOf are the parameters of a request's URL.
func QueryOf(x trace.Exchange) Params {
	_, q, _ := strings.Cut(x.Request.URL, "?")
	q, _, _ = strings.Cut(q, "#")
	return ParseParams(q)
}

// FormOf are the parameters of a request's form body, nil when it is no form.
func FormOf(x trace.Exchange) Params {
	if MediaType(x.Request.Header) != "application/x-www-form-urlencoded" {
		return nil
	}
	return ParseParams(x.Request.Body.Text)
}

// MediaType is that of a message, without parameters; "" when it names none.
func MediaType(h http.Header) string {
	t, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}

// StatusOf is the status of the response, 0 when there was none.
func StatusOf(x trace.Exchange) int {
	if x.Response == nil {
		return 0
	}
	return x.Response.Status
}

// RPC is the part of an MCP request that says what it is for.
type RPC struct {
	Method string `json:"method"`
	Params struct {
		Name       string      `json:"name"`
		ClientInfo *ClientInfo `json:"clientInfo"`
		Meta       struct {
			ClientInfo *ClientInfo `json:"io.modelcontextprotocol/clientInfo"`
		} `json:"_meta"`
	} `json:"params"`
}

// ClientInfo is what a client calls itself in MCP.
type ClientInfo struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// RPCOf is the MCP request in the body; false when there is none.
func RPCOf(x trace.Exchange) (RPC, bool) {
	var m RPC
	if x.Request.Method != http.MethodPost || json.Unmarshal([]byte(x.Request.Body.Text), &m) != nil {
		return RPC{}, false
	}
	return m, m.Method != ""
}

// AnswerWords says what came back for a request: the status and the OAuth error
// that it carries, or why there was no answer.
func AnswerWords(x trace.Exchange) string {
	if x.Response == nil {
		return cmp.Or(x.Error, "no answer")
	}
	words := strconv.Itoa(x.Response.Status)
	if problem := OAuthError(x); problem != "" {
		words += " " + problem
	}
	return words
}

// OAuthError is error and error_description of a JSON response or of the
// redirect that it carries, "" for none.
func OAuthError(x trace.Exchange) string {
	if x.Response == nil {
		return x.Error
	}
	join := func(code, description string) string { return strings.TrimSuffix(code+": "+description, ": ") }
	if body := Object(x.Response.Body.Text); Text(body, "error") != "" {
		return join(Text(body, "error"), Text(body, "error_description"))
	}
	_, q, _ := strings.Cut(x.Response.Header.Get("Location"), "?")
	if p := ParseParams(q); p.Has("error") {
		return join(p.Get("error"), p.Get("error_description"))
	}
	return ""
}
