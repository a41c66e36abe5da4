package mutation

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// pairs are the parameters of a query or a form, in their order.
type pairs []pair

type pair struct{ name, value string }

func parsePairs(s string) pairs {
	var out pairs
	for part := range strings.SplitSeq(s, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		out = append(out, pair{unescaped(name), unescaped(value)})
	}
	return out
}

func unescaped(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

func (p pairs) String() string {
	parts := make([]string, 0, len(p))
	for _, q := range p {
		parts = append(parts, url.QueryEscape(q.name)+"="+url.QueryEscape(q.value))
	}
	return strings.Join(parts, "&")
}

func (p pairs) get(name string) string {
	for _, q := range p {
		if q.name == name {
			return q.value
		}
	}
	return ""
}

func (p pairs) has(name string) bool {
	for _, q := range p {
		if q.name == name {
			return true
		}
	}
	return false
}

// with sets a parameter at its place, or adds it.
func (p pairs) with(name, value string) pairs {
	out, done := pairs{}, false
	for _, q := range p {
		switch {
		case q.name != name:
			out = append(out, q)
		case !done:
			out, done = append(out, pair{name, value}), true
		}
	}
	if !done {
		out = append(out, pair{name, value})
	}
	return out
}

// without leaves parameters out.
func (p pairs) without(names ...string) pairs {
	var out pairs
	for _, q := range p {
		keep := true
		for _, n := range names {
			keep = keep && q.name != n
		}
		if keep {
			out = append(out, q)
		}
	}
	return out
}

// plus adds a parameter, be it there or not.
func (p pairs) plus(name, value string) pairs {
	return append(append(pairs{}, p...), pair{name, value})
}

func (x *step) base() string {
	base, _, _ := strings.Cut(x.Request.URL, "?")
	return base
}

func (x *step) status() int {
	if x.Response == nil {
		return 0
	}
	return x.Response.Status
}

func (x *step) query() pairs {
	_, query, _ := strings.Cut(x.Request.URL, "?")
	return parsePairs(query)
}

func (x *step) setQuery(p pairs) {
	x.Request.URL = x.base()
	if len(p) > 0 {
		x.Request.URL += "?" + p.String()
	}
}

func (x *step) form() pairs     { return parsePairs(x.Request.Body.Text) }
func (x *step) setForm(p pairs) { x.send(p.String()) }

// send sets the body of the request.
func (x *step) send(body string) {
	x.Request.Body = trace.Body{Text: body, Size: int64(len(body))}
	if x.Request.Header.Get("Content-Length") != "" {
		x.Request.Header.Set("Content-Length", strconv.Itoa(len(body)))
	}
}

func (x *step) sent() map[string]any { return object(x.Request.Body.Text) }

// editSent changes the JSON body of the request.
func (x *step) editSent(change func(map[string]any)) {
	doc := x.sent()
	change(doc)
	x.send(encoded(doc))
}

func (x *step) answer() map[string]any {
	if x.Response == nil {
		return nil
	}
	return object(x.Response.Body.Text)
}

// editAnswer changes the JSON body of the response.
func (x *step) editAnswer(change func(map[string]any)) {
	doc := x.answer()
	change(doc)
	x.setAnswer(encoded(doc))
}

func (x *step) setAnswer(body string) {
	x.Response.Body = trace.Body{Text: body, Size: int64(len(body))}
}

// reply gives the exchange another answer, whose headers are on the record.
func (x *step) reply(status int, contentType, body string) {
	h := http.Header{}
	if contentType != "" {
		h.Set("Content-Type", contentType)
	}
	h.Set("Date", "Sat, 21 Nov 2026 00:00:00 GMT")
	x.Response = &trace.Response{Status: status, Header: h, Body: trace.Body{Text: body, Size: int64(len(body))}}
}

const jsonType = "application/json"

// replyJSON is reply with a JSON body that is not to be cached, as OAuth
// demands of the answers of a token endpoint.
func (x *step) replyJSON(status int, body string) {
	x.reply(status, jsonType, body)
	x.Response.Header.Set("Cache-Control", "no-store")
}

// location is where the answer redirects to.
func (x *step) location() (string, pairs) {
	if x.Response == nil {
		return "", nil
	}
	base, query, _ := strings.Cut(x.Response.Header.Get("Location"), "?")
	return base, parsePairs(query)
}

func (x *step) setLocation(base string, p pairs) {
	x.Response.Header.Set("Location", base+"?"+p.String())
}

// scheme and credentials are those of the Authorization header.
func (x *step) authorization() (scheme, credentials string) {
	scheme, credentials, _ = strings.Cut(x.Request.Header.Get("Authorization"), " ")
	return scheme, credentials
}

// bearer is the access token that the request presents, "" for none.
func (x *step) bearer() string {
	scheme, credentials := x.authorization()
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return credentials
}

// challenge is the WWW-Authenticate header.
func (x *step) challenge() string {
	if x.Response == nil {
		return ""
	}
	return x.Response.Header.Get("WWW-Authenticate")
}

func (x *step) setChallenge(c string) {
	if x.Response.Header == nil {
		x.Response.Header = http.Header{}
	}
	x.Response.Header.Set("WWW-Authenticate", c)
}

func object(s string) map[string]any {
	if !strings.HasPrefix(strings.TrimSpace(s), "{") {
		return nil
	}
	var m map[string]any
	if json.Unmarshal([]byte(s), &m) != nil {
		return nil
	}
	return m
}

// encoded is a JSON object whose strings stay as they were written.
func encoded(v map[string]any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil { //nolint:errchkjson // maps of what JSON held, and of texts and lists
		return ""
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func origin(u string) string {
	scheme, rest, _ := strings.Cut(u, "://")
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

func pathOf(u string) string { return strings.TrimPrefix(u, origin(u)) }
