package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// Fingerprint returns a short fingerprint of what the client sent in a recording: the
// requests in order, each with the names of its parameters and the status of
// its answer. Values that vary from run to run (ports, codes, states) are not
// in it, so two runs of one client at one deployment have the same fingerprint
// unless its behaviour changed. It is "" when the client sent nothing.
func Fingerprint(rec *trace.Recording) string {
	lines := Lines(rec)
	if len(lines) == 0 {
		return ""
	}
	h := sha256.New()
	for _, line := range lines {
		_, _ = io.WriteString(h, line+"\n") // a hash never fails
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// Lines is what [Fingerprint] takes the fingerprint of, one line for each request
// of the client. A request that repeats the one before is left out, for the
// number of polls depends on the machine. Requests to the MCP server with a
// token are sorted from one authorization to the next: programs send them side
// by side, and which one arrives first is chance.
func Lines(rec *trace.Recording) []string {
	if rec == nil {
		return nil
	}
	var lines []string
	session := 0 // where the present run of requests with a token begins
	for _, e := range rec.Exchanges {
		if e.From != trace.Client {
			continue
		}
		lines = append(lines, wireLine(e))
		if e.To != trace.MCPServer || e.Request.Header.Get("Authorization") == "" {
			session = len(lines)
			continue
		}
		slices.Sort(lines[session:])
	}
	return slices.Compact(lines)
}

func wireLine(e trace.Exchange) string {
	status := "no answer"
	if e.Response != nil {
		status = strconv.Itoa(e.Response.Status)
	}
	parts := []string{e.Request.Method, string(e.To)}
	u, err := url.Parse(e.Request.URL)
	if err != nil {
		parts = append(parts, "(no URL)")
	} else {
		parts = append(parts, u.EscapedPath(), names(reading.ParseParams(u.RawQuery)))
	}
	if scheme, _, ok := strings.Cut(e.Request.Header.Get("Authorization"), " "); ok {
		parts = append(parts, "auth="+scheme)
	}
	parts = append(parts, bodyShape(e.Request), "-> "+status)
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " ")
}

// bodyShape is the names of a form's or a JSON object's members; of a JSON-RPC
// message it is the method.
func bodyShape(r trace.Request) string {
	switch reading.MediaType(r.Header) {
	case "application/x-www-form-urlencoded":
		return names(reading.ParseParams(r.Body.Text))
	case "application/json":
		var members map[string]json.RawMessage
		if json.Unmarshal([]byte(r.Body.Text), &members) != nil {
			return ""
		}
		if method, ok := members["method"]; ok {
			return "method=" + string(method)
		}
		keys := make([]string, 0, len(members))
		for k := range members {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		return "{" + strings.Join(keys, " ") + "}"
	default:
		return ""
	}
}

func names(params reading.Params) string {
	if len(params) == 0 {
		return ""
	}
	return "(" + strings.Join(params.Names(), " ") + ")"
}
