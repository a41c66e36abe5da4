package main

import (
	"github.com/spf13/cobra"
)

func (a *app) runCommand() *cobra.Command {
	var flags measureFlags
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Measure a selection of cells; exit 1 if one fails",
		Long: `Run measures the selected cells and writes results.json, junit.xml and a recording
of each cell into the folder --out. The pages are not touched. Without a selection
that is the suite main: every current client at the deployments that matter most.
The name all stands for everything: --client all has the historical variants too,
--deployment all the hostile ones too.

Exit codes: 0 nothing is worse than known and something passed, 1 a cell failed
or could not be tested, 2 usage or harness error.`,
		Example: `  mcpcompat run --client vscode,cursor --deployment enterprise
  mcpcompat run --suite five-clients --consent browser
  mcpcompat run --client zed --deployment all --consent http
  mcpcompat run --scenario C.6 --json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := flags.check(cmd.Flags()); err != nil {
				return err
			}
			m, err := a.measure(cmd.Context(), &flags, flags.selection)
			if err != nil {
				return err
			}
			if err := a.print(m, &flags); err != nil {
				return err
			}
			return runOutcome(m.results)
		},
	}
	flags.add(cmd, "all current ones", "those of the suite main")
	return cmd
}
