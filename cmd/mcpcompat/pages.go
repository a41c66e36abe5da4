package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/mcpcompat/mcpcompat/report"
)

func (a *app) pagesCommand() *cobra.Command {
	var root string
	cmd := &cobra.Command{
		Use:   "pages",
		Short: "Render the pages again from what was last measured",
		Long: `Pages renders compat-matrix.md, docs/clients, docs/deployments and the matrix in
README.md again, from the results that mcpcompat matrix kept beside them
(` + report.PagesData + `) and from the present data of clients and deployments.
It measures nothing.

Refuses results that differ from the accepted ones: the pages must say what was
reviewed. Measure again, with make matrix.`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			if root == "" {
				return errors.New("--pages has an empty name")
			}
			return a.renderPages(root)
		},
	}
	cmd.Flags().StringVar(&root, "pages", ".", "folder below which the pages are")
	return cmd
}

func (a *app) renderPages(root string) error {
	cat, err := a.engine.Catalogue(a.own)
	if err != nil {
		return fmt.Errorf("the data is faulty, so nothing is rendered:\n%w", err)
	}
	results, err := report.ReadPagesData(root)
	if err != nil {
		return err
	}
	accepted, err := report.LoadAccepted(a.accepted)
	if err != nil {
		return fmt.Errorf("accepted results: %w", err)
	}
	if c := report.Compare(results, accepted.Cells, nil); !c.OK() {
		return fmt.Errorf("%s and the accepted results differ; make matrix measures again:\n%s",
			report.PagesData, c.Changes.Text(report.TextOptions{}))
	}
	if err := cat.Describe(results); err != nil {
		return err
	}
	return report.RenderPages(root, results, pageOptions(cat))
}
