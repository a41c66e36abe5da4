package scenarios

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/internal/scratch"
)

// driveTime bounds a drive where nobody said otherwise: what the slowest
// released client seen needs to start, to log in and to call, three times over.
const driveTime = time.Minute

// ToolCall is a tool to be called, with its arguments; nil means none.
type ToolCall struct {
	Tool      string
	Arguments map[string]any
}

// NoDocument as the metadata document of a drive says that the client has none.
const NoDocument = "none"

// DriveOptions say how one client is driven against servers of anybody.
type DriveOptions struct {
	// URL is that of the MCP server.
	URL string
	// Calls are made in order once the client is connected, as long as they
	// succeed; nil means one call of a tool that can be called without knowing
	// what it does; empty means none.
	Calls []ToolCall
	// Credentials are typed into the client; nil means none.
	Credentials *clients.Credentials
	// MetadataDocument is the URL of the client ID metadata document that an
	// emulated client uses in place of its vendor's; "" means the vendor's and
	// NoDocument none. It is an error for any other client.
	MetadataDocument string
	// Revision of MCP to speak where the client has a choice; "" means the
	// client's default.
	Revision string
	// Browser shows the pages; nil means the user agent without scripting.
	Browser *useragent.Browser
	// Script is what the user does on them; nil means the reference script.
	Script *useragent.Script
	// Username and Password sign the user in; "" means those that the
	// reference authorization server knows.
	Username, Password string
	// Timeout bounds the whole drive; 0 means a minute.
	Timeout time.Duration
	// Seed feeds every choice that the protocol leaves open.
	Seed int64
}

// The steps of a drive.
const (
	StepConnect = "connect"
	StepCall    = "call"
)

// Driven is what came of a drive.
type Driven struct {
	// Step is the last one that was taken.
	Step string
	// Tool is the last one that was called; "" where none was.
	Tool string
	// Why says why no tool was called; "" where one was, or where the client
	// did not get that far.
	Why string
	// Outcome is the client's own account of the last step.
	Outcome clients.Outcome
	// Recording is what an emulated client and the user agent sent. It is nil
	// of a client that runs as a program of its own, whose traffic does not
	// come past here.
	Recording *trace.Recording
}

// Drive takes one client once through one attempt. The error is one of the
// harness, or wraps clients.ErrUnavailable; whatever becomes of the attempt is
// no error.
func Drive(ctx context.Context, client clients.Client, o DriveOptions) (d *Driven, err error) {
	if err := client.Available(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(o.Timeout, driveTime))
	defer cancel()
	home, err := scratch.New("drive")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, home.Remove()) }()

	client, recorder, err := prepared(client, o)
	if err != nil {
		return nil, err
	}
	agent, err := o.userAgent(recorder)
	if err != nil {
		return nil, err
	}
	session, err := client.Start(ctx, clients.Facts{
		MCPURL: o.URL, Home: home.Path, Credentials: o.Credentials, UserAgent: agent, Revision: o.Revision, Seed: o.Seed,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", client.Identity(), err)
	}
	d = &Driven{}
	d.attempt(ctx, session, recorder, o)
	err = session.Close()
	if recorder != nil {
		d.Recording = recorder.Snapshot()
	}
	return d, err
}

// attempt connects and calls a tool.
func (d *Driven) attempt(ctx context.Context, session clients.Session, rec *trace.Recorder, o DriveOptions) {
	d.told(ctx, rec, "C.1", StepConnect, session.Connect)
	if d.Outcome.Status != clients.OK {
		return
	}
	calls := o.Calls
	if calls == nil {
		var one ToolCall
		if one, d.Why = chooseCall(session); d.Why == "" {
			calls = []ToolCall{one}
		}
	} else if len(calls) == 0 {
		d.Why = "none was asked for"
	}
	for _, c := range calls {
		d.Tool = c.Tool
		d.told(ctx, rec, "C.8", StepCall, func(ctx context.Context) clients.Outcome { return session.Call(ctx, c.Tool, c.Arguments) })
		if d.Outcome.Status != clients.OK {
			return
		}
	}
}

// told has the client do something and records what it answers.
func (d *Driven) told(
	ctx context.Context, rec *trace.Recorder, scenario, step string, do func(context.Context) clients.Outcome,
) {
	d.Step = step
	if rec == nil {
		d.Outcome = interrupted(ctx, do(ctx))
		return
	}
	detail := map[string]string{"action": step}
	if d.Tool != "" {
		detail["tool"] = d.Tool
	}
	rec.Event(trace.ScenarioBegins, map[string]string{"id": scenario})
	rec.Event(trace.Told, detail)
	d.Outcome = interrupted(ctx, do(ctx))
	rec.Event(trace.Answered, map[string]string{"status": string(d.Outcome.Status), "words": d.Outcome.Words})
}

// userAgent is the user's browser for one drive.
func (o DriveOptions) userAgent(rec *trace.Recorder) (clients.UserAgent, error) {
	options := useragent.Options{
		Script: o.Script, Recorder: rec, Username: o.Username, Password: o.Password, AllowNetwork: true, RecordRequests: rec != nil,
	}
	if o.Browser != nil {
		return useragent.NewChrome(o.Browser, options)
	}
	return useragent.NewHTTP(options)
}

// interrupted is the account of a client whose time may have been up: what it says
// of an interruption is not about itself.
func interrupted(ctx context.Context, out clients.Outcome) clients.Outcome {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) && out.Status != clients.OK && out.Status.Says() {
		out.Status = clients.TimedOut
	}
	return out
}
