package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
)

// acceptedDir is where the accepted results lie in a clone of the project.
const acceptedDir = "report/accepted"

type matrixFlags struct {
	measureFlags

	merge  []string
	night  string
	pages  string
	accept string
}

func (a *app) matrixCommand() *cobra.Command {
	var flags matrixFlags
	cmd := &cobra.Command{
		Use:   "matrix",
		Short: "Measure everything that can run here; write compat-matrix.md",
		Long: `Matrix measures the selected cells, writes the pages (compat-matrix.md, docs/clients,
docs/deployments), and results.json, junit.xml and recordings into the folder
--out, and says what changed since the accepted results.

Without a selection that is everything that can run here: every client with its
historical variants at every deployment, the hostile ones too. The current clients
at the deployments of the suite main are measured in full, with consent in a real
browser where there is one; the cells beyond them are measured in brief, with
consent over plain HTTP and without a recording. Released programs, SDKs and
containers, which cost seconds, are measured at the deployments of the suites
released and containers. Where the last night measured more of released programs
than this machine, the pages show that with its date.

A broken cell is a result, not an error. Exit codes: 0 everything selected was
measured and written, 2 usage or harness error.`,
		Example: `  mcpcompat matrix
  mcpcompat matrix --deployment reference,enterprise --pages part
  mcpcompat matrix --shard 2/4 --out out/shard2
  mcpcompat matrix --merge out/shard1/results.json,out/shard2/results.json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := flags.check(cmd.Flags()); err != nil {
				return err
			}
			if cmd.Flags().Changed("pages") && flags.pages == "" {
				return errors.New("--pages has an empty name")
			}
			if len(flags.merge) > 0 && flags.shard.Of > 1 {
				return errMergeShard
			}
			if flags.accept != "" && len(flags.selection.Scenarios) > 0 {
				return errAcceptPart
			}
			return a.matrix(cmd.Context(), &flags)
		},
	}
	flags.add(cmd, "everything", "everything")
	cmd.Flags().StringVar(&flags.pages, "pages", "",
		"folder below which the pages are written (default: the present one for everything, the folder --out for a selection)")
	cmd.Flags().StringSliceVar(&flags.merge, "merge", nil,
		"take the results of these files, measured elsewhere with --shard, and measure nothing")
	cmd.Flags().StringVar(&flags.night, "night", nightlyFile,
		"results of the last night, for released programs that are not measured now; missing file: no nightly results")
	cmd.Flags().StringVar(&flags.accept, "accept", "", "take the results over as the accepted ones, into this folder")
	cmd.Flags().Lookup("accept").NoOptDefVal = acceptedDir
	return cmd
}

var errMergeShard = errors.New("--merge puts shards together, and --shard measures one: not both")

var errAcceptPart = errors.New("--accept needs all scenarios: a part of them gives other verdicts; leave out --scenario")

func (a *app) matrix(ctx context.Context, flags *matrixFlags) error {
	m, err := a.measureOrMerge(ctx, flags)
	if err != nil {
		return err
	}
	shown, carried, err := m.shown(flags)
	if err != nil {
		return err
	}
	root := cmp.Or(flags.pages, ".")
	if flags.pages == "" && (flags.selects() || !m.complete) {
		root = flags.out // a part must not take the place of the whole
	}
	if err := report.WritePages(root, shown, pageOptions(m.cat)); err != nil {
		return err
	}
	if err := a.print(m, &flags.measureFlags); err != nil {
		return err
	}
	// With --json nothing but the results may be on standard output.
	news := a.stdout
	if flags.json {
		news = a.stderr
	}
	fmt.Fprintf(news, "page:    %s\n", filepath.Join(root, report.MatrixPage))
	if carried != "" {
		fmt.Fprintf(news, "         %s\n", carried)
	}
	if err := a.accept(news, m, shown, flags); err != nil {
		return err
	}
	return matrixOutcome(m.results)
}

// measureOrMerge measures, or puts together what was measured elsewhere.
func (a *app) measureOrMerge(ctx context.Context, flags *matrixFlags) (*measurement, error) {
	selection := everything(flags.selection)
	if len(flags.merge) == 0 {
		return a.measure(ctx, &flags.measureFlags, selection)
	}
	cat, err := a.engine.Catalogue(a.own)
	if err != nil {
		return nil, fmt.Errorf("the data is faulty, so nothing is merged:\n%w", err)
	}
	plan, err := cat.Select(selection)
	if err != nil {
		return nil, err
	}
	results, err := mergeFiles(flags.merge)
	if err != nil {
		return nil, err
	}
	if err := cat.Describe(results); err != nil {
		return nil, err
	}
	m := &measurement{
		cat: cat, plan: plan, results: results,
		complete: len(plan.Scenarios) == len(cat.Scenarios()),
	}
	if err := m.write(flags.out); err != nil {
		return nil, err
	}
	return m, nil
}

// everything is the selection with all that it leaves open.
func everything(s scenarios.Selection) scenarios.Selection {
	if s.Suite != "" {
		return s
	}
	if len(s.Clients) == 0 {
		s.Clients = []string{scenarios.All}
	}
	if len(s.Deployments) == 0 {
		s.Deployments = []string{scenarios.All}
	}
	return s
}

// shown is what the pages show: what was measured, and of released programs what
// the last night measured and this machine did not; words say how much that is.
// A selection shows only itself.
func (m *measurement) shown(flags *matrixFlags) (_ *report.Results, words string, _ error) {
	if flags.night == "" || flags.selects() {
		return m.results, "", nil
	}
	night, err := report.Read(flags.night)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return m.results, "", nil
	case err != nil:
		return nil, "", err
	case night.Revision != m.results.Revision:
		return m.results, "without the last night's released programs, which were judged by revision " + night.Revision, nil
	}
	shown, carried, err := m.results.Carry(night)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", flags.night, err)
	}
	if carried > 0 {
		words = fmt.Sprintf("with %d cells of released programs that were measured on %s (%s)", carried, night.Date, flags.night)
	}
	return shown, words, m.cat.Describe(shown)
}

// accept compares the results with the accepted ones, or takes them over.
func (a *app) accept(news io.Writer, m *measurement, results *report.Results, flags *matrixFlags) error {
	expected := m.expected(flags)
	if flags.accept != "" {
		if !m.complete {
			return errAcceptPart
		}
		written, err := report.WriteAccepted(flags.accept, results, expected)
		if err != nil {
			return err
		}
		fmt.Fprintf(news, "accepted: %s\n", strings.Join(written, ", "))
		return nil
	}
	accepted, err := report.LoadAccepted(a.accepted)
	if err != nil {
		return fmt.Errorf("accepted results: %w", err)
	}
	switch {
	case !m.complete:
		fmt.Fprintln(news, "\nnot compared with the accepted results: only a part of the scenarios was run")
	case accepted.Revision == "":
		fmt.Fprintln(news, "\nno results have been accepted yet; make accept does it")
	case accepted.Revision != results.Revision:
		fmt.Fprintf(news, "\nnot compared: the accepted results are of revision %s\n", accepted.Revision)
	default:
		fmt.Fprint(news, "\n"+changes(results, accepted, expected, a.stdout.options()))
	}
	return nil
}

// selects reports whether less than everything was asked for.
func (f *matrixFlags) selects() bool {
	s := f.selection
	return len(s.Clients)+len(s.Deployments) > 0 || s.Suite != "" || s.Basis != "" || f.shard.Of > 1
}

// expected says which accepted entries this measurement was to repeat; nil
// means all of them.
func (m *measurement) expected(flags *matrixFlags) func(report.Standing) bool {
	if !flags.selects() {
		return nil
	}
	planned := map[string]bool{}
	for _, c := range m.plan.Cells {
		planned[c.Standing().Name()] = true
	}
	return func(e report.Standing) bool { return planned[e.Name()] }
}

// changes says what changed since the accepted results.
func changes(r *report.Results, accepted report.Accepted, expected func(report.Standing) bool, o report.TextOptions) string {
	c := report.Compare(r, accepted.Cells, expected)
	if c.OK() && len(c.Wire) == 0 {
		return "nothing changed since the accepted results\n"
	}
	return "changed since the accepted results:\n" + c.Changes.Text(o)
}
