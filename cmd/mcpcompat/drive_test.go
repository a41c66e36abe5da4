package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios"
)

// fakeDrive is what a drive comes to, and what was asked of it.
type fakeDrive struct {
	driven  *scenarios.Driven
	err     error
	client  clients.Client
	options scenarios.DriveOptions
	consent string
}

func (e *fakeEngine) Drive(
	_ context.Context, client clients.Client, o scenarios.DriveOptions, consent string,
) (*scenarios.Driven, error) {
	e.drive.client, e.drive.options, e.drive.consent = client, o, consent
	return e.drive.driven, e.drive.err
}

func TestDriveSaysWhatCameOfIt(t *testing.T) {
	t.Parallel()
	const at = "http://127.0.0.1:9/mcp"
	answer := func(s clients.Status, words string) clients.Outcome { return clients.Outcome{Status: s, Words: words} }
	for _, tt := range []struct {
		name   string
		driven *scenarios.Driven
		err    error
		code   int
		want   string
	}{
		{
			"called", &scenarios.Driven{Step: "call", Tool: "echo", Outcome: clients.Outcome{Status: clients.OK, Text: "hello"}}, nil,
			exitOK, "alpha@1.0 connected to " + at + "\necho answered: hello\n",
		},
		{
			"nothing to call", &scenarios.Driven{Step: "connect", Why: "the server lists none", Outcome: answer(clients.OK, "")}, nil,
			exitOK, "no tool was called: the server lists none",
		},
		{
			"refused", &scenarios.Driven{Step: "connect", Outcome: answer(clients.Refused, "it is a trap")}, nil,
			exitFailed, "alpha@1.0 did not connect to " + at + " (refused): it is a trap",
		},
		{
			"call failed", &scenarios.Driven{Step: "call", Tool: "echo", Outcome: answer(clients.Failed, "403")}, nil,
			exitFailed, "the call of echo did not succeed (failed): 403",
		},
		{
			"lacks a feature", &scenarios.Driven{Step: "connect", Outcome: answer(clients.Unsupported, "no such feature")}, nil,
			exitCannot, "did not connect to " + at + " (unsupported): no such feature",
		},
		{
			"unavailable", nil, fmt.Errorf("%w: not installed", clients.ErrUnavailable),
			exitCannot, "alpha@1.0 cannot be tried: client unavailable: not installed",
		},
		{"harness", nil, errors.New("the disk is full"), exitError, "the disk is full"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			i := newInvocation(t)
			i.engine.drive = fakeDrive{driven: tt.driven, err: tt.err}
			if code := i.run("drive", "alpha", at); code != tt.code {
				t.Errorf("exit %d, want %d: %s", code, tt.code, i.stderr.String())
			}
			if got := i.stdout.String() + i.stderr.String(); !strings.Contains(got, tt.want) {
				t.Errorf("%q does not say %q", got, tt.want)
			}
			if tt.driven == nil {
				return
			}
			if code := i.run("drive", "alpha", at, "--json"); code != tt.code {
				t.Errorf("--json: exit %d", code)
			}
			var got driven
			if err := json.Unmarshal(i.stdout.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if got.Client != "alpha@1.0" || got.URL != at || got.Status != string(tt.driven.Outcome.Status) || got.Tool != tt.driven.Tool {
				t.Errorf("JSON: %+v", got)
			}
		})
	}
}

// Flags come before the environment, and of the environment only the facts
// count that a user would have been told.
func TestDriveTakesFacts(t *testing.T) {
	t.Parallel()
	const at = "https://mcp.example.com/mcp"
	context := map[string]string{
		envContext: `{"name":"auth/some-scenario","client_id":"told","client_secret":"quietly","issuer":"https://as.example.com"}`,
		envVersion: "2025-06-18", envUsername: "bob", envPassword: "builder", "MCP_CONFORMANCE_SCENARIO": "auth/some-scenario",
	}
	for _, tt := range []struct {
		args    string
		environ map[string]string
		want    scenarios.DriveOptions
		consent string
	}{
		{"", nil, scenarios.DriveOptions{URL: at, Timeout: time.Minute, Seed: 1}, "auto"},
		{"--consent http", context, scenarios.DriveOptions{
			URL: at, Timeout: time.Minute, Seed: 1, Revision: "2025-06-18", Username: "bob", Password: "builder",
			Credentials: &clients.Credentials{ClientID: "told", ClientSecret: "quietly"},
		}, "http"},
		{"--client-id mine --revision 2025-03-26 --timeout 5s --seed 4", context, scenarios.DriveOptions{
			URL: at, Timeout: 5 * time.Second, Seed: 4, Revision: "2025-03-26", Username: "bob", Password: "builder",
			Credentials: &clients.Credentials{ClientID: "mine"},
		}, "auto"},
		{`--call add --arguments {"a":1}`, nil, scenarios.DriveOptions{
			URL: at, Timeout: time.Minute, Seed: 1, Calls: []scenarios.ToolCall{{Tool: "add", Arguments: map[string]any{"a": 1.0}}},
		}, "auto"},
		{"--call none --metadata-document https://me.example.com/client.json", nil, scenarios.DriveOptions{
			URL: at, Timeout: time.Minute, Seed: 1, Calls: []scenarios.ToolCall{},
			MetadataDocument: "https://me.example.com/client.json",
		}, "auto"},
		{"", map[string]string{envContext: `{"toolCalls":[{"name":"a"},{"name":"b","arguments":{"c":null}}]}`}, scenarios.DriveOptions{
			URL: at, Timeout: time.Minute, Seed: 1,
			Calls: []scenarios.ToolCall{{Tool: "a"}, {Tool: "b", Arguments: map[string]any{"c": nil}}},
		}, "auto"},
	} {
		i := newInvocation(t)
		i.environ = tt.environ
		i.engine.drive.driven = &scenarios.Driven{Step: "connect", Outcome: clients.Outcome{Status: clients.OK}}
		if code := i.run(append([]string{"drive", "alpha", at}, strings.Fields(tt.args)...)...); code != exitOK {
			t.Errorf("%s: exit %d: %s", tt.args, code, i.stderr.String())
		}
		if diff := cmp.Diff(tt.want, i.engine.drive.options); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.args, diff)
		}
		if i.engine.drive.consent != tt.consent || i.engine.drive.client.Identity().ID != "alpha" {
			t.Errorf("%s: consent %s, client %s", tt.args, i.engine.drive.consent, i.engine.drive.client.Identity())
		}
	}
}

func TestDriveJudges(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.engine.drive.driven = &scenarios.Driven{
		Step: "connect", Outcome: clients.Outcome{Status: clients.OK}, Recording: recording("alpha@1.0"),
	}
	if code := i.run("drive", "alpha", "http://127.0.0.1:9/mcp", "--out", "{}/drive"); code != exitOK {
		t.Fatalf("exit %d: %s", code, i.stderr.String())
	}
	file, err := os.Open(i.path("drive/recording.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := trace.ReadRecording(file, "recording.json"); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"recording: " + i.path("drive/recording.json"), "→ 401"} {
		if !strings.Contains(i.stdout.String(), want) {
			t.Errorf("no %q in\n%s", want, i.stdout.String())
		}
	}
	i.run("drive", "alpha", "http://127.0.0.1:9/mcp", "--out", "{}/drive", "--json")
	var got driven
	if err := json.Unmarshal(i.stdout.Bytes(), &got); err != nil || got.Judgement == nil || got.Recording == "" {
		t.Errorf("%v: %s", err, i.stdout.String())
	}
	i.engine.drive.driven.Recording = nil
	i.run("drive", "alpha", "http://127.0.0.1:9/mcp", "--out", "{}/none")
	if !strings.Contains(i.stdout.String(), "nothing was recorded") {
		t.Errorf("it does not say so:\n%s", i.stdout.String())
	}
}

func TestDriveRefuses(t *testing.T) {
	t.Parallel()
	const at = " http://127.0.0.1:9/mcp"
	for line, want := range map[string]string{
		"alpha":                             "takes a client and a URL, not 1 arguments",
		"alpha ftp://127.0.0.1/mcp":         "is not the http or https URL",
		"alpha /mcp":                        "is not the http or https URL",
		"gamma" + at:                        "unknown name",
		"alpha --revision 1" + at:           "allowed: 2025-03-26",
		"alpha --timeout 0s" + at:           "--timeout 0s: allowed: more than 0",
		"alpha --arguments {}" + at:         "--arguments belongs to --call",
		"alpha --call a --arguments" + at:   "takes a client and a URL",
		"alpha --call a --arguments 1" + at: "--arguments: not a JSON object",
		"alpha --client-secret s" + at:      "--client-secret belongs to --client-id",
		"alpha --script nowhere" + at:       "no consent script",
		"alpha --script ./nowhere" + at:     "no such file",
		"alpha --consent telepathy" + at:    "allowed: browser, http, auto",
	} {
		i := newInvocation(t)
		if code := i.run(append([]string{"drive"}, strings.Fields(line)...)...); code != exitError ||
			!strings.Contains(i.stderr.String(), want) {
			t.Errorf("%s: exit %d, %q", line, code, i.stderr.String())
		}
	}
	for variable, text := range map[string]string{envContext: "{", envVersion: "2024-11-05"} {
		i := newInvocation(t)
		i.environ = map[string]string{variable: text}
		if code := i.run("drive", "alpha", strings.TrimSpace(at)); code != exitError || !strings.Contains(i.stderr.String(), text) &&
			!strings.Contains(i.stderr.String(), variable) {
			t.Errorf("%s=%s: exit %d, %q", variable, text, code, i.stderr.String())
		}
	}
}
