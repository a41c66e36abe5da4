package probe

import (
	"context"
	"net/http"
	"strings"
)

// pageOrigin is that of a web page in which a client could run.
const pageOrigin = "https://page.mcpcompat.invalid"

func corsAttempts() []attempt {
	return []attempt{
		{"probe/cors", "what a client in a web page asks for", askAsPage},
		{"probe/authorize-cors", "a script that asks the authorization endpoint", func(ctx context.Context, p *prober) error {
			endpoint := p.metadata.endpoint("authorization")
			if endpoint == "" {
				return untested("no authorization server metadata names the endpoint")
			}
			_, err := p.preflight(ctx, http.MethodGet, endpoint)
			return err
		}},
	}
}

// askAsPage asks as the browser does for a script: a preflight before what is
// no simple request, and the origin of the page with the others.
func askAsPage(ctx context.Context, p *prober) error {
	var closed []string
	look := func(what string, a answer, err error) error {
		if err == nil && a.header.Get("Access-Control-Allow-Origin") == "" {
			closed = append(closed, what)
		}
		return err
	}
	a, err := p.preflight(ctx, http.MethodPost, p.address)
	if err := look("the MCP server", a, err); err != nil {
		return err
	}
	if endpoint := p.metadata.endpoint("token"); endpoint != "" {
		a, err := p.preflight(ctx, http.MethodPost, endpoint)
		if err := look("the token endpoint", a, err); err != nil {
			return err
		}
	}
	if p.metadata.found != "" {
		a, err := p.send(ctx, http.MethodGet, p.metadata.found, http.Header{"Accept": {"application/json"}, "Origin": {pageOrigin}}, "")
		if err := look("the authorization server's metadata", a, err); err != nil {
			return err
		}
	}
	if closed != nil {
		return notOffered("clients that run in a web page are kept out: no CORS headers from " + strings.Join(closed, ", "))
	}
	return nil
}

func (p *prober) preflight(ctx context.Context, method, address string) (answer, error) {
	return p.send(ctx, http.MethodOptions, address, http.Header{
		"Origin": {pageOrigin}, "Access-Control-Request-Method": {method},
		"Access-Control-Request-Headers": {"authorization, content-type, mcp-protocol-version"},
	}, "")
}
