package emulated

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
)

// legacyVersion is asked for by clients of both generations.
const legacyVersion = "2025-11-25"

// handshake agrees on a generation of the protocol and lists the tools.
func (s *Session) handshake(ctx context.Context) error {
	conn, err := s.agree(ctx)
	if err != nil {
		return err
	}
	if conn.modern && s.behaviour.Protocol.First == FirstToolsList {
		s.connected(conn) // listed already
		return nil
	}
	r, err := s.ask(ctx, conn, message{method: "tools/list"})
	if err != nil {
		return err
	}
	if r.rpc.Result == nil {
		return fail("tools/list: %s", r.words())
	}
	conn.listed = r.rpc.Result
	s.connected(conn)
	return nil
}

func (s *Session) connected(conn *connection) { s.program.Load().conn.Store(conn) }

// agree tries 2026-07-28 first where the client speaks both generations. A 401
// or 403 is dealt with before and says nothing about the generation (MCP
// 2026-07-28, backward compatibility).
func (s *Session) agree(ctx context.Context) (*connection, error) {
	if !s.speaksModern() {
		return s.initialize(ctx)
	}
	first := message{method: "server/discover"}
	if s.behaviour.Protocol.First == FirstToolsList {
		first.method = "tools/list"
	}
	conn := &connection{modern: true, version: modernVersion}
	r, err := s.ask(ctx, conn, first)
	if err != nil {
		return nil, err
	}
	if r.rpc.Error.offers(modernVersion) {
		if r, err = s.ask(ctx, conn, first); err != nil {
			return nil, err
		}
	}
	if r.rpc.Result != nil && offersModern(first.method, r.rpc.Result) {
		if first.method == "tools/list" {
			conn.listed = r.rpc.Result
		}
		return conn, nil
	}
	if s.behaviour.Protocol.Era == ModernOnly || r.status >= http.StatusInternalServerError {
		return nil, fail("%s: %s", first.method, r.words())
	}
	return s.initialize(ctx)
}

// unsupportedVersion is the code of the error of a server that does not speak
// the version of a request (MCP 2026-07-28, UnsupportedProtocolVersionError).
const unsupportedVersion = -32022

// offers tells whether an error asks for a version after all: a server that
// has just been replaced may reject what its successor speaks.
func (e *rpcError) offers(version string) bool {
	if e == nil || e.Code != unsupportedVersion {
		return false
	}
	var data struct {
		Supported []string `json:"supported"`
	}
	return json.Unmarshal(e.Data, &data) == nil && slices.Contains(data.Supported, version)
}

// speaksModern tells whether the client tries 2026-07-28. A client of both
// generations that was told to speak an older revision does not.
func (s *Session) speaksModern() bool {
	p := s.behaviour.Protocol
	if p.Era != "" {
		return p.Era == ModernOnly
	}
	return s.facts.Revision == "" || s.facts.Revision == modernVersion
}

// offersModern reads the answer to the first request.
func offersModern(method string, result json.RawMessage) bool {
	if method != "server/discover" {
		return true
	}
	var d struct {
		Versions []string `json:"supportedVersions"`
	}
	if json.Unmarshal(result, &d) != nil {
		return false
	}
	return slices.Contains(d.Versions, modernVersion)
}

// initialize is the handshake of revisions up to 2025-11-25.
func (s *Session) initialize(ctx context.Context) (*connection, error) {
	conn := &connection{}
	r, err := s.ask(ctx, conn, s.initializeMessage())
	if err != nil {
		return nil, err
	}
	var result struct {
		Version string `json:"protocolVersion"`
	}
	if r.rpc.Result == nil || json.Unmarshal(r.rpc.Result, &result) != nil || result.Version == "" {
		return nil, fail("initialize: %s", r.words())
	}
	if result.Version > legacyVersion {
		return nil, fail("initialize: the MCP server insists on protocol version %s", result.Version)
	}
	conn.version, conn.sessionID = result.Version, r.header.Get(headerSessionID)
	r, err = s.ask(ctx, conn, message{method: "notifications/initialized", notification: true})
	if err != nil {
		return nil, err
	}
	if r.status >= http.StatusBadRequest {
		return nil, fail("notifications/initialized: %s", r.words())
	}
	if s.behaviour.Protocol.Stream == StreamOpened {
		s.openStream(ctx, conn)
	}
	return conn, nil
}

// initializeMessage begins the handshake.
func (s *Session) initializeMessage() message {
	version := s.behaviour.Protocol.Version
	if version == "" {
		version = legacyVersion
		if s.facts.Revision != "" && s.facts.Revision < legacyVersion {
			version = s.facts.Revision
		}
	}
	return message{method: "initialize", params: map[string]any{
		"protocolVersion": version, "capabilities": map[string]any{}, "clientInfo": s.clientInfo(),
	}}
}

// call calls a tool and returns the text of its result.
func (s *Session) call(ctx context.Context, conn *connection, tool string, arguments map[string]any) (string, error) {
	if arguments == nil {
		arguments = map[string]any{}
	}
	m := message{method: "tools/call", name: tool, params: map[string]any{"name": tool, "arguments": arguments}}
	var err error
	if m.mirrored, err = conn.mirrored(tool, arguments); err != nil {
		return "", err
	}
	var a attempts
	r, err := s.askWithin(ctx, conn, m, &a)
	for errors.Is(err, errConnectAnew) {
		if conn, err = s.connectAnew(ctx); err != nil {
			return "", err
		}
		r, err = s.askWithin(ctx, conn, m, &a)
	}
	if err != nil {
		return "", err
	}
	if r.status == http.StatusNotFound && conn.sessionID != "" {
		// The server has forgotten the session; a client starts a new one
		// (MCP 2025-11-25, session management).
		listed := conn.listed
		if conn, err = s.initialize(ctx); err != nil {
			return "", err
		}
		conn.listed = listed
		s.connected(conn)
		if r, err = s.ask(ctx, conn, m); err != nil {
			return "", err
		}
	}
	if r.rpc.Result == nil {
		return "", fail("tools/call %s: %s", tool, r.words())
	}
	return toolText(tool, r.rpc.Result)
}

// toolText is the text content of a tool result.
func toolText(tool string, raw json.RawMessage) (string, error) {
	var result struct {
		Type    string `json:"resultType"`
		IsError bool   `json:"isError"`
		Content []struct {
			Type string `json:"type"`
			Text string `json:"text"`
		} `json:"content"`
	}
	if err := json.Unmarshal(raw, &result); err != nil {
		return "", fail("tools/call %s: the result cannot be read: %s", tool, err)
	}
	if result.Type == "input_required" {
		return "", unsupported("tools/call %s: the MCP server asks for input, which the client cannot give", tool)
	}
	var text []string
	for _, c := range result.Content {
		if c.Type == "text" {
			text = append(text, c.Text)
		}
	}
	all := strings.Join(text, "\n")
	if result.IsError {
		return "", fail("tools/call %s: %s", tool, all)
	}
	return all, nil
}
