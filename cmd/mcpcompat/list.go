package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// listing is a table for people, and the same facts as JSON.
type listing struct {
	columns []string
	rows    [][]string
	objects any
	// after are lines below the table.
	after []string
}

// listFlags narrow a list.
type listFlags struct {
	json     bool
	basis    string
	revision string // "" means all
	newest   bool   // ask the registry about released programs
	out      string // where their last results are
}

// listKind is one thing that can be listed.
type listKind struct {
	name string
	list func(catalogue, listFlags) (listing, error)
}

func listKinds() []listKind {
	return []listKind{
		{"clients", listClients},
		{"deployments", listDeployments},
		{"scenarios", listScenarios},
		{"requirements", listRequirements},
		{"checks", listChecks},
		{"quirks", listQuirks},
		{"remedies", listRemedies},
		{"suites", listSuites},
	}
}

func (a *app) listCommand() *cobra.Command {
	var flags listFlags
	var names []string
	for _, k := range listKinds() {
		names = append(names, k.name)
	}
	cmd := &cobra.Command{
		Use:   "list KIND",
		Short: "List what there is: clients, deployments, scenarios …",
		Long:  "List what there is to select, to judge by and to set. KIND is one of\n" + strings.Join(names, ", ") + ".",
		Example: `  mcpcompat list clients --basis real
  mcpcompat list requirements --revision 2025-06-18
  mcpcompat list quirks --json`,
		ValidArgs: names,
		Args:      oneArgument("one of " + strings.Join(names, ", ")),
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[0] == "clients" && flags.released() {
				return a.list(listKind{"clients", func(cat catalogue, f listFlags) (listing, error) {
					return a.listPrograms(cmd.Context(), cat, f)
				}}, flags)
			}
			if cmd.Flags().Changed("newest") {
				return errors.New("--newest goes with clients --basis real, and --basis sdk")
			}
			for _, k := range listKinds() {
				if k.name == args[0] {
					return a.list(k, flags)
				}
			}
			return unknownName("kind of list", args[0], names)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	addChoice(f, &flags.basis, "basis", "", bases(), "clients of one basis only, with real the SDKs too (default: all)")
	addRevision(f, &flags.revision)
	f.Lookup("revision").Usage = "requirements of one revision only (default: all)"
	f.Lookup("revision").DefValue = ""
	flags.revision = ""
	f.BoolVar(&flags.newest, "newest", true, "with clients --basis real or sdk: ask the registries for the newest releases")
	f.StringVar(&flags.out, "out", "out", "with clients --basis real or sdk: folder of the last results")
	f.BoolVar(&flags.json, "json", false, "write JSON")
	return cmd
}

// list shows what is good also when some data is faulty, and then says so.
func (a *app) list(k listKind, flags listFlags) error {
	cat, faulty := a.engine.Catalogue(a.own)
	if cat == nil {
		return faulty
	}
	l, err := k.list(cat, flags)
	if err != nil {
		return err
	}
	if flags.json {
		enc := json.NewEncoder(a.stdout)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		if err := enc.Encode(l.objects); err != nil {
			return err
		}
	} else {
		l.write(a.stdout, a.stdout.width)
	}
	if faulty != nil {
		return fmt.Errorf("the list is not complete, some data is faulty:\n%w", faulty)
	}
	return nil
}

// write aligns the columns; the last one is cut at the width of the terminal.
func (l listing) write(w io.Writer, width int) {
	widths := make([]int, len(l.columns))
	for _, row := range append([][]string{l.columns}, l.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for n, row := range append([][]string{l.columns}, l.rows...) {
		var b strings.Builder
		for i, cell := range row {
			if n == 0 {
				cell = strings.ToUpper(cell)
			}
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2))
			}
		}
		line := []rune(strings.TrimRight(b.String(), " "))
		if width > 0 && len(line) > width {
			line = append(line[:width-1], '…')
		}
		fmt.Fprintln(w, string(line))
	}
	for _, line := range l.after {
		fmt.Fprintln(w, line)
	}
}

// firstSentence is enough of a text for a table.
func firstSentence(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	first, _, _ := strings.Cut(s, ". ")
	return strings.TrimSuffix(first, ".")
}

func orDash(s string) string { return cmp.Or(s, "-") }
