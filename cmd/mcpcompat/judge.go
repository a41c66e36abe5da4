package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
)

// maxRecording is the largest recording that is read, in bytes; the largest
// HAR file seen of a client is a hundredth of it.
const maxRecording = 256 << 20

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
client was, which doors it passed and what was wrong. Nothing is started.

Exit codes: 0 the file was judged, whatever came of it; 2 it could not be read.`,
		Example: `  mcpcompat judge out/cells/enterprise/emulated-vscode@1.107+port-taken/recording.json
  mcpcompat judge client.har --revision 2025-11-25 --json`,
		Args: oneArgument("one file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			rec, err := readRecording(args[0])
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
				return writeJSON(a.stdout, named{cell, who})
			}
			look := lookups(cat)
			look.Who = who.lines()
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

// readRecording reads a recording or a HAR file. Which of them it is, the file
// says itself; its name decides when it does not.
func readRecording(path string) (*trace.Recording, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("judge: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxRecording+1))
	if err != nil {
		return nil, fmt.Errorf("judge: %w", err)
	}
	if len(data) > maxRecording {
		return nil, fmt.Errorf("%s: larger than %d bytes", path, maxRecording)
	}
	var head struct {
		Log json.RawMessage `json:"log"`
	}
	isHAR := strings.HasSuffix(strings.ToLower(path), ".har")
	if json.Unmarshal(data, &head) == nil {
		isHAR = head.Log != nil
	}
	if isHAR {
		return trace.FromHAR(bytes.NewReader(data), path)
	}
	return trace.ReadRecording(bytes.NewReader(data), path)
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
