package emulated

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The header fields of MCP over HTTP, as net/http writes them.
const (
	headerProtocolVersion = "Mcp-Protocol-Version"
	headerSessionID       = "Mcp-Session-Id"
	headerMethod          = "Mcp-Method"
	headerName            = "Mcp-Name"
)

// modernVersion is the first stateless revision.
const modernVersion = "2026-07-28"

// connection is what was agreed with the MCP server.
type connection struct {
	modern    bool
	version   string // "" until agreed
	sessionID string // of the legacy generations
	lastID    int
	sent      bool            // a request went out
	listed    json.RawMessage // the result of tools/list
	held      *tokens         // used for every request; nil where the token in force is
	raced     bool            // the next request has its token from a race
	bare      bool            // the next request goes without a token; see Session.race
}

// message is a JSON-RPC request, or a notification.
type message struct {
	method       string
	name         string            // of the tool, for Mcp-Name
	mirrored     map[string]string // header fields that repeat arguments
	params       map[string]any
	notification bool
}

// reply is what came back for a message.
type reply struct {
	status    int
	header    http.Header
	challenge *challenge
	rpc       rpcMessage
	text      string // beginning of an answer that is no JSON-RPC
}

type rpcMessage struct {
	ID     json.RawMessage `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *rpcError       `json:"error"`
}

type rpcError struct {
	Code    int             `json:"code"`
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data"`
}

// words says what a reply that is no result amounts to.
func (r *reply) words() string {
	w := "the MCP server answers " + strconv.Itoa(r.status)
	switch {
	case r.rpc.Error != nil:
		w += ", error " + strconv.Itoa(r.rpc.Error.Code) + ": " + r.rpc.Error.Message
	case r.challenge != nil:
		w += r.challenge.words()
	case r.text != "":
		w += ": " + r.text
	}
	return w
}

// ask sends a message and sees to authorization on the way: it logs in,
// refreshes and steps up as the profile says, each a bounded number of times.
func (s *Session) ask(ctx context.Context, conn *connection, m message) (*reply, error) {
	return s.askWithin(ctx, conn, m, &attempts{})
}

// askWithin is ask within the limits of what has been attempted already.
func (s *Session) askWithin(ctx context.Context, conn *connection, m message, a *attempts) (*reply, error) {
	if !m.notification {
		conn.lastID++
	}
	for {
		t, err := s.tokenFor(ctx, conn, a)
		if err != nil {
			return nil, err
		}
		r, err := s.post(ctx, conn, m, t)
		if err != nil {
			return nil, err
		}
		switch {
		case r.status == http.StatusUnauthorized && r.challenge.param("error") == "use_dpop_nonce" && a.nonces == 0:
			a.nonces++
		case s.asksForLogin(r):
			err = s.unauthorized(ctx, r.challenge, t, a)
		case r.status == http.StatusForbidden && r.challenge.param("error") == "insufficient_scope":
			if conn.held != nil && s.behaviour.Refresh.Held == HeldFirstConnection {
				return r, nil
			}
			err = s.stepUp(ctx, r.challenge, t, a)
		default:
			return r, nil
		}
		if err != nil {
			return nil, err
		}
		conn.held = nil
	}
}

// asksForLogin tells whether an answer means that the user has to log in.
func (s *Session) asksForLogin(r *reply) bool {
	return r.status == http.StatusUnauthorized ||
		r.status == http.StatusForbidden && s.behaviour.Discovery.Forbidden == ForbiddenAsUnauthorized &&
			r.challenge.param("error") != "insufficient_scope"
}

// post sends one message with one token.
func (s *Session) post(ctx context.Context, conn *connection, m message, t *tokens) (*reply, error) {
	body, err := s.encode(conn, m)
	if err != nil {
		return nil, err
	}
	q := request{
		method: http.MethodPost, url: s.facts.MCPURL, body: string(body), contentType: "application/json",
		header: s.mcpHeaders(conn, m),
	}
	if t != nil && (s.behaviour.Protocol.Bearer != BearerFirstOnly || !conn.sent) {
		if err := s.present(&q, *t); err != nil {
			return nil, err
		}
		conn.sent = true
	}
	p := s.program.Load()
	ctx, cancel := within(ctx, callTimeouts*p.http.timeout)
	defer cancel()
	res, err := p.http.send(ctx, toMCP, q)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	p.nonces.remember(q.url, res.Header)
	r, err := s.readReply(res, conn.lastID)
	if err != nil && mediaType(res.Header) == "text/event-stream" {
		return s.resume(ctx, conn, t, conn.lastID, err)
	}
	return r, err
}

// callTimeouts is how many times longer than metadata an MCP answer may take.
const callTimeouts = 4

func (s *Session) readReply(res *http.Response, id int) (*reply, error) {
	r := &reply{status: res.StatusCode, header: res.Header, challenge: s.chosen(res.Header)}
	limited := io.LimitReader(res.Body, maxBody)
	if mediaType(res.Header) == "text/event-stream" {
		m, err := readEvents(limited, id)
		if err != nil {
			return nil, err
		}
		r.rpc = m
		return r, nil
	}
	body, err := io.ReadAll(limited)
	if err != nil {
		return nil, fail("the MCP server's answer: %s", err)
	}
	if json.Unmarshal(body, &r.rpc) != nil {
		r.text = string(bytes.TrimSpace(body[:min(len(body), 300)]))
	}
	return r, nil
}

// encode writes a message as JSON-RPC; in 2026-07-28 with the _meta members
// that stand for the former handshake.
func (s *Session) encode(conn *connection, m message) ([]byte, error) {
	out := map[string]any{"jsonrpc": "2.0", "method": m.method}
	if !m.notification {
		out["id"] = conn.lastID
	}
	params := map[string]any{}
	maps.Copy(params, m.params)
	if conn.modern {
		params["_meta"] = map[string]any{
			"io.modelcontextprotocol/protocolVersion":    modernVersion,
			"io.modelcontextprotocol/clientInfo":         s.clientInfo(),
			"io.modelcontextprotocol/clientCapabilities": map[string]any{},
		}
	}
	if len(params) > 0 {
		out["params"] = params
	}
	return json.Marshal(out)
}

func (s *Session) clientInfo() map[string]string {
	name := strings.ReplaceAll(s.behaviour.Protocol.ClientName, "{server}", serverName)
	info := map[string]string{"name": name, "version": s.identity.Version}
	if info["name"] == "" {
		info["name"] = s.identity.ID
	}
	if s.behaviour.Protocol.ClientTitle != "" {
		info["title"] = s.behaviour.Protocol.ClientTitle
	}
	return info
}

// mcpHeaders are the header fields that belong to a message on a connection.
func (s *Session) mcpHeaders(conn *connection, m message) http.Header {
	h := http.Header{}
	if conn.version != "" && (conn.modern || s.behaviour.Protocol.VersionHeader != NoVersionHeader) {
		h.Set(headerProtocolVersion, conn.version)
	}
	if conn.sessionID != "" {
		h.Set(headerSessionID, conn.sessionID)
	}
	if m.method != "" && (conn.modern || s.behaviour.Protocol.MethodHeaders == MethodHeadersAlways) {
		h.Set(headerMethod, m.method)
		if m.name != "" {
			h.Set(headerName, headerText(m.name))
		}
	}
	for name, value := range m.mirrored {
		h.Set(name, value)
	}
	return h
}

// headerText writes a value that a header field may not be able to carry as it
// is: other than printable ASCII, blanks at the ends, or what looks encoded
// already (MCP 2026-07-28, value encoding).
func headerText(s string) string {
	const before, after = "=?base64?", "?="
	plain := strings.TrimSpace(s) == s && (!strings.HasPrefix(s, before) || !strings.HasSuffix(s, after))
	for i := range len(s) {
		plain = plain && s[i] >= ' ' && s[i] <= '~'
	}
	if plain {
		return s
	}
	return before + base64.StdEncoding.EncodeToString([]byte(s)) + after
}

// present adds the access token to a request.
func (s *Session) present(q *request, t tokens) error {
	if q.header == nil {
		q.header = http.Header{}
	}
	switch s.behaviour.Protocol.Bearer {
	case BearerOmitted:
		return nil
	case BearerInQuery:
		u, err := url.Parse(q.url)
		if err != nil {
			return fail("%s", err)
		}
		values := u.Query()
		values.Set("access_token", t.access)
		u.RawQuery = values.Encode()
		q.url = u.String()
		return nil
	case BearerFirstOnly: // The caller counts.
	}
	q.header.Set("Authorization", t.kind+" "+t.access)
	if t.kind == "DPoP" {
		return s.prove(q, t.access)
	}
	return nil
}

// streamGrace is how long the client waits for the first bytes of the GET
// stream before it goes on; a server may send none until it has something to
// say.
const streamGrace = 100 * time.Millisecond

// openStream opens the GET stream of the legacy generations and leaves it open
// until the program ends.
func (s *Session) openStream(ctx context.Context, conn *connection) {
	p := s.program.Load()
	q := request{method: http.MethodGet, url: s.facts.MCPURL, header: s.mcpHeaders(conn, message{})}
	q.header.Set("Accept", cmp.Or(s.behaviour.Headers.AcceptStream, "text/event-stream"))
	if t := s.streamToken(ctx, conn); t != nil {
		if err := s.present(&q, *t); err != nil {
			return
		}
	}
	answered := make(chan struct{})
	p.streams.Go(func() {
		res, err := p.http.send(p.ctx, toMCP, q)
		close(answered)
		if err != nil {
			return
		}
		defer res.Body.Close()
		_, _ = io.Copy(io.Discard, res.Body) // it ends when the program or the server does
	})
	grace := time.NewTimer(streamGrace)
	defer grace.Stop()
	select {
	case <-answered:
	case <-grace.C:
	case <-ctx.Done():
	}
}
