package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/internal/nearest"
	"github.com/mcpcompat/mcpcompat/report"
)

func (a *app) explainCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "explain NAME",
		Short: "Say in words what a cell, check, requirement, quirk, client … is",
		Long: `Explain a cell (client@version/deployment) of the last results: the door at which
it broke, the sentence of law, what was expected and observed, the exchanges in
time order, whose fault it is, and the command that runs it again.

NAME can also be a check, a requirement, a quirk, a client, a deployment, a
scenario, a suite or a remedy.`,
		Example: `  mcpcompat explain vscode@1.107+port-taken/enterprise
  mcpcompat explain RFC8252-7.3
  mcpcompat explain authServer.redirect.loopbackPort`,
		Args: oneArgument("one name"),
		RunE: func(_ *cobra.Command, args []string) error { return a.explain(args[0], out) },
	}
	addOut(cmd.Flags(), &out)
	return cmd
}

// explain shows what is good also when some data is faulty, and then says so.
func (a *app) explain(name, out string) error {
	cat, faulty := a.engine.Catalogue(a.own)
	if cat == nil {
		return faulty
	}
	if faulty != nil {
		faulty = fmt.Errorf("some data is faulty, and nothing of it can be explained:\n%w", faulty)
	}
	return errors.Join(a.explainName(cat, name, out), faulty)
}

func (a *app) explainName(cat catalogue, name, out string) error {
	results, err := report.Read(resultsPath(out))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if results != nil {
		if cells := results.Find(name); len(cells) > 0 {
			return a.explainCells(cat, results, cells, out)
		}
	}
	topics, err := topicsOf(cat)
	if err != nil {
		return err
	}
	var known []string
	for _, t := range topics {
		if strings.EqualFold(t.name, name) {
			_, err := io.WriteString(a.stdout, t.text(a.stdout.options()))
			return err
		}
		known = append(known, t.name)
	}
	if err := missingCell(cat, results, name, out); err != nil {
		return err
	}
	if others := otherVersions(cat, name); len(others) > 0 {
		for _, t := range others {
			if _, err := io.WriteString(a.stdout, t.text(a.stdout.options())); err != nil {
				return err
			}
		}
		return nil
	}
	if results != nil {
		for _, c := range results.Cells {
			known = append(known, c.Name())
		}
	}
	if near := nearest.Names(name, known); len(near) > 0 {
		return fmt.Errorf("nothing is named %q: did you mean %s?", name, strings.Join(near, " or "))
	}
	return fmt.Errorf("nothing is named %q: it is no cell in %s, and none of what mcpcompat list shows", name, resultsPath(out))
}

// missingCell is the error for the name of a cell that was not measured: it
// says how to measure it.
func missingCell(cat catalogue, results *report.Results, name, out string) error {
	client, deployment, ok := cutCell(name)
	if !ok {
		return nil
	}
	known := false
	for _, d := range cat.Deployments() {
		known = known || d.ID == deployment
	}
	if !known {
		return nil
	}
	where := "there are no results in " + out
	if results != nil {
		where = "it is not in " + resultsPath(out)
	}
	return fmt.Errorf("the cell %s was not measured: %s; measure it with\n  mcpcompat run --client %s --deployment %s%s",
		name, where, client, deployment, outFlag(out))
}

// cutCell splits client@version/deployment at the last slash.
func cutCell(name string) (client, deployment string, ok bool) {
	i := strings.LastIndexByte(name, '/')
	if i < 0 || !strings.Contains(name[:i], "@") {
		return "", "", false
	}
	return name[:i], name[i+1:], true
}

func (a *app) explainCells(cat catalogue, r *report.Results, cells []report.Cell, out string) error {
	for i, c := range cells {
		if i > 0 {
			fmt.Fprintln(a.stdout)
		}
		rec, err := recordingOf(c, out)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(a.stdout, report.Explain(r, c, rec, lookups(cat), a.stdout.options())); err != nil {
			return err
		}
	}
	return nil
}

// recordingOf returns nil when no recording was kept.
func recordingOf(c report.Cell, out string) (*trace.Recording, error) {
	if c.Recording == "" {
		return nil, nil //nolint:nilnil // "there is none" is no error here
	}
	path := filepath.Join(out, filepath.FromSlash(c.Recording))
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // as above: the folder may have been cleaned
	}
	if err != nil {
		return nil, fmt.Errorf("explain: %w", err)
	}
	defer f.Close()
	return trace.ReadRecording(f, path)
}
