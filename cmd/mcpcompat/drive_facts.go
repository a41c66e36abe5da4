package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/scenarios"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// The environment of a driven client. The first two are the contract of the
// official conformance suite (modelcontextprotocol/conformance, README, client
// testing). Its third variable, the name of the scenario, is never read: a
// client that knew what it is tested for would prove nothing.
const (
	envContext  = "MCP_CONFORMANCE_CONTEXT"
	envVersion  = "MCP_CONFORMANCE_PROTOCOL_VERSION"
	envUsername = "MCPCOMPAT_USERNAME"
	envPassword = "MCPCOMPAT_PASSWORD"
)

// handedOver are the facts of the context that a user of a client would have
// been told. What else it holds is for clients of other grants.
type handedOver struct {
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	// ToolCalls are what the user has the client do.
	ToolCalls []struct {
		Name      string         `json:"name"`
		Arguments map[string]any `json:"arguments"`
	} `json:"toolCalls"`
}

// noCall as the value of --call says that no tool is called.
const noCall = "none"

// options joins what was given on the command line and in the environment.
func (d *driveFlags) options(mcpURL string, chosen bool, environ func(string) string) (scenarios.DriveOptions, error) {
	o := scenarios.DriveOptions{
		URL: mcpURL, Timeout: d.timeout, Seed: d.seed, MetadataDocument: d.document,
		Username: environ(envUsername), Password: environ(envPassword),
	}
	if d.timeout <= 0 {
		return o, fmt.Errorf("--timeout %s: allowed: more than 0", d.timeout)
	}
	var told handedOver
	if text := environ(envContext); text != "" {
		if err := json.Unmarshal([]byte(text), &told); err != nil {
			return o, fmt.Errorf("%s: not a JSON object: %w", envContext, err)
		}
	}
	var err error
	if o.Calls, err = d.calls(told); err != nil {
		return o, err
	}
	if o.Credentials, err = d.credentials(told); err != nil {
		return o, err
	}
	if o.Script, err = consentScript(d.script); err != nil {
		return o, err
	}
	if chosen {
		o.Revision = d.revision
	}
	o.Revision = cmp.Or(o.Revision, environ(envVersion))
	if o.Revision != "" && !slices.Contains(requirement.Revisions(), o.Revision) {
		return o, unknownName("revision", o.Revision, requirement.Revisions())
	}
	return o, nil
}

// calls are the tool calls that were asked for; nil means that nobody asked.
func (d *driveFlags) calls(told handedOver) ([]scenarios.ToolCall, error) {
	if d.arguments != "" && (d.call == "" || d.call == noCall) {
		return nil, errors.New("--arguments belongs to --call")
	}
	switch d.call {
	case noCall:
		return []scenarios.ToolCall{}, nil
	case "":
		var calls []scenarios.ToolCall
		for _, c := range told.ToolCalls {
			calls = append(calls, scenarios.ToolCall{Tool: c.Name, Arguments: c.Arguments})
		}
		return calls, nil
	}
	call := scenarios.ToolCall{Tool: d.call}
	if d.arguments != "" {
		if err := json.Unmarshal([]byte(d.arguments), &call.Arguments); err != nil {
			return nil, fmt.Errorf("--arguments: not a JSON object: %w", err)
		}
	}
	return []scenarios.ToolCall{call}, nil
}

// credentials are those of a registration by hand; nil means none.
func (d *driveFlags) credentials(told handedOver) (*clients.Credentials, error) {
	switch {
	case d.clientID != "":
		return &clients.Credentials{ClientID: d.clientID, ClientSecret: d.clientSecret}, nil
	case d.clientSecret != "":
		return nil, errors.New("--client-secret belongs to --client-id")
	case told.ClientID != "":
		return &clients.Credentials{ClientID: told.ClientID, ClientSecret: told.ClientSecret}, nil
	}
	return nil, nil //nolint:nilnil // documented: nil means none
}
