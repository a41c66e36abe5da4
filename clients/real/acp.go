//go:build unix

package real

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
)

// agent drives a program as an editor does, over the Agent Client Protocol
// (https://agentclientprotocol.com): one process holds any number of
// conversations, each of which has MCP connections of its own.
type agent struct {
	box *sandbox
	// args make the program speak the protocol.
	args []string

	peer *peer // nil before the program was started
}

// The protocol's words.
const (
	acpRevision = 1
	acpUpdate   = "session/update"
	acpFailed   = "failed"
)

// start starts the program, in place of one that ran before.
func (a *agent) start(ctx context.Context) error {
	a.peer = nil
	p := &peer{answers: permitted}
	if err := a.box.talk(a.args, p, acpUpdate); err != nil { //nolint:contextcheck // the program outlives the attempt that starts it
		return err
	}
	a.peer = p
	return p.call(ctx, "initialize", map[string]any{"protocolVersion": acpRevision, "clientCapabilities": struct{}{}}, nil)
}

// converse begins a conversation, and returns its id.
func (a *agent) converse(ctx context.Context) (string, error) {
	if a.peer == nil {
		return "", errNotRunning
	}
	var created struct {
		SessionID string `json:"sessionId"`
	}
	err := a.peer.call(ctx, "session/new", map[string]any{"cwd": a.box.facts.Home, "mcpServers": []string{}}, &created)
	return created.SessionID, err
}

// toolUpdate is what the program tells of a tool call.
type toolUpdate struct {
	ToolCallID string          `json:"toolCallId"`
	Status     string          `json:"status"`
	Output     json.RawMessage `json:"rawOutput"`
}

// prompt says something in a conversation, waits for the end of the turn, and
// returns what was told of tool calls in it.
func (a *agent) prompt(ctx context.Context, chat, text string) ([]toolUpdate, error) {
	a.peer.drop(acpUpdate)
	err := a.peer.call(ctx, "session/prompt", map[string]any{
		"sessionId": chat, "prompt": []map[string]string{{"type": "text", "text": text}},
	}, nil)
	var updates []toolUpdate
	for _, raw := range a.peer.drop(acpUpdate) {
		var u struct {
			Update toolUpdate `json:"update"`
		}
		if json.Unmarshal(raw, &u) == nil && u.Update.ToolCallID != "" {
			updates = append(updates, u.Update)
		}
	}
	return updates, err
}

// ended returns the last that was told of a tool call.
func ended(updates []toolUpdate, call string) toolUpdate {
	for _, u := range slices.Backward(updates) {
		if u.ToolCallID == call {
			return u
		}
	}
	return toolUpdate{}
}

// permitted answers an agent that asks whether it may call a tool as a user
// would who has just asked for it.
func permitted(method string, params json.RawMessage) (any, bool) {
	if method != "session/request_permission" {
		return nil, false
	}
	var request struct {
		Options []struct {
			ID   string `json:"optionId"`
			Kind string `json:"kind"`
		} `json:"options"`
	}
	if json.Unmarshal(params, &request) != nil {
		return nil, false
	}
	for _, o := range request.Options {
		if strings.HasPrefix(o.Kind, "allow") {
			return map[string]any{"outcome": map[string]string{"outcome": "selected", "optionId": o.ID}}, true
		}
	}
	return map[string]any{"outcome": map[string]string{"outcome": "cancelled"}}, true
}
