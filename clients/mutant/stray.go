package mutant

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/internal/params"
)

// AuthorizeAt sends the client's authorization requests to another path of the
// authorization server.
func AuthorizeAt(path string) Break {
	return userAgent(func(ctx context.Context, v clients.Visit, next clients.UserAgent) (clients.Landing, error) {
		u, err := url.Parse(v.URL)
		if err != nil {
			return clients.Landing{}, err
		}
		u.Path = path
		v.URL = u.String()
		return next.Open(ctx, v)
	})
}

// SameState uses one state for every transaction. The client sees its own again.
func SameState() Break {
	var shared first
	var mu sync.Mutex
	own := ""
	return all(
		Authorize(func(p *Params) {
			mu.Lock()
			defer mu.Unlock()
			own = p.Get("state")
			p.Set("state", shared.of(own))
		}),
		Callback(func(u *url.URL) {
			mu.Lock()
			defer mu.Unlock()
			q := u.Query()
			q.Set("state", own)
			u.RawQuery = q.Encode()
		}),
	)
}

// Strays sends what the answer to a token request has under a name, as a bearer
// token, to another path of the server that issued it.
func Strays(member, path string) Break {
	return Wire(func(req *http.Request, next http.RoundTripper) (*http.Response, error) {
		r, err := taken(req)
		if err != nil {
			return nil, err
		}
		res, err := send(req, r, next)
		if err != nil || !Token.is(r) {
			return res, err
		}
		x, err := answered(r, res)
		if err != nil {
			return nil, err
		}
		var answer map[string]any
		if json.Unmarshal([]byte(x.Response.Body.Text), &answer) == nil {
			if token, ok := answer[member].(string); ok {
				if err := stray(req, path, token, next); err != nil {
					return nil, err
				}
			}
		}
		return response(res, x), nil
	})
}

// stray sends a token to a path of the server that a request went to.
func stray(req *http.Request, path, token string, next http.RoundTripper) error {
	to := *req.URL
	to.Path, to.RawQuery = path, ""
	res, err := send(req, &trace.Request{
		Method: http.MethodGet, URL: to.String(), Header: http.Header{"Authorization": {"Bearer " + token}},
	}, next)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// ByGET sends the client's requests of a kind by GET, with their form as query.
func ByGET(k Kind) Break {
	return Sends(k, func(r *trace.Request) {
		r.Method, r.URL, r.Body.Text = http.MethodGet, r.URL+"?"+r.Body.Text, ""
		r.Header.Del("Content-Type")
	})
}

// AsJSON sends the forms of a kind as JSON.
func AsJSON(k Kind) Break {
	return Sends(k, func(r *trace.Request) {
		members := map[string]string{}
		for _, p := range params.Parse(r.Body.Text) {
			members[p.Name] = p.Value
		}
		if text, err := json.Marshal(members); err == nil {
			r.Body.Text = string(text)
			r.Header.Set("Content-Type", "application/json")
		}
	})
}

// At sends the client's requests of a kind to another path, where the old one
// ends so.
func At(k Kind, old, path string) Break {
	return Sends(k, func(r *trace.Request) {
		if before, ok := strings.CutSuffix(r.URL, old); ok {
			r.URL = before + path
		}
	})
}
