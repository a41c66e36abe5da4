package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// gcPercentReading keeps the memory that judge takes to about twice of what it
// holds; see gcPercent.
const gcPercentReading = 50

func (a *app) judgeCommand() *cobra.Command {
	var flags struct {
		revision  string
		scenarios []string
		json      bool
	}
	cmd := &cobra.Command{
		Use:   "judge FILE",
		Short: "Judge a recording or a HAR file",
		Long: `Judge reads a recording of a run (recording.json) or a HAR file, and says who the
client was, whether it connects, at which door it broke, whose fault that is and
why, and which other rules were broken. Nothing is started.
FILE may be -, for the standard input.

Exit codes: 0 the file was judged, whatever the result; 2 it could not be read.`,
		Example: `  mcpcompat judge out/cells/enterprise/emulated-vscode@1.107+port-taken/recording.json
  mcpcompat judge client.har --revision 2025-11-25 --json
  xz -dc client.har.xz | mcpcompat judge -`,
		Args: oneArgument("one file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			rec, err := a.readRecording(args[0])
			if err != nil {
				return err
			}
			cat, err := a.engine.Catalogue(a.own)
			if err != nil {
				return fmt.Errorf("the data is faulty, so nothing is judged:\n%w", err)
			}
			o := judge.Options{Book: cat.Book()}
			if cmd.Flags().Changed("revision") {
				o.Revision = flags.revision
			}
			if cmd.Flags().Changed("scenario") {
				if o.Scenarios, err = knownScenarios(cat, flags.scenarios); err != nil {
					return err
				}
			}
			cell := a.engine.Judge(rec, o)
			who, err := whoWas(rec)
			if err != nil {
				return err
			}
			if flags.json {
				a.sayLeftOut(args[0], rec)
				return writeJSON(a.stdout, named{cell, who})
			}
			look := lookups(cat)
			look.Who, look.Flows = who.lines(), flowsOf(rec)
			_, err = io.WriteString(a.stdout, report.Judgement(cell, rec, judge.Journey(rec), look, a.stdout.options()))
			return err
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	addRevision(f, &flags.revision)
	f.Lookup("revision").Usage = "judge by this revision (default: the recording's, else the newest)"
	f.Lookup("revision").DefValue = ""
	f.StringSliceVar(&flags.scenarios, "scenario", nil, "scenarios by id, e.g. C.4,C.6 (default: all)")
	f.BoolVar(&flags.json, "json", false, "write the judgement as JSON")
	return cmd
}

// flowsOf are the flows of a recording, each in a sentence.
func flowsOf(rec *trace.Recording) []string {
	flows := reading.Flows(rec)
	out := make([]string, 0, len(flows))
	for _, f := range flows {
		out = append(out, f.Says)
	}
	return out
}

// sayLeftOut names the entries that could not be read; the judgement in words
// lists them itself.
func (a *app) sayLeftOut(path string, rec *trace.Recording) {
	for _, entry := range rec.LeftOut {
		fmt.Fprintf(a.stderr, "mcpcompat: %s: left out: %s\n", printable(inputName(path)), printable(entry))
	}
}

func knownScenarios(cat catalogue, ids []string) ([]string, error) {
	var known []string
	for _, s := range cat.Scenarios() {
		known = append(known, s.ID)
	}
	if len(ids) == 0 {
		return nil, errors.New("--scenario has an empty name; leave the flag out to select the default")
	}
	for _, id := range ids {
		found := false
		for _, k := range known {
			found = found || k == id
		}
		if !found {
			return nil, unknownName("scenario", id, known)
		}
	}
	return ids, nil
}

// standardInput stands for it on the command line.
const standardInput = "-"

func inputName(path string) string {
	if path == standardInput {
		return "standard input"
	}
	return path
}

// readRecording reads a recording or a HAR file; - is the standard input.
func (a *app) readRecording(path string) (*trace.Recording, error) {
	// The program lets garbage grow elsewhere; here what is read may be large.
	if was := debug.SetGCPercent(gcPercentReading); was >= 0 && was < gcPercentReading {
		debug.SetGCPercent(was)
	}
	in, name := a.stdin, inputName(path)
	if path != standardInput {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("judge: %w", err)
		}
		defer f.Close()
		in = f
	}
	rec, err := reading.Import(in, name)
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, fmt.Errorf("judge: %s: %w", name, pathError.Err)
	}
	return rec, err
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
