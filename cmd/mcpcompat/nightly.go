package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
	"github.com/mcpcompat/mcpcompat/scenarios/nightly"
)

// nightlyFile is where a clone of the project keeps the last night's results.
const nightlyFile = "report/nightly/results.json"

// nightlySuite names the deployments of a night.
const nightlySuite = "nightly"

const nightlyLong = `Nightly asks the registry for the newest release of every program that there is an
adapter for, measures these releases and the SDKs at the deployments of the suite
nightly, beside the emulated rows of the same clients, and says

  - what is newly broken, newly fixed or otherwise changed since the last night,
    whatever the version was then, and in which features the wire changed;
  - where a release has drifted from the profile that stands for it, with the edit
    that the profile needs as a patch to review.

Into the folder --out go results.json, nightly.json, nightly.md, drift.patch, and
issues.json: issue updates to apply.

Exit codes: 0 nothing is newly broken, 1 something is, 2 usage or harness error, or
something that was measured before could not be measured now, for example because a
release cannot be installed or a shard is missing. With --keep what was not measured
stays as it was, for the next night to compare with.`

type nightlyFlags struct {
	measureFlags

	last   string
	keep   bool
	pinned bool
	merge  []string
}

func (a *app) nightlyCommand() *cobra.Command {
	var flags nightlyFlags
	cmd := &cobra.Command{
		Use:   "nightly",
		Short: "Measure the newest releases; what changed since the last night, and drift",
		Long:  nightlyLong,
		Example: `  mcpcompat nightly
  mcpcompat nightly --client codex,opencode --deployment reference
  mcpcompat nightly --shard 2/4 --out out/shard2
  mcpcompat nightly --merge out/shard1/results.json,out/shard2/results.json --keep`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := flags.check(cmd.Flags()); err != nil {
				return err
			}
			switch {
			case len(flags.merge) > 0 && flags.shard.Of > 1:
				return errMergeShard
			case flags.keep && len(flags.selection.Scenarios) > 0:
				return errKeepPart
			}
			return a.nightly(cmd.Context(), &flags)
		},
	}
	flags.add(cmd, "all with an adapter", "those of the suite nightly")
	f := cmd.Flags()
	f.StringVar(&flags.last, "last", nightlyFile, "the results of the last night; missing file: this is the first night")
	f.BoolVar(&flags.keep, "keep", false, "write the results to --last, for the next night to compare with")
	f.BoolVar(&flags.pinned, "pinned", false, "measure the releases that the adapters are made for, and ask no registry")
	f.StringSliceVar(&flags.merge, "merge", nil, "take the results of these files, measured elsewhere in shards, and measure nothing")
	return cmd
}

var errKeepPart = errors.New("--keep needs all scenarios: a part of them gives other verdicts; leave out --scenario")

func (a *app) nightly(ctx context.Context, flags *nightlyFlags) error {
	last, err := lastNight(flags.last)
	if err != nil {
		return err
	}
	results, columns, err := a.night(ctx, flags)
	if err != nil {
		return err
	}
	if flags.shard.Of > 1 {
		fmt.Fprintf(a.stdout, "shard %s: %d cells in %s; nightly --merge puts the shards together\n",
			&flags.shard, len(results.Cells), resultsPath(flags.out))
		return matrixOutcome(results)
	}
	if err := sameRules(flags.last, last, results); err != nil {
		return err
	}
	night := nightly.Compare(selected(last, flags, columns), results)
	if err := a.tellNight(night, flags); err != nil {
		return err
	}
	if flags.keep {
		if err := report.Write(flags.last, nightly.Keep(results, last)); err != nil {
			return err
		}
	}
	return nightOutcome(night, results)
}

// nightOutcome is the exit code of a night. What is newly broken is the news, even
// where something could not be measured besides.
func nightOutcome(night nightly.Night, results *report.Results) error {
	if night.Regressed() {
		return failure(fmt.Sprintf("%d cells are newly broken", len(night.Broken)))
	}
	if err := matrixOutcome(results); err != nil {
		return err
	}
	if n := len(night.Missing); n > 0 {
		return fmt.Errorf("%d cells were measured before and not now, the first of them %s", n, night.Missing[0])
	}
	return nil
}

// tellNight writes the files of a night, and shows it.
func (a *app) tellNight(night nightly.Night, flags *nightlyFlags) error {
	page := night.Markdown()
	patch, err := proposals(night)
	if err != nil {
		return err
	}
	encoded, err := encode(night)
	if err != nil {
		return err
	}
	issues, err := encode(night.Issues())
	if err != nil {
		return err
	}
	for name, text := range map[string]string{
		"nightly.md": page, "nightly.json": encoded, "drift.patch": patch, "issues.json": issues,
	} {
		if err := report.WriteFile(filepath.Join(flags.out, name), []byte(text)); err != nil {
			return err
		}
	}
	if flags.json {
		_, err = a.stdout.Write([]byte(encoded))
	} else {
		_, err = fmt.Fprintf(a.stdout, "%s\nfiles: %s\n", page,
			filepath.Join(flags.out, "{results.json,nightly.md,nightly.json,drift.patch,issues.json}"))
	}
	return err
}

// night measures, or takes what was measured elsewhere. It returns the deployments
// that were to be measured, too; nil means those of any night.
func (a *app) night(ctx context.Context, flags *nightlyFlags) (_ *report.Results, columns []string, _ error) {
	if len(flags.merge) > 0 {
		merged, err := mergeFiles(flags.merge)
		if err != nil {
			return nil, nil, err
		}
		return merged, nil, report.Write(resultsPath(flags.out), merged)
	}
	cat, err := a.engine.Catalogue(a.own, everyProgram)
	if err != nil {
		return nil, nil, fmt.Errorf("the data is faulty, so nothing is run:\n%w", err)
	}
	plan, err := a.nightPlan(ctx, cat, flags)
	if err != nil {
		return nil, nil, err
	}
	for _, spec := range plan.Cells {
		if id := spec.Deployment.ID; !slices.Contains(columns, id) {
			columns = append(columns, id)
		}
	}
	m, err := a.carryOut(ctx, &flags.measureFlags, cat, plan, true)
	if err != nil {
		return nil, nil, err
	}
	return m.results, columns, nil
}

// mergeFiles puts results files together.
func mergeFiles(files []string) (*report.Results, error) {
	parts := make([]*report.Results, len(files))
	for i, file := range files {
		var err error
		if parts[i], err = report.Read(file); err != nil {
			return nil, err
		}
	}
	return report.Merge(parts...)
}

// nightPlan is the newest release of every program, the SDKs, and the emulated
// rows of the same clients.
func (a *app) nightPlan(ctx context.Context, cat catalogue, flags *nightlyFlags) (scenarios.Plan, error) {
	selection := flags.selection
	if len(selection.Deployments) == 0 && selection.Suite == "" {
		selection.Suite = nightlySuite
	}
	releases, ids, skipped, err := a.releases(ctx, cat, flags)
	if err != nil {
		return scenarios.Plan{}, err
	}
	var plan scenarios.Plan
	for _, part := range []struct {
		basis clients.Basis
		names []string
	}{{clients.Real, releases[clients.Real]}, {clients.SDK, releases[clients.SDK]}, {clients.Emulated, ids}} {
		if len(part.names) == 0 {
			continue
		}
		selection.Clients, selection.Basis = part.names, string(part.basis)
		p, err := cat.Select(selection)
		if err != nil {
			return plan, err
		}
		plan.Cells = append(plan.Cells, p.Cells...)
		plan.Scenarios = p.Scenarios
	}
	plan.Skipped = skipped
	return plan, nil
}

// releases are the selectors of what is measured, by basis, and the clients
// among them that there are profiles of. A registry that does not answer leaves
// a client out, and says so.
func (a *app) releases(
	ctx context.Context, cat catalogue, flags *nightlyFlags,
) (selectors map[clients.Basis][]string, profiles []string, skipped []report.Skipped, err error) {
	selectors = map[clients.Basis][]string{}
	var known []string
	names := flags.selection.Clients
	for _, c := range cat.Clients() {
		id := c.Identity()
		if !measuredNightly(id, flags.selection.Basis) {
			continue
		}
		known = append(known, id.ID)
		version, ok := wanted(names, id)
		switch {
		case !ok:
			continue
		case version != "":
			id.Version = version
		case id.Basis == clients.Real && !flags.pinned:
			id.Version, err = a.engine.Newest(ctx, id.ID)
		}
		switch {
		case ctx.Err() != nil:
			return nil, nil, nil, ctx.Err()
		case err != nil:
			skipped = append(skipped, report.Skipped{What: "client " + id.ID + " (real)", Why: err.Error()})
			err = nil
			continue
		}
		selectors[id.Basis] = append(selectors[id.Basis], id.String())
		if profile := profileOf(cat, id); profile != "" && !slices.Contains(profiles, profile) {
			profiles = append(profiles, profile)
		}
	}
	return selectors, profiles, skipped, unadapted(names, known)
}

// measuredNightly reports whether a night measures a client; basis "" means both.
func measuredNightly(id clients.Identity, basis string) bool {
	return (id.Basis == clients.Real || id.Basis == clients.SDK) && (basis == "" || basis == string(id.Basis))
}

// wanted reports whether one of the names is that of a client, all of them if there
// are none, and in which version; "" means that the name leaves it open.
func wanted(names []string, id clients.Identity) (version string, ok bool) {
	for _, name := range names {
		row, release, _ := strings.Cut(name, "@")
		version, condition, _ := strings.Cut(release, "+")
		if row == id.ID && (version == "" || condition == id.Condition) {
			return version, true
		}
	}
	return "", len(names) == 0
}

// unadapted is an error when a name is none of a client with an adapter.
func unadapted(names, known []string) error {
	for _, name := range names {
		if id, _, _ := strings.Cut(name, "@"); !slices.Contains(known, id) {
			return unknownName("client with an adapter", id, known)
		}
	}
	return nil
}

// profileOf is the selector of the emulated row that stands for a release: that
// of its version and condition, else the current ones; "" where the client is
// not emulated.
func profileOf(cat catalogue, id clients.Identity) string {
	selector := ""
	for _, c := range cat.Clients() {
		row := c.Identity()
		if row.ID != id.ID || row.Basis != clients.Emulated {
			continue
		}
		if e, ok := c.(*emulated.Client); ok && row.Condition == id.Condition && e.Covers(id.Version) {
			return row.String()
		}
		selector = row.ID
	}
	return selector
}
