package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/mcpcompat/mcpcompat/internal/nearest"
)

const rootLong = `mcpcompat answers one question with evidence: which MCP clients can connect to
this authorization server and MCP server, where does each one break, whose rule
is broken, and what is the smallest change on your side that makes it work?

A cell is one client at one deployment; its name is client@version/deployment.
Exit codes: 0 all well, 1 a cell failed, 2 usage or harness error.`

const rootExample = `  # five clients at one enterprise deployment: two connect, three break
  mcpcompat run --suite five-clients

  # why did it break?
  mcpcompat explain vscode@1.107+port-taken/enterprise

  # everything that can run here, into compat-matrix.md and out/
  mcpcompat matrix

  # a client and a deployment of your own, without Go
  mcpcompat run --profiles my/clients --deployments my/deployments --client my-client

  # judge what a client sent, from a HAR file
  mcpcompat judge recording.har

  # what there is to select
  mcpcompat list clients`

func (a *app) root() *cobra.Command {
	cmd := &cobra.Command{
		Use:           "mcpcompat",
		Short:         "Which MCP clients can connect, and where does each one break?",
		Long:          rootLong,
		Example:       rootExample,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          a.unknownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.SetOut(a.stdout)
	cmd.SetErr(a.stderr)
	a.own.add(cmd.PersistentFlags())
	cmd.CompletionOptions.HiddenDefaultCmd = true
	cmd.SetFlagErrorFunc(flagError)
	cmd.AddCommand(
		a.matrixCommand(), a.runCommand(), a.driveCommand(), a.listCommand(), a.explainCommand(), a.judgeCommand(), a.pagesCommand(),
		a.nightlyCommand(),
	)
	return cmd
}

// unknownCommand says what was probably meant.
func (a *app) unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var known []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			known = append(known, c.Name())
		}
	}
	return unknownName("command", args[0], known)
}

// flagError says what was probably meant by an unknown flag, and where the
// flags are described.
func flagError(cmd *cobra.Command, err error) error {
	see := fmt.Sprintf("; see %s --help", cmd.CommandPath())
	name, unknown := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !unknown {
		return fmt.Errorf("%w%s", err, see)
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	if near := nearest.Names(name, known); len(near) > 0 {
		return fmt.Errorf("unknown flag --%s: did you mean --%s?%s", name, strings.Join(near, " or --"), see)
	}
	return fmt.Errorf("unknown flag --%s%s", name, see)
}

// unknownName says that there is no such name, and which was probably meant.
func unknownName(what, name string, known []string) error {
	if near := nearest.Names(name, known); len(near) > 0 {
		return fmt.Errorf("unknown %s %q: did you mean %s?", what, name, strings.Join(near, " or "))
	}
	return fmt.Errorf("unknown %s %q: there are %s", what, name, strings.Join(known, ", "))
}

// oneArgument is for commands that take exactly one name.
func oneArgument(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			return nil
		}
		return fmt.Errorf("%s takes %s, not %d arguments; see %s --help", cmd.CommandPath(), what, len(args), cmd.CommandPath())
	}
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("%s takes no arguments, and %q was given; see %s --help", cmd.CommandPath(), args[0], cmd.CommandPath())
}
