package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/scenarios"
)

const driveLong = `Drive takes one client once to the MCP server at URL, whoever runs it: the client
connects, authorizes as far as the server asks for it, lists the tools and calls
one. What an emulated client sends is judged with --out, where the recording is
kept; a released program speaks to the server by itself.

The conformant client's metadata document is not hosted. Where the authorization
server takes client ID metadata documents, host one and name it with
--metadata-document, or have the client do without.

The tool is the first that the server calls read-only or does not call
destructive, and that takes nothing but texts, numbers and truth values.

A program that starts clients for tests can hand over facts in the environment:
` + envContext + ` (JSON; client_id, client_secret and toolCalls are read)
and ` + envVersion + ` (a revision). Flags come first.
` + envUsername + ` and ` + envPassword + ` sign the user in.

Exit codes: 0 connected (and the call succeeded), 1 not, 2 usage or harness
error, 89 it cannot be tried: the client is not available here, or lacks a
feature that the server demands.`

// driveFlags are those of the command drive.
type driveFlags struct {
	basis        string
	call         string
	arguments    string
	document     string
	clientID     string
	clientSecret string
	script       string
	revision     string
	consent      string
	timeout      time.Duration
	seed         int64
	json         bool
	out          string
}

func (a *app) driveCommand() *cobra.Command {
	var flags driveFlags
	cmd := &cobra.Command{
		Use:   "drive CLIENT URL",
		Short: "Take one client once to any MCP server",
		Long:  driveLong,
		Example: `  mcpcompat drive conformant https://mcp.example.com/mcp
  mcpcompat drive vscode@1.107 http://127.0.0.1:8080/mcp --call echo --out out/drive
  mcpcompat drive mcp-remote http://127.0.0.1:8080/mcp --client-id my-client --json`,
		Args: driveArguments,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.drive(cmd.Context(), args[0], args[1], &flags, cmd.Flags().Changed("revision"))
		},
	}
	flags.add(cmd)
	return cmd
}

func (d *driveFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	addChoice(f, &d.basis, "basis", "", bases(), "which client of that name, where there are several")
	f.StringVar(&d.call, "call", "", "call this tool; "+noCall+" for no call (default: see above)")
	f.StringVar(&d.arguments, "arguments", "", "arguments for --call as a JSON object (default: none)")
	f.StringVar(&d.clientID, "client-id", "", "client_id for the client, of a registration by hand")
	f.StringVar(&d.clientSecret, "client-secret", "", "client secret that goes with --client-id (default: a public client)")
	f.StringVar(&d.document, "metadata-document", "", "`URL` of the client ID metadata document, or none (default: the vendor's)")
	addChoice(f, &d.consent, "consent", scenarios.ConsentAuto,
		[]string{scenarios.ConsentBrowser, scenarios.ConsentHTTP, scenarios.ConsentAuto},
		"who gives consent: a real browser, plain http, or a browser where one is installed")
	f.StringVar(&d.script, "script", "", "consent script: a `file`, or the name of a built-in one (default: reference)")
	addRevision(f, &d.revision)
	f.Lookup("revision").Usage += " (default: the client's choice)"
	f.Lookup("revision").DefValue = ""
	f.DurationVar(&d.timeout, "timeout", time.Minute, "for all of it")
	f.Int64Var(&d.seed, "seed", 1, "feeds every choice that the protocol leaves open")
	f.BoolVar(&d.json, "json", false, "write the result to standard output as JSON, and nothing else")
	f.StringVar(&d.out, "out", "", "folder for the recording; the client is judged by it (default: nothing is recorded)")
}

func driveArguments(cmd *cobra.Command, args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("%s takes a client and a URL, not %d arguments; see %s --help", cmd.CommandPath(), len(args), cmd.CommandPath())
	}
	u, err := url.Parse(args[1])
	if err != nil {
		return err
	}
	if u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("%q is not the http or https URL of an MCP server", args[1])
	}
	return nil
}

// drive runs the command. chosen says that the revision was given.
func (a *app) drive(ctx context.Context, name, mcpURL string, flags *driveFlags, chosen bool) error {
	cat, err := a.engine.Catalogue(a.own, name)
	if err != nil {
		return fmt.Errorf("the data is faulty, so nothing is run:\n%w", err)
	}
	client, err := oneClient(cat, name, flags.basis)
	if err != nil {
		return err
	}
	o, err := flags.options(mcpURL, chosen, a.environ)
	if err != nil {
		return err
	}
	ctx, stop := interruptible(ctx)
	defer stop()
	d, err := a.engine.Drive(ctx, client, o, flags.consent)
	switch {
	case errors.Is(err, clients.ErrUnavailable):
		d = &scenarios.Driven{Outcome: clients.Outcome{Status: clients.Unsupported, Words: err.Error()}}
	case ctx.Err() != nil:
		return errors.New("interrupted")
	case err != nil:
		return err
	}
	return a.tellDriven(cat, client, o, d, flags)
}

// oneClient finds the one client that a name stands for.
func oneClient(cat catalogue, name, basis string) (clients.Client, error) {
	plan, err := cat.Select(scenarios.Selection{Clients: []string{name}, Basis: basis})
	if err != nil {
		return nil, err
	}
	var found []clients.Client
	var names []string
	for _, cell := range plan.Cells {
		id := cell.Client.Identity()
		if !slices.ContainsFunc(found, func(c clients.Client) bool { return c.Identity() == id }) {
			found = append(found, cell.Client)
			names = append(names, fmt.Sprintf("%s (%s)", id, id.Basis))
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return nil, fmt.Errorf("%q names %d clients: %s; name one in full, or choose with --basis", name, len(found), strings.Join(names, ", "))
}

// consentScript is a file of the person's own or a built-in script; nil means
// the reference script.
func consentScript(name string) (*useragent.Script, error) {
	if name == "" {
		return nil, nil //nolint:nilnil // documented: nil is the default
	}
	if strings.ContainsAny(name, `./\`) {
		return useragent.ReadScript(name)
	}
	return useragent.Find(name)
}
