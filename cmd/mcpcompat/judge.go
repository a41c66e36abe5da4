package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/spf13/cobra"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// maxFlows is how many flows of a file are judged; --flow judges a later one.
const maxFlows = 20

type judgeFlags struct {
	revision  string
	scenarios []string
	flow      int
	all       bool
	json      bool
}

func (a *app) judgeCommand() *cobra.Command {
	var flags judgeFlags
	cmd := &cobra.Command{
		Use:   "judge FILE",
		Short: "Judge a recording or a HAR file",
		Long: `Judge reads a recording of a run (recording.json) or a HAR file, and says who the
client was, whether it connects, at which door it broke, whose fault that is and
why, and which other rules were broken. Nothing is started.
FILE may be -, for the standard input.

A file may hold several flows: two clients, or one client of two MCP servers.
Each is judged, and --flow picks one of them. With --json several flows are a
list of judgements, one flow is a judgement. What belongs to no flow is left out.

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
			if cmd.Flags().Changed("flow") && flags.flow < 1 {
				return errors.New("--flow counts from 1")
			}
			j := judgements{a, cat, args[0], rec, reading.Flows(rec), o, flags}
			if flags.json {
				a.sayLeftOut(args[0], rec)
				return j.json()
			}
			return j.words()
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	addRevision(f, &flags.revision)
	f.Lookup("revision").Usage = "judge by this revision (default: the recording's, else the newest)"
	f.Lookup("revision").DefValue = ""
	f.StringSliceVar(&flags.scenarios, "scenario", nil, "scenarios by id, e.g. C.4,C.6 (default: all)")
	f.IntVar(&flags.flow, "flow", 0, "judge only this flow of several, counted from 1 (default: each)")
	f.BoolVar(&flags.all, "all", false, "show the exchanges that belong to no flow, too")
	f.BoolVar(&flags.json, "json", false, "write the judgement as JSON")
	return cmd
}

// judgements are those of the flows of a file.
type judgements struct {
	app   *app
	cat   catalogue
	path  string
	rec   *trace.Recording
	flows []reading.Flow
	o     judge.Options
	flags judgeFlags
}

// wanted are the numbers of the flows to judge, counted from 1; 0 stands for the
// one flow of a file that has no more.
func (j judgements) wanted() ([]int, error) {
	switch n := j.flags.flow; {
	case n > max(1, len(j.flows)):
		return nil, fmt.Errorf("there is no flow %d: %s", n, howMany(len(j.flows)))
	case n > 0 && len(j.flows) > 1:
		return []int{n}, nil
	case len(j.flows) < 2:
		return []int{0}, nil
	}
	var out []int
	for i := range min(len(j.flows), maxFlows) {
		out = append(out, i+1)
	}
	return out, nil
}

func howMany(flows int) string {
	if flows > 1 {
		return fmt.Sprintf("the file holds %d", flows)
	}
	return "the file holds one"
}

// view is a flow by its number.
func (j judgements) view(n int) *reading.View {
	if n == 0 {
		return reading.NewView(j.rec)
	}
	return reading.ViewOf(j.rec, j.flows[n-1])
}

// named is the judgement of a flow with the client's name.
func (j judgements) named(n int, v *reading.View) (named, error) {
	cell := j.app.engine.Judge(v, j.o)
	who, err := whoWas(v)
	out := named{Cell: cell, identity: who}
	if n > 0 {
		out.Flow = n
	}
	return out, err
}

func (j judgements) json() error {
	numbers, err := j.wanted()
	if err != nil {
		return err
	}
	all := make([]named, 0, len(numbers))
	for _, n := range numbers {
		one, err := j.named(n, j.view(n))
		if err != nil {
			return err
		}
		all = append(all, one)
	}
	if j.more(numbers) > 0 {
		fmt.Fprintf(j.app.stderr, "mcpcompat: %d more flows are not judged; --flow judges one of them\n", j.more(numbers))
	}
	if len(all) == 1 {
		return writeJSON(j.app.stdout, all[0])
	}
	return writeJSON(j.app.stdout, all)
}

// more is how many flows are not judged, though nobody picked one.
func (j judgements) more(numbers []int) int {
	if j.flags.flow > 0 {
		return 0
	}
	return len(j.flows) - max(len(numbers), 1)
}

// words writes the judgements for people.
func (j judgements) words() error {
	numbers, err := j.wanted()
	if err != nil {
		return err
	}
	if len(j.flows) == 0 {
		j.app.sayLeftOut(j.path, j.rec)
		_, err := fmt.Fprintln(j.app.stdout, j.app.engine.Judge(reading.NewView(j.rec), j.o).Summary)
		return err
	}
	if len(j.flows) > 1 {
		says := make([]string, 0, len(j.flows))
		for _, f := range j.flows {
			says = append(says, f.Says)
		}
		if _, err := io.WriteString(j.app.stdout, report.Flows(says, j.app.stdout.options())); err != nil {
			return err
		}
	}
	for i, n := range numbers {
		if err := j.inWords(n, i == len(numbers)-1); err != nil {
			return err
		}
	}
	if more := j.more(numbers); more > 0 {
		_, err = fmt.Fprintf(j.app.stdout, "\n%d more flows are not judged; --flow judges one of them.\n", more)
	}
	return err
}

// inWords writes the judgement of one flow; the last one says what of the file
// could not be read.
func (j judgements) inWords(n int, last bool) error {
	v := j.view(n)
	one, err := j.named(n, v)
	if err != nil {
		return err
	}
	look := lookups(j.cat)
	look.Who = one.lines()
	if n == 0 && len(j.flows) == 1 && j.flows[0].Partial() {
		look.Says = j.flows[0].Says
	}
	if !j.flags.all {
		look.Flow = idsOf(v)
	}
	shown := *v.Rec
	if !last {
		shown.LeftOut = nil
	}
	if n > 0 {
		fmt.Fprintf(j.app.stdout, "\nFlow %d\n", n)
	}
	_, err = io.WriteString(j.app.stdout, report.Judgement(one.Cell, &shown, judge.JourneyOf(v), look, j.app.stdout.options()))
	return err
}

// idsOf are the exchanges of a flow.
func idsOf(v *reading.View) []int {
	out := make([]int, 0, len(v.Exchanges))
	for _, x := range v.Exchanges {
		out = append(out, x.ID)
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

func writeJSON(w io.Writer, v any) error {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := io.WriteString(w, escapedJSON(b.String()))
	return err
}

// escapedJSON is JSON in which no character can steer a terminal: JSON leaves C1
// controls and those that change the direction of writing as they are.
func escapedJSON(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			for _, unit := range utf16.AppendRune(nil, r) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
