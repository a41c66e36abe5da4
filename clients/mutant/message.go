package mutant

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// Kind is what a request of a client is for.
type Kind int

// The kinds of request.
const (
	Any          Kind = iota
	MCP               // JSON-RPC at the MCP endpoint
	Registration      // dynamic client registration (RFC 7591)
	Token             // any request at the token endpoint
	Exchange          // the redemption of a code
	Refresh           // the use of a refresh token
	ResourceMetadata
	ServerMetadata
)

// is tells whether a request is of a kind.
func (k Kind) is(r *trace.Request) bool {
	body := func(part string) bool { return r.Method == http.MethodPost && strings.Contains(r.Body.Text, part) }
	path := func(part string) bool {
		u, err := url.Parse(r.URL)
		return err == nil && strings.Contains(u.Path, part)
	}
	switch k {
	case MCP:
		return body(`"jsonrpc"`)
	case Registration:
		return body(`"redirect_uris"`)
	case Token:
		return body("grant_type=")
	case Exchange:
		return body("grant_type=authorization_code")
	case Refresh:
		return body("grant_type=refresh_token")
	case ResourceMetadata:
		return path("/.well-known/oauth-protected-resource")
	case ServerMetadata:
		return path("/.well-known/oauth-authorization-server") || path("/.well-known/openid-configuration")
	default:
		return true
	}
}

// maxBody bounds what is held of a message, in bytes.
const maxBody = 4 << 20

// taken is a request as plain data.
func taken(req *http.Request) (*trace.Request, error) {
	r := &trace.Request{Method: req.Method, URL: req.URL.String(), Header: req.Header.Clone()}
	if req.Body == nil {
		return r, nil
	}
	body, err := io.ReadAll(io.LimitReader(req.Body, maxBody))
	if err := errors.Join(err, req.Body.Close()); err != nil {
		return nil, fmt.Errorf("%s %s: %w", req.Method, req.URL, err)
	}
	r.Body.Text = string(body)
	return r, nil
}

// made is the HTTP request of plain data, in the context of the one it came
// from.
func made(req *http.Request, r *trace.Request) (*http.Request, error) {
	out, err := http.NewRequestWithContext(req.Context(), r.Method, r.URL, strings.NewReader(r.Body.Text))
	if err != nil {
		return nil, err
	}
	out.Header = r.Header.Clone()
	return out, nil
}

// answered is an exchange as plain data; the response's body is read.
func answered(r *trace.Request, res *http.Response) (*trace.Exchange, error) {
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBody))
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return nil, fmt.Errorf("%s %s: %w", r.Method, r.URL, err)
	}
	return &trace.Exchange{Request: *r, Response: &trace.Response{
		Status: res.StatusCode, Header: res.Header.Clone(), Body: trace.Body{Text: string(body)},
	}}, nil
}

// response gives a response the status, header and body of plain data.
func response(res *http.Response, x *trace.Exchange) *http.Response {
	body := []byte(x.Response.Body.Text)
	res.StatusCode, res.Status = x.Response.Status, http.StatusText(x.Response.Status)
	res.Header = x.Response.Header
	res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return res
}
