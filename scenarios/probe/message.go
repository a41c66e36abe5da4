package probe

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// The first revision without sessions, and the last one with them.
const (
	stateless = "2026-07-28"
	sessions  = "2025-11-25"
)

// credential is an Authorization header, and what belongs to it.
type credential struct {
	authorization string
	proof         string // DPoP header, "" for none
	query         string // "" for none
}

func bearer(token string) *credential { return &credential{authorization: "Bearer " + token} }

// message sends a JSON-RPC request without parameters to the MCP server.
func (p *prober) message(ctx context.Context, method string, with *credential) (answer, error) {
	return p.rpc(ctx, method, map[string]any{}, with)
}

// callTool calls a tool.
func (p *prober) callTool(ctx context.Context, tool string, with *credential) (answer, error) {
	return p.rpc(ctx, "tools/call", map[string]any{"name": tool, "arguments": map[string]any{"text": "hello"}}, with)
}

func (p *prober) rpc(ctx context.Context, method string, params map[string]any, with *credential) (answer, error) {
	revision := p.speaks
	if revision == "" {
		revision = p.Revision
	}
	if revision == "" {
		revision = stateless
	}
	header := http.Header{
		"Content-Type": {"application/json"}, "Accept": {"application/json, text/event-stream"},
		"Mcp-Protocol-Version": {revision},
	}
	info := map[string]any{"name": "mcpcompat-probe", "version": "1"}
	switch {
	case revision >= stateless:
		header.Set("Mcp-Method", method)
		if name, ok := params["name"].(string); ok {
			header.Set("Mcp-Name", name)
		}
		params["_meta"] = map[string]any{
			"io.modelcontextprotocol/protocolVersion":    revision,
			"io.modelcontextprotocol/clientCapabilities": map[string]any{},
			"io.modelcontextprotocol/clientInfo":         info,
		}
	case method == "initialize":
		params = map[string]any{"protocolVersion": revision, "capabilities": map[string]any{}, "clientInfo": info}
	case p.session != "":
		header.Set("Mcp-Session-Id", p.session)
	}
	address := p.address
	if with != nil {
		if with.authorization != "" {
			header.Set("Authorization", with.authorization)
		}
		if with.proof != "" {
			header["Dpop"] = []string{with.proof}
		}
		if with.query != "" {
			address += "?" + with.query
		}
	}
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
	if err != nil {
		return answer{}, err
	}
	a, err := p.send(ctx, http.MethodPost, address, header, string(body))
	if to := a.movedFrom(address); err == nil && to != "" && p.address == p.MCPURL {
		p.address, _, _ = strings.Cut(to, "?")
		return p.send(ctx, http.MethodPost, to, header, string(body))
	}
	return a, err
}

// movedFrom is where a redirect that keeps the method leads, "" for nowhere. It
// has to stay at its origin, because the token goes with the request.
func (a answer) movedFrom(address string) string {
	if a.status != http.StatusTemporaryRedirect && a.status != http.StatusPermanentRedirect {
		return ""
	}
	from, err := url.Parse(address)
	if err != nil {
		return ""
	}
	to, err := from.Parse(a.header.Get("Location"))
	if err != nil || to.Scheme != from.Scheme || to.Host != from.Host {
		return ""
	}
	return to.String()
}

// openSession opens a session of its own and returns its handle, "" for none.
func (p *prober) openSession(ctx context.Context) (string, error) {
	speaks, session := p.speaks, p.session
	defer func() { p.speaks, p.session = speaks, session }()
	p.speaks, p.session = sessions, ""
	a, err := p.message(ctx, "initialize", bearer(p.tokens.access))
	return a.header.Get("Mcp-Session-Id"), err
}

// enter makes the first request with a token, in the newest revision that the
// server answers to.
func (p *prober) enter(ctx context.Context, with *credential) (answer, error) {
	p.speaks = ""
	a, err := p.message(ctx, "tools/list", with)
	if err != nil || a.status != http.StatusBadRequest && a.status != http.StatusNotFound {
		return a, err
	}
	for _, revision := range []string{"2025-11-25", "2025-06-18", "2025-03-26"} {
		p.speaks = revision
		if a, err = p.message(ctx, "initialize", with); err != nil {
			return a, err
		}
		if a.ok() {
			p.session = a.header.Get("Mcp-Session-Id")
			return a, nil
		}
	}
	return a, nil
}
