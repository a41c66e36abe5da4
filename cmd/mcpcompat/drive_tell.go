package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// driven is what came of a drive, as JSON.
type driven struct {
	Client string `json:"client"`
	Basis  string `json:"basis"`
	URL    string `json:"url"`
	// Connected says that the client listed the tools.
	Connected bool `json:"connected"`
	// Step is connect or call; "" when the client was not started.
	Step   string `json:"step,omitempty"`
	Status string `json:"status"`
	Words  string `json:"words,omitempty"`
	Tool   string `json:"tool,omitempty"`
	Text   string `json:"text,omitempty"`
	// NoCall says why no tool was called.
	NoCall    string       `json:"noCall,omitempty"`
	Recording string       `json:"recording,omitempty"`
	Judgement *report.Cell `json:"judgement,omitempty"`
}

// tellDriven says what came of a drive, and turns it into an exit code.
func (a *app) tellDriven(cat catalogue, client clients.Client, o scenarios.DriveOptions, d *scenarios.Driven, flags *driveFlags) error {
	id := client.Identity()
	out := driven{
		Client: id.String(), Basis: string(id.Basis), URL: o.URL, Step: d.Step,
		Connected: d.Step == scenarios.StepCall || d.Step == scenarios.StepConnect && d.Outcome.Status == clients.OK,
		Status:    string(d.Outcome.Status), Words: d.Outcome.Words, Tool: d.Tool, Text: d.Outcome.Text, NoCall: d.Why,
	}
	var b bytes.Buffer
	out.words(&b)
	if flags.out != "" {
		if err := a.judgeDriven(cat, o, d, flags, &out, &b); err != nil {
			return err
		}
	}
	if flags.json {
		if err := writeJSON(a.stdout, out); err != nil {
			return err
		}
	} else if _, err := a.stdout.Write(b.Bytes()); err != nil {
		return err
	}
	switch d.Outcome.Status {
	case clients.OK:
		return nil
	case clients.Unsupported:
		return errCannot
	case clients.TimedOut:
		return errors.New("the client was waited for in vain; --timeout allows more")
	case clients.Blocked:
		return errors.New("this machine stood in the client's way")
	case clients.Refused, clients.Failed:
	}
	return failure("")
}

// words says it for a person.
func (d driven) words(b *bytes.Buffer) {
	switch {
	case d.Step == "":
		fmt.Fprintf(b, "%s cannot be tried: %s\n", d.Client, d.Words)
		return
	case d.Connected:
		fmt.Fprintf(b, "%s connected to %s\n", d.Client, d.URL)
	default:
		fmt.Fprintf(b, "%s did not connect to %s (%s): %s\n", d.Client, d.URL, d.Status, d.Words)
	}
	switch {
	case !d.Connected:
	case d.Tool == "":
		fmt.Fprintf(b, "no tool was called: %s\n", d.NoCall)
	case d.Status == string(clients.OK):
		fmt.Fprintf(b, "%s answered: %s\n", d.Tool, d.Text)
	default:
		fmt.Fprintf(b, "the call of %s did not succeed (%s): %s\n", d.Tool, d.Status, d.Words)
	}
}

// judgeDriven keeps the recording and judges it.
func (a *app) judgeDriven(
	cat catalogue, o scenarios.DriveOptions, d *scenarios.Driven, flags *driveFlags, out *driven, b *bytes.Buffer,
) error {
	if d.Recording == nil {
		b.WriteString("nothing was recorded: a released program speaks to the server by itself\n")
		return nil
	}
	var file bytes.Buffer
	if err := trace.WriteRecording(&file, d.Recording); err != nil {
		return err
	}
	out.Recording = filepath.Join(flags.out, "recording.json")
	if err := report.WriteFile(out.Recording, file.Bytes()); err != nil {
		return err
	}
	view := reading.NewView(d.Recording)
	cell := a.engine.Judge(view, judge.Options{Book: cat.Book(), Revision: o.Revision, Scenarios: driveScenarios()})
	out.Judgement = &cell
	who, err := whoWas(view)
	if err != nil {
		return err
	}
	look := lookups(cat)
	look.Who = who.lines()
	text := report.Judgement(cell, d.Recording, judge.JourneyOf(view), look, a.stdout.options())
	fmt.Fprintf(b, "recording: %s\n\n%s", out.Recording, text)
	return nil
}

// driveScenarios are those that one connection and one call can show anything
// of.
func driveScenarios() []string { return []string{"C.1", "C.2", "C.3", "C.4", "C.5", "C.7", "C.8"} }
