package mutant

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/internal/params"
)

// Sends edits the client's requests of a kind before they leave.
func Sends(k Kind, edit func(*trace.Request)) Break {
	return Wire(func(req *http.Request, next http.RoundTripper) (*http.Response, error) {
		r, err := taken(req)
		if err != nil {
			return nil, err
		}
		if k.is(r) {
			edit(r)
		}
		return send(req, r, next)
	})
}

// Form edits the parameters of the client's requests of a kind.
func Form(k Kind, edit func(*Params)) Break {
	return Sends(k, func(r *trace.Request) {
		p := params.Parse(r.Body.Text)
		edit(&p)
		r.Body.Text = p.Encode()
	})
}

// Answers lets the client see other answers than it was given, as if the
// server had sent them. edit decides by the exchange which it touches; it sees
// the event stream of a legacy MCP server only when that has ended.
func Answers(edit func(*trace.Exchange)) Break {
	return Wire(func(req *http.Request, next http.RoundTripper) (*http.Response, error) {
		r, err := taken(req)
		if err != nil {
			return nil, err
		}
		res, err := send(req, r, next)
		if err != nil || res.Header.Get("Content-Type") == "text/event-stream" {
			return res, err
		}
		x, err := answered(r, res)
		if err != nil {
			return nil, err
		}
		edit(x)
		return response(res, x), nil
	})
}

// Repeats sends a request of a kind again, so many times, when its answer is
// one that calls for it; the client sees the first answer.
func Repeats(k Kind, times int, calls func(*trace.Exchange) bool) Break {
	return Wire(func(req *http.Request, next http.RoundTripper) (*http.Response, error) {
		r, err := taken(req)
		if err != nil {
			return nil, err
		}
		res, err := send(req, r, next)
		if err != nil || !k.is(r) {
			return res, err
		}
		x, err := answered(r, res)
		if err != nil {
			return nil, err
		}
		for range times {
			if !calls(x) {
				break
			}
			again, err := send(req, r, next)
			if err != nil {
				return nil, err
			}
			if err := again.Body.Close(); err != nil {
				return nil, err
			}
		}
		return response(res, x), nil
	})
}

// send sends plain data in the place of a request.
func send(req *http.Request, r *trace.Request, next http.RoundTripper) (*http.Response, error) {
	out, err := made(req, r)
	if err != nil {
		return nil, err
	}
	return next.RoundTrip(out)
}

// Object edits a body that is a JSON object; any other stays as it is.
func Object(b *trace.Body, edit func(map[string]any)) {
	var m map[string]any
	if json.Unmarshal([]byte(b.Text), &m) != nil || m == nil {
		return
	}
	edit(m)
	if text, err := json.Marshal(m); err == nil {
		b.Text = string(text)
	}
}

// token is the access token of a request, "" for none.
func token(r *trace.Request) string {
	_, value, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return value
}
